import { type Dirent, constants as fs } from 'node:fs';
import { copyFile, type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { absentIsNone } from './paths.ts';
import { Upload } from './upload.ts';

interface UploadsOptions {
  /** The folder that couriers read: files are in it whole, or not at all. */
  inbox: string;
  /** A folder of the same disk, for what is not whole yet: the parts of `a/b.csv` are files of its folder `a/b.csv`. */
  unfinished: string;
  /** Told of a file that is whole now, by its path in the inbox. */
  arrived: (inside: string) => void;
}

/**
 * Uploads on their way into the inbox. An upload is written aside and moved in when its client closes it, so that nobody reads
 * half of it; the client sees it under its name from the start, as on any server. What a client did not close stays, to be
 * resumed. Paths are those of the inbox.
 */
export class Uploads {
  readonly #options: UploadsOptions;
  /** Who writes a part, by its path; undefined while it is made. */
  readonly #writers = new Map<string, Upload | undefined>();
  #begun = 0;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Begins a file anew. Of several at once, each is whole, and the last to be closed stays. */
  async begin(inside: string): Promise<Upload> {
    const { part, handle } = await this.#newPart(inside);
    return this.#write(inside, part, handle);
  }

  /** Goes on with what a client did not close, in the place of whoever writes it still; else with a copy of the whole file. */
  async resume(inside: string): Promise<Upload> {
    const begun = await this.latest(inside);
    if (begun !== undefined) return this.#write(inside, begun, await open(begun, 'r+'));
    const { part, handle } = await this.#newPart(inside);
    try {
      await copyFile(join(this.#options.inbox, inside), part, fs.COPYFILE_FICLONE);
    } catch (cause) {
      await handle.close();
      await this.#drop(part);
      throw cause;
    }
    return this.#write(inside, part, handle);
  }

  /** Moves a file of the same disk in that is whole, as if it had been uploaded in a moment. */
  receive(inside: string, file: string): Promise<void> {
    return this.#moveIn(inside, file, this.#newName(inside));
  }

  /** Path on this machine of what was begun last of a file and is not whole yet. */
  async latest(inside: string): Promise<string | undefined> {
    const folder = this.#folderOf(inside);
    const parts = (await entriesOf(folder)).filter((entry) => entry.isFile()).map(({ name }) => name);
    const last = parts.sort().at(-1);
    return last === undefined ? undefined : join(folder, last);
  }

  /** Names of the files of a folder that are not whole yet. */
  async namesIn(inside: string): Promise<string[]> {
    const names = (await entriesOf(this.#folderOf(inside))).filter((entry) => entry.isDirectory());
    const found = await Promise.all(
      names.map(async ({ name }) => ((await this.latest(join(inside, name))) === undefined ? [] : [name])),
    );
    return found.flat();
  }

  /** Whether something at a path or below it is not whole yet. */
  async isUnder(inside: string): Promise<boolean> {
    const entries = await readdir(this.#folderOf(inside), { recursive: true, withFileTypes: true }).catch(absentIsNone);
    return entries?.some((entry) => entry.isFile()) ?? false;
  }

  /** Forgets what was begun of a file; whoever writes it still can't finish it. */
  async discard(inside: string): Promise<void> {
    for (const part of await this.#partsOf(inside)) await this.#drop(part);
    await this.#tidy(inside);
  }

  /** Forgets what nobody has gone on with since a time. */
  async forget(before: Date): Promise<void> {
    const { unfinished } = this.#options;
    const entries = await readdir(unfinished, { recursive: true, withFileTypes: true }).catch(absentIsNone);
    for (const entry of entries ?? []) {
      const part = join(entry.parentPath, entry.name);
      if (!entry.isFile() || this.#writers.has(part)) continue;
      const { mtime } = await lstat(part);
      if (mtime < before) await rm(part, { force: true });
    }
  }

  #write(inside: string, part: string, handle: FileHandle): Upload {
    this.#writers.get(part)?.lose();
    const upload = new Upload(handle, {
      finish: () => this.#moveIn(inside, part, part),
      leave: () => this.#writers.delete(part),
    });
    this.#writers.set(part, upload);
    return upload;
  }

  /** `name` tells what was begun before the file. */
  async #moveIn(inside: string, file: string, name: string): Promise<void> {
    const target = join(this.#options.inbox, inside);
    await rename(file, target).catch(async (cause) => {
      absentIsNone(cause);
      await mkdir(dirname(target), { recursive: true });
      await rename(file, target);
    });
    if (!(await this.#tidy(inside))) await this.#dropBefore(inside, name);
    this.#options.arrived(inside);
  }

  /** Forgets what was left of a file before a part of that name was begun. */
  async #dropBefore(inside: string, name: string): Promise<void> {
    for (const other of await this.#partsOf(inside)) {
      if (other < name && !this.#writers.has(other)) await this.#drop(other);
    }
    await this.#tidy(inside);
  }

  /** Parts are named by the order in which they were begun. */
  #newName(inside: string): string {
    const name = [Date.now(), this.#begun++].map((number) => String(number).padStart(16, '0')).join('-');
    return join(this.#folderOf(inside), name);
  }

  async #newPart(inside: string): Promise<{ part: string; handle: FileHandle }> {
    const part = this.#newName(inside);
    // Known before it is there: who ends a later upload of the file drops what nobody writes.
    this.#writers.set(part, undefined);
    for (let left = 10; ; left--) {
      try {
        await mkdir(dirname(part), { recursive: true });
        return { part, handle: await open(part, 'wx+') };
      } catch (cause) {
        // Another upload of the file was finished just now, and took the folder away; Node looks at one that it finds there, too.
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && left > 0) continue;
        this.#writers.delete(part);
        throw cause;
      }
    }
  }

  async #partsOf(inside: string): Promise<string[]> {
    const folder = this.#folderOf(inside);
    return (await entriesOf(folder)).filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  }

  async #drop(part: string): Promise<void> {
    this.#writers.get(part)?.lose();
    this.#writers.delete(part);
    await rm(part, { force: true });
  }

  /** Takes the folder of a file's parts away, if it is empty. */
  #tidy(inside: string): Promise<boolean> {
    return rmdir(this.#folderOf(inside)).then(
      () => true,
      () => false,
    );
  }

  #folderOf(inside: string): string {
    return join(this.#options.unfinished, inside);
  }
}

const entriesOf = async (folder: string): Promise<Dirent[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(absentIsNone)) ?? [];
