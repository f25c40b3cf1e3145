/** Numbers that grow and that threads may share. */
type Numbers = Uint8Array | Uint32Array | Int32Array;

/** The same numbers with room for more, in memory of the same kind. */
export function grown<N extends Numbers>(numbers: N, size: number): N {
  const isShared = numbers.buffer instanceof SharedArrayBuffer;
  const larger = new (numbers.constructor as new (of: number | SharedArrayBuffer) => N)(
    isShared ? new SharedArrayBuffer(size * numbers.BYTES_PER_ELEMENT) : size,
  );
  larger.set(numbers);
  return larger;
}

/** Numbers one part after another. */
export function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Room for so many numbers in memory that goes to another thread without being copied. */
export const shared = {
  bytes: (size: number) => new Uint8Array(new SharedArrayBuffer(size)),
  unsigned: (size: number) => new Uint32Array(new SharedArrayBuffer(4 * size)),
  integers: (size: number) => new Int32Array(new SharedArrayBuffer(4 * size)),
};
