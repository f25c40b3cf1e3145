/** A way to pack files that is known and not read, so that it can be refused by its name. */
interface Unread {
  name: string;
  begins(head: Buffer): boolean;
}

const packings: readonly (readonly [name: string, magic: string])[] = [
  ['xz', 'fd377a585a00'],
  ['7z', '377abcaf271c'],
  ['RAR', '526172211a07'],
  ['lz4', '04224d18'],
  ['lz4', '02214c18'],
  ['lzip', '4c5a495001'],
  ['lzop', '894c5a4f000d0a1a0a'],
  ['compress', '1f9d'],
  ['snappy', 'ff060000734e61507059'],
];

export const UNREAD: readonly Unread[] = packings.map(([name, magic]) => ({
  name,
  begins: (head) => head.toString('hex', 0, magic.length / 2) === magic,
}));
