import type { Sieve } from './wanted-keys.ts';

/** Keys, and where each stands: profile by profile, slot after slot. */
export interface Entries {
  keys: Uint32Array;
  places: Uint32Array;
}

/** The keys that are wanted and that more than one profile may have, in ascending order, equal ones as they stood. */
export function sortedEntries(slots: readonly Uint32Array[], sieve: Sieve): Entries {
  return sorted(repeated(entriesOf(slots, sieve)));
}

function entriesOf(slots: readonly Uint32Array[], sieve: Sieve): Entries {
  let count = 0;
  for (const keys of slots) for (const key of keys) if (passes(sieve, key)) count++;
  const found = { keys: new Uint32Array(count), places: new Uint32Array(count) };
  const size = count === 0 ? 0 : (slots[0]?.length ?? 0);
  count = 0;
  for (let profile = 0; profile < size; profile++) {
    for (let slot = 0; slot < slots.length; slot++) {
      const key = slots[slot]?.[profile] ?? 0;
      if (!passes(sieve, key)) continue;
      found.keys[count] = key;
      found.places[count++] = profile * slots.length + slot;
    }
  }
  return found;
}

const passes = ({ limit, sought }: Sieve, key: number): boolean =>
  key !== 0 && key < limit && sought[key & (sought.length - 1)] === 1;

/** Leaves out keys that came once, by their last bits: most keys are one profile's, and need no sorting. */
function repeated({ keys, places }: Entries): Entries {
  const seen = new Uint8Array(1 << Math.min(26, Math.ceil(Math.log2(4 * keys.length + 2))));
  const mask = seen.length - 1;
  for (const key of keys) {
    const known = seen[key & mask] ?? 0;
    if (known < 2) seen[key & mask] = known + 1;
  }
  let count = 0;
  for (const key of keys) if ((seen[key & mask] ?? 0) > 1) count++;
  const found = { keys: new Uint32Array(count), places: new Uint32Array(count) };
  count = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    if ((seen[key & mask] ?? 0) < 2) continue;
    found.keys[count] = key;
    found.places[count++] = places[i] ?? 0;
  }
  return found;
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

/** Of sorted keys those below a limit. */
export function keysBelow({ keys, places }: Entries, limit: number): Entries {
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((keys[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return { keys: keys.subarray(0, from), places: places.subarray(0, from) };
}
