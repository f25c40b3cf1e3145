import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Conflict, DiskFull, NotFound } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { keyPath } from './key-path.ts';

const etagOf = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

/** Half-written objects live here, on the same disk, so that a rename is atomic; no key starts with a dot. */
const unfinished = '.unfinished';

/** Objects as files of one folder, owned by one process. */
export class FilesystemObjects implements ObjectStore {
  readonly #root: string;
  /** One writer a key at a time, so that compare and swap is one step. */
  readonly #writing = new Map<string, Promise<unknown>>();

  constructor(root: string) {
    this.#root = root;
  }

  async get(key: string): Promise<{ body: Uint8Array; etag: string } | undefined> {
    try {
      const body = await readFile(this.#path(key));
      return { body, etag: etagOf(body) };
    } catch (cause) {
      if (isAbsent(cause)) return undefined;
      throw cause;
    }
  }

  put(key: string, body: Uint8Array | string, condition?: { ifMatch: string } | { ifNoneMatch: '*' }): Promise<string> {
    return this.#exclusively(key, async () => {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      if (condition && 'ifMatch' in condition) await this.#mustMatch(key, condition.ifMatch);
      const aside = join(this.#root, unfinished, randomUUID());
      try {
        await mkdir(dirname(aside), { recursive: true });
        await writeFile(aside, bytes, { flag: 'wx', flush: true });
        if (condition && 'ifNoneMatch' in condition) await this.#linkNew(aside, key);
        else await this.#moveIn(aside, key);
      } catch (cause) {
        throw asDiskFull(cause);
      } finally {
        await rm(aside, { force: true });
      }
      return etagOf(bytes);
    });
  }

  async list(prefix: string): Promise<{ key: string; bytes: number }[]> {
    const folder = this.#path(prefix.slice(0, prefix.lastIndexOf('/') + 1) || '.');
    const found: { key: string; bytes: number }[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(absentIsEmpty)) {
      const path = join(entry.parentPath, entry.name);
      const key = relative(this.#root, path).split(sep).join('/');
      if (!entry.isFile() || !key.startsWith(prefix) || key.startsWith(unfinished)) continue;
      // Deleted since the folder was read: then it is not there.
      const stats = await stat(path).catch(absentIsNone);
      if (stats) found.push({ key, bytes: stats.size });
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async folders(below: string): Promise<string[]> {
    const entries = await readdir(this.#path(below), { withFileTypes: true }).catch(absentIsEmpty);
    return entries.flatMap((entry) => (entry.isDirectory() ? entry.name : [])).sort();
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true, recursive: true });
  }

  async locate(key: string): Promise<string> {
    const path = this.#path(key);
    await stat(path).catch((cause) => {
      throw new NotFound(`no object ${key}`, { cause });
    });
    return path;
  }

  async locateAll(folder: string): Promise<string> {
    return this.locate(folder);
  }

  async adopt(path: string, key: string): Promise<void> {
    await using file = await open(path, 'r+');
    await file.sync();
    await this.#moveIn(path, key);
  }

  #path(key: string): string {
    return keyPath(this.#root, key);
  }

  async #mustMatch(key: string, etag: string): Promise<void> {
    const seen = (await this.get(key))?.etag;
    if (seen !== etag) throw new Conflict(`${key} was changed meanwhile: read it again`, { data: { key } });
  }

  async #linkNew(aside: string, key: string): Promise<void> {
    const target = this.#path(key);
    await mkdir(dirname(target), { recursive: true });
    try {
      await link(aside, target);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      throw new Conflict(`${key} is there already`, { cause, data: { key } });
    }
  }

  async #moveIn(path: string, key: string): Promise<void> {
    const target = this.#path(key);
    await mkdir(dirname(target), { recursive: true });
    await rename(path, target);
  }

  async #exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#writing.get(key);
    const mine = (before ?? Promise.resolve()).then(work, work);
    this.#writing.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#writing.get(key) === mine) this.#writing.delete(key);
    }
  }
}

const isAbsent = (cause: unknown) =>
  ['ENOENT', 'EISDIR', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');

const absentIsNone = (cause: unknown) => {
  if (isAbsent(cause)) return undefined;
  throw cause;
};

const absentIsEmpty = (cause: unknown) => {
  if (isAbsent(cause)) return [];
  throw cause;
};

/** Turns the system's ENOSPC into our name for it. */
export const asDiskFull = (cause: unknown): unknown =>
  (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    ? new DiskFull('no space left on the disk: free some and run again', { cause })
    : cause;
