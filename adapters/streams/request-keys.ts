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
    const keys = new RequestKeys();
    const names = (await readdir(folder)).sort();
    for (const name of names) {
      const path = join(folder, name);
      if ((await stat(path)).mtimeMs < now - REMEMBERED_MS) {
        await rm(path);
        continue;
      }
      const lines = (await readFile(path, 'latin1')).split('\n');
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
