import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** What came of a file so far, and its hash. */
export class KeptBytes {
  readonly #file: FileHandle;
  #hash = createHash('sha256');
  bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      at += (await this.#file.write(chunk, at, chunk.length - at, this.bytes + at)).bytesWritten;
    }
    this.#hash.update(chunk);
    this.bytes += chunk.length;
  }

  async beginAgain(): Promise<void> {
    await this.#file.truncate();
    this.#hash = createHash('sha256');
    this.bytes = 0;
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}
