import type { Blocks } from './blocks.ts';
import type { Comparison, Context } from './comparisons/comparison.ts';
import type { Decision } from './decide.ts';
import { PairList, type Pairs } from './pairs.ts';
import { Comparer, counted, type Patterns } from './patterns.ts';
import type { Seen } from './train.ts';

/** Pairs of profiles, and the pattern of each. */
export interface Compared extends Pairs {
  pattern: Int32Array;
}

/** Some of the pairs. */
export function taken({ a, b, pattern }: Compared, rows: Int32Array): Compared {
  const of = (column: Int32Array) => rows.map((row) => column[row] ?? 0);
  return { a: of(a), b: of(b), pattern: of(pattern) };
}

/** Pairs of several lists as one. */
export function joinedPairs(lists: readonly Compared[]): Compared {
  const size = lists.reduce((sum, { a }) => sum + a.length, 0);
  const joined = (column: 'a' | 'b' | 'pattern') => {
    const all = new Int32Array(size);
    let at = 0;
    for (const list of lists) {
      all.set(list[column], at);
      at += list.a.length;
    }
    return all;
  };
  return { a: joined('a'), b: joined('b'), pattern: joined('pattern') };
}

/** Pairs drawn to learn how often different people agree. */
export const RANDOM_PAIRS = 200_000;

/** Compares the profiles that meet. */
export function compareMet(comparer: Comparer, blocks: Blocks): Compared {
  const pairs = blocks.pairs();
  return { ...pairs, pattern: comparer.compareAll(pairs) };
}

/** The patterns of pairs, as training reads them. */
export const seen = (patterns: Patterns, of: Int32Array): Seen => seenAs(patterns, counted(patterns, of));

/** Patterns of which it is known how many pairs have each. */
export function seenAs(patterns: Patterns, counts: Float64Array): Seen {
  const order = Array.from(patterns.sorted()).filter((pattern) => (counts[pattern] ?? 0) > 0);
  return {
    levels: order.map((pattern) => patterns.levels(pattern).slice()),
    pairs: order.map((pattern) => counts[pattern] ?? 0),
  };
}

/** The patterns of pairs drawn from all. */
export function drawn(comparisons: readonly Comparison[], context: Context): Seen {
  const comparer = new Comparer(comparisons, context);
  return seen(comparer.patterns, comparer.compareAll(randomPairs(context.profiles.size, RANDOM_PAIRS)));
}

/**
 * Pairs drawn from all by a fixed rule: each profile with the one a golden-ratio stride further on, so many strides that
 * there are about `target` pairs. Every pair there is when there are fewer.
 */
export function randomPairs(size: number, target: number): Pairs {
  const list = new PairList();
  if ((size * (size - 1)) / 2 <= target) {
    for (let one = 0; one < size; one++) for (let other = one + 1; other < size; other++) list.add(one, other);
    return list.pairs();
  }
  const golden = (Math.sqrt(5) - 1) / 2;
  const strides = Math.max(1, Math.round(target / size));
  const every = Math.max(1, Math.floor(size / target));
  for (let stride = 1; stride <= strides; stride++) {
    const step = 1 + Math.floor((stride * golden * size) % (size - 1));
    for (let one = 0; one < size; one += every) {
      const other = (one + step) % size;
      list.add(Math.min(one, other), Math.max(one, other));
    }
  }
  return list.pairs();
}

/** The score of each pattern, in hundredths. */
export function scoresOf(patterns: Patterns, decide: (levels: Uint8Array) => Decision): Int32Array {
  return Int32Array.from({ length: patterns.size }, (_, pattern) =>
    Math.round(decide(patterns.levels(pattern)).score * 100),
  );
}
