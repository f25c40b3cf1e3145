import { PairList, type Pairs } from '../blocking/pairs.ts';
import { type Decision, hundredths } from '../model/decide.ts';
import type { Seen } from '../model/train.ts';
import { counted, type Patterns } from './patterns.ts';

/** Pairs drawn to learn how often different people agree. */
const RANDOM_PAIRS = 200_000;

/** The patterns of pairs, as training reads them. */
export const seen = (patterns: Patterns, of: Int32Array): Seen => seenOften(patterns, counted(patterns, of));

/** The same of so many pairs each. */
export function seenOften(patterns: Patterns, counts: ArrayLike<number>): Seen {
  const order = Array.from(patterns.sorted()).filter((pattern) => (counts[pattern] ?? 0) > 0);
  return {
    levels: order.map((pattern) => patterns.levels(pattern).slice()),
    pairs: order.map((pattern) => counts[pattern] ?? 0),
  };
}

/**
 * Pairs of so many profiles, drawn from all by a fixed rule: each profile with the one a golden-ratio stride further on, as many
 * strides as it takes. Every pair there is when there are fewer.
 */
export function drawnPairs(size: number): Pairs {
  const list = new PairList();
  if ((size * (size - 1)) / 2 <= RANDOM_PAIRS) {
    for (let one = 0; one < size; one++) for (let other = one + 1; other < size; other++) list.add(one, other);
    return list.pairs();
  }
  const { every, steps } = drawing(size);
  for (const step of steps) {
    for (let one = 0; one < size; one += every) {
      const other = (one + step) % size;
      list.add(Math.min(one, other), Math.max(one, other));
    }
  }
  return list.pairs();
}

/** Each so many-th of so many profiles is drawn, with those that are so many steps further on. */
export function drawing(size: number): { every: number; steps: number[] } {
  const golden = (Math.sqrt(5) - 1) / 2;
  const strides = Math.max(1, Math.round(RANDOM_PAIRS / size));
  return {
    every: Math.max(1, Math.floor(size / RANDOM_PAIRS)),
    steps: Array.from({ length: strides }, (_, i) => 1 + Math.floor(((i + 1) * golden * size) % (size - 1))),
  };
}

/** The score of each pattern, in hundredths; `known` are those of the first ones. */
export function scoresOf(
  patterns: Patterns,
  decide: (levels: Uint8Array) => Decision,
  known: Int32Array = new Int32Array(),
): Int32Array {
  const scores = new Int32Array(patterns.size);
  scores.set(known);
  for (let pattern = known.length; pattern < scores.length; pattern++)
    scores[pattern] = hundredths(decide(patterns.levels(pattern)).score);
  return scores;
}
