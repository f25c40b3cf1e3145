import type { Transform } from 'node:stream';

/** One way to make bytes fewer. Adding one is one file and one line in `layers.ts`. */
export interface Compression {
  name: string;
  /** True of a file that begins like this. */
  begins(head: Buffer): boolean;
  /** Gives the bytes as they were; fails when they aren't whole or a checksum doesn't fit. */
  decompressor(): Transform;
}
