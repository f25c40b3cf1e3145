import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** Which hidden person each customer row is of: what Stitch is scored against and never sees. */
export class TruthFile {
  readonly #stream: WriteStream;
  readonly #written: Promise<void>;
  #waiting = ['datasource,pk,person\n'];

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#written = finished(this.#stream);
    // Reported when the file is closed, not as an unhandled rejection before that.
    this.#written.catch(() => {});
  }

  write(datasource: string, pk: string, person: string): void {
    this.#waiting.push(`${datasource},${pk},${person}\n`);
  }

  async drain(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    await this.drain();
    this.#stream.end();
    await this.#written;
  }
}
