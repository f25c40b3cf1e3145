/** The same numbers with room for more. */
export function grown<Numbers extends Uint8Array | Uint32Array | Int32Array>(numbers: Numbers, size: number): Numbers {
  const larger = new (numbers.constructor as new (size: number) => Numbers)(size);
  larger.set(numbers);
  return larger;
}
