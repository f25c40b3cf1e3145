/** The first rows that are so many bytes of JSON at most. */
export function firstRows(rows: readonly unknown[][], mostBytes: number): unknown[][] {
  let bytes = 0;
  const beyond = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    return bytes > mostBytes;
  });
  return beyond === -1 ? [...rows] : rows.slice(0, beyond);
}
