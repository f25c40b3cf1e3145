import { Transform } from 'node:stream';
import { UnreadableFile } from '../../../core/errors.ts';

const [MB, GB] = [2 ** 20, 2 ** 30];
/** What text of customers unpacks to is a tenth of this; only what is made to fill a disk goes beyond. */
const LARGEST_RATIO = 500;
/** Bytes that any file may unpack to. */
const ALWAYS = 64 * MB;
const LARGEST = 256 * GB;

/** Counts what comes out of one packed file, and refuses what no honest file unpacks to. */
export class UnpackedBytes {
  readonly #name: string;
  readonly #packed: number;
  #bytes = 0;

  /** `packed` is the number of bytes of the file. */
  constructor(name: string, packed: number) {
    this.#name = name;
    this.#packed = packed;
  }

  /** A stream that lets bytes through as long as they are not too many. */
  through(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.length;
        const largest = Math.min(LARGEST, Math.max(ALWAYS, this.#packed * LARGEST_RATIO));
        done(this.#bytes > largest ? this.#tooMuch(largest) : null, chunk);
      },
    });
  }

  #tooMuch(largest: number): UnreadableFile {
    return new UnreadableFile(
      `${this.#name} has ${this.#packed} bytes and unpacks to more than ${largest}: expected at most ${LARGEST_RATIO} times its bytes and ${LARGEST / GB} GB; such a file is made to fill a disk`,
      { data: { bytes: this.#packed, largest } },
    );
  }
}
