import type { Pairs } from './pairs.ts';

/** Whose keys are looked at: the first of all possible keys, or those that two of a pair have in common (and a few more). */
export type Wanted = { share: number } | { pairs: Pairs };

export const ALL: Wanted = { share: 1 };

/** Bits of a table of keys that are looked for. */
const SOUGHT = 20;

/** Keys below this are among the first share of all possible ones. */
export const keyLimit = (share: number): number => share * 2 ** 32;

/** What tells of a key of a rule whether it is wanted: it is below the limit, and its last bits are among those that are sought. */
export interface Sieve {
  limit: number;
  sought: Uint8Array;
}

/** A table of one number, which all keys have for their last none. */
const ANY = Uint8Array.of(1);

/** The keys of a rule that are wanted, told by the number alone. */
export function sieveOf(slots: readonly Uint32Array[], wanted: Wanted): Sieve {
  if ('share' in wanted) return { limit: keyLimit(wanted.share), sought: ANY };
  const { a, b } = wanted.pairs;
  const sought = new Uint8Array(1 << SOUGHT);
  const mask = sought.length - 1;
  for (let pair = 0; pair < a.length; pair++) {
    const key = shared(slots, a[pair] ?? 0, b[pair] ?? 0);
    if (key !== 0) sought[key & mask] = 1;
  }
  return { limit: keyLimit(1), sought };
}

/** The first number that two have in common; 0 when there is none. */
export function shared(slots: readonly Uint32Array[], one: number, other: number): number {
  for (const mine of slots) {
    const number = mine[one] ?? 0;
    if (number === 0) continue;
    for (const theirs of slots) if (theirs[other] === number) return number;
  }
  return 0;
}
