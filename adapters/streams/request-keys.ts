import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Requests that are remembered, of each stream; a file of keys is, for so long. */
const MOST = 500_000;
const REMEMBERED_MS = 24 * 3_600_000;

/** Keys of the requests that were taken last, with what tells their records from others. */
export class RequestKeys {
  readonly #hashes = new Map<string, string>();

  /** Those of the closed files of a folder, which loses what is too old. */
  static async read(folder: string, now: number): Promise<RequestKeys> {
    await forgetOld(folder, now);
    const keys = new RequestKeys();
    for (const name of (await readdir(folder)).sort()) {
      const lines = (await readFile(join(folder, name), 'latin1')).split('\n');
      for (const line of lines.slice(0, -1)) {
        const [key = '', hash = ''] = line.split(' ');
        keys.add(key, hash);
      }
    }
    return keys;
  }

  /** The hash of the records that came by a key. */
  get(key: string): string | undefined {
    return this.#hashes.get(key);
  }

  add(key: string, hash: string): void {
    this.#hashes.set(key, hash);
    if (this.#hashes.size <= MOST) return;
    const [oldest = ''] = this.#hashes.keys();
    this.#hashes.delete(oldest);
  }
}

/** Removes the files of a folder that are too old; they are in the order of their names. */
export async function forgetOld(folder: string, now: number): Promise<void> {
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    if ((await stat(path)).mtimeMs >= now - REMEMBERED_MS) return;
    await rm(path);
  }
}
