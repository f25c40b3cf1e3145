/** What Java calls white space, as the characters of a trim; DuckDB's own trim takes others. */
export const WHITE_SPACE = `'${String.fromCodePoint(
  ...[9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006],
  ...[0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x205f, 0x3000],
)}'`;
