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

/** One reading: what has room for all keys costs only the memory that is written to. */
function entriesOf(slots: readonly Uint32Array[], { limit, sought }: Sieve): Entries {
  const all = byPlace(slots);
  const mask = sought.length - 1;
  const { keys, places } = room(all.length);
  let count = 0;
  for (let place = 0; place < all.length; place++) {
    const key = all[place] ?? 0;
    if (key === 0 || key >= limit || sought[key & mask] !== 1) continue;
    keys[count] = key;
    places[count++] = place;
  }
  return first({ keys, places }, count);
}

/** Keys profile by profile, slot after slot. */
function byPlace(slots: readonly Uint32Array[]): Uint32Array {
  const [only = new Uint32Array(0)] = slots;
  if (slots.length < 2) return only;
  const all = new Uint32Array(slots.length * only.length);
  for (const [slot, keys] of slots.entries())
    for (let profile = 0; profile < keys.length; profile++) all[profile * slots.length + slot] = keys[profile] ?? 0;
  return all;
}

/** Leaves out keys that came once, by their last bits: most keys are one profile's, and need no sorting. */
function repeated({ keys, places }: Entries): Entries {
  const seen = new Uint8Array(1 << Math.min(26, Math.ceil(Math.log2(4 * keys.length + 2))));
  const mask = seen.length - 1;
  for (let i = 0; i < keys.length; i++) {
    const at = (keys[i] ?? 0) & mask;
    const known = seen[at] ?? 0;
    if (known < 2) seen[at] = known + 1;
  }
  const left = room(keys.length);
  let count = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    if ((seen[key & mask] ?? 0) < 2) continue;
    left.keys[count] = key;
    left.places[count++] = places[i] ?? 0;
  }
  return first(left, count);
}

const room = (size: number): Entries => ({ keys: new Uint32Array(size), places: new Uint32Array(size) });

const first = ({ keys, places }: Entries, count: number): Entries => ({
  keys: keys.slice(0, count),
  places: places.slice(0, count),
});

const DIGIT = 11;

/** A radix sort of three digits; keys and places move together, so that memory is read in its order. */
export function sorted(entries: Entries): Entries {
  let { keys, places } = entries;
  let next = room(keys.length);
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
