import { Transform } from 'node:stream';
import unbzip2 from 'unbzip2-stream';
import type { Compression } from './compression.ts';

/** What stands behind `BZh` and a digit: the first block, or the end of a file without any. */
const BLOCK = /^(314159265359|177245385090)/;

export const bzip2: Compression = {
  name: 'bzip2',
  begins: (head) => /^BZh[1-9]$/.test(head.toString('latin1', 0, 4)) && BLOCK.test(head.toString('hex', 4, 10)),
  decompressor() {
    // A stream of Node's first days, which heeds nobody who can't keep up; it does its work within each call.
    const inner = unbzip2() as unknown as NodeJS.ReadWriteStream;
    let failure: Error | null = null;
    const outer = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        for (let at = 0; at < chunk.length && failure === null; at += PIECE)
          inner.write(chunk.subarray(at, at + PIECE));
        done(failure);
      },
      flush(done) {
        inner.end();
        done(failure);
      },
    });
    inner.on('data', (data: Buffer) => outer.push(data));
    inner.on('error', (cause: Error) => {
      failure ??= told(cause);
    });
    return outer;
  },
};

/** The decoder's own words are none for people; where bytes are lacking it falls over them. */
function told({ message }: Error): Error {
  if (/prematurely|reading 'length'/.test(message)) return new Error('unexpected end of file');
  return new Error(/crc32/.test(message) ? 'the checksum of a block is another' : 'a block is damaged');
}

/** About a block at a time, which may become fifty times as much. */
const PIECE = 64 * 1024;
