import { PairList, type Pairs } from '../blocking/pairs.ts';
import { type Decision, hundredths } from '../model/decide.ts';
import type { Seen } from '../model/train.ts';
import { counted, type Patterns } from './patterns.ts';

/** Pairs drawn to learn how often different people agree. */
const RANDOM_PAIRS = 200_000;

/** The patterns of pairs, as training reads them. */
export function seen(patterns: Patterns, of: Int32Array): Seen {
  const counts = counted(patterns, of);
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
  const golden = (Math.sqrt(5) - 1) / 2;
  const strides = Math.max(1, Math.round(RANDOM_PAIRS / size));
  const every = Math.max(1, Math.floor(size / RANDOM_PAIRS));
  for (let stride = 1; stride <= strides; stride++) {
    const step = 1 + Math.floor((stride * golden * size) % (size - 1));
    for (let one = 0; one < size; one += every) {
      const other = (one + step) % size;
      list.add(Math.min(one, other), Math.max(one, other));
    }
  }
  return list.pairs();
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
