import { createReadStream } from 'node:fs';

/** A file's bytes from front to back, as many at a time as are asked for. */
export class ByteWindow {
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #ended = false;
  /** How many bytes of the file were taken. */
  position = 0;

  constructor(path: string) {
    this.#chunks = createReadStream(path, { highWaterMark: 1024 * 1024 })[
      Symbol.asyncIterator
    ]() as AsyncIterator<Buffer>;
  }

  /** The next bytes, without taking them: at least this many, or all there are. */
  async peek(count: number): Promise<Buffer> {
    const chunks = [this.#bytes];
    let length = this.#bytes.length;
    while (length < count && !this.#ended) {
      const { done, value } = await this.#chunks.next();
      this.#ended = done === true;
      if (done === true) break;
      chunks.push(value);
      length += value.length;
    }
    if (chunks.length > 1) this.#bytes = Buffer.concat(chunks);
    return this.#bytes;
  }

  /** Undefined when there are fewer. */
  async take(count: number): Promise<Buffer | undefined> {
    if ((await this.peek(count)).length < count) return undefined;
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    this.position += count;
    return taken;
  }

  /** Ends the reading of a file that isn't read to its end. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
