import type { Readable } from 'node:stream';

/** A file within an archive. */
export interface Member {
  /** Path in the archive, `/` between folders. */
  name: string;
  open(): Promise<Readable>;
}

/** One kind of file that holds others. Adding one is one file and one line in `layers.ts`. */
export interface Archive {
  name: string;
  /** True of a file that begins like this; 512 bytes suffice. */
  begins(head: Buffer): boolean;
  /** True of a file of this kind that is one document to its users, such as a spreadsheet. */
  isDocument?(path: string): Promise<boolean>;
  /**
   * Its files in their order, each to be read before the next is asked for. Whatever is in it that is no file and no folder is
   * refused by `refuse`, which throws.
   */
  members(path: string, refuse: (member: string, why: string) => never): AsyncGenerator<Member>;
}
