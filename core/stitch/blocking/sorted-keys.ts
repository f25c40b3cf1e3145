/** Keys, and where each stands: profile by profile, slot after slot. */
export interface Entries {
  keys: Uint32Array;
  places: Uint32Array;
}

/** The keys that more than one profile may have, in ascending order, equal ones as they stood. */
export function sortedEntries(slots: readonly Uint32Array[]): Entries {
  const size = slots[0]?.length ?? 0;
  const seen = seenOften(slots);
  const mask = seen.length - 1;
  let count = 0;
  for (const slot of slots) {
    for (let i = 0; i < size; i++) {
      const key = slot[i] ?? 0;
      if (key !== 0 && (seen[key & mask] ?? 0) > 1) count++;
    }
  }
  const found = { keys: new Uint32Array(count), places: new Uint32Array(count) };
  count = 0;
  for (let profile = 0; profile < size; profile++) {
    for (let slot = 0; slot < slots.length; slot++) {
      const key = slots[slot]?.[profile] ?? 0;
      if (key === 0 || (seen[key & mask] ?? 0) < 2) continue;
      found.keys[count] = key;
      found.places[count++] = profile * slots.length + slot;
    }
  }
  return sorted(found);
}

/** By the last bits of a key, whether it came once or more: most keys are one profile's, and need no sorting. */
function seenOften(slots: readonly Uint32Array[]): Uint8Array {
  let keys = 0;
  for (const slot of slots) for (let i = 0; i < slot.length; i++) if (slot[i] !== 0) keys++;
  const seen = new Uint8Array(1 << Math.min(26, Math.ceil(Math.log2(4 * keys + 2))));
  const mask = seen.length - 1;
  for (const slot of slots) {
    for (let i = 0; i < slot.length; i++) {
      const key = slot[i] ?? 0;
      if (key === 0) continue;
      const known = seen[key & mask] ?? 0;
      if (known < 2) seen[key & mask] = known + 1;
    }
  }
  return seen;
}

const DIGIT = 11;

/** A radix sort of three digits; keys and places move together, so that memory is read in its order. */
export function sorted(entries: Entries): Entries {
  let { keys, places } = entries;
  let next: Entries = { keys: new Uint32Array(keys.length), places: new Uint32Array(keys.length) };
  for (let shift = 0; shift < 32; shift += DIGIT) {
    const starts = new Uint32Array((1 << DIGIT) + 1);
    for (let i = 0; i < keys.length; i++) {
      const digit = (((keys[i] ?? 0) >>> shift) & ((1 << DIGIT) - 1)) + 1;
      starts[digit] = (starts[digit] ?? 0) + 1;
    }
    for (let digit = 1; digit < starts.length; digit++) starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      const digit = (key >>> shift) & ((1 << DIGIT) - 1);
      const at = starts[digit] ?? 0;
      starts[digit] = at + 1;
      next.keys[at] = key;
      next.places[at] = places[i] ?? 0;
    }
    [keys, places, next] = [next.keys, next.places, { keys, places }];
  }
  return { keys, places };
}

/** Where the run of equal keys that begins at a place ends. */
export function runEnd(keys: Uint32Array, from: number): number {
  const key = keys[from];
  let to = from + 1;
  while (to < keys.length && keys[to] === key) to++;
  return to;
}
