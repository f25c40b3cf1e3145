import type { Decision } from './decide.ts';
import type { Compared } from './matching.ts';
import { counted, type Patterns } from './patterns.ts';

/** How the compared pairs weigh, for people to look at. */
export interface Overview {
  /** Pairs by whole bits of their weight; the ends hold all beyond. */
  weights: { bits: number; pairs: number }[];
  /** Places of the pairs that were hardest to decide, those that became one person and those that did not. */
  near: { a: number; b: number; weight: number }[];
}

const END = 30;
/** Shown on each side of the threshold. */
const EXAMPLES = 10;

/** Of all compared pairs how many weigh how much, and the ones nearest to the threshold, one of each pattern. */
export function overview(patterns: Patterns, pairs: Compared, decide: (levels: Uint8Array) => Decision): Overview {
  const counts = counted(patterns, pairs.pattern);
  const weights = Array.from(counts, (_, pattern) => decide(patterns.levels(pattern)).weight);
  const bins = new Map<number, number>();
  for (const [pattern, weight] of weights.entries()) {
    const bits = Math.max(-END, Math.min(END, Math.floor(weight)));
    bins.set(bits, (bins.get(bits) ?? 0) + (counts[pattern] ?? 0));
  }
  const nearest = (side: (weight: number) => boolean) =>
    weights
      .map((weight, pattern) => ({ weight, pattern }))
      .filter(({ weight, pattern }) => side(weight) && (counts[pattern] ?? 0) > 0)
      .sort((one, other) => Math.abs(one.weight) - Math.abs(other.weight) || one.pattern - other.pattern)
      .slice(0, EXAMPLES);
  const shown = [...nearest((weight) => weight >= 0).reverse(), ...nearest((weight) => weight < 0)];
  const near = shown.map(({ weight, pattern }) => {
    const row = pairs.pattern.indexOf(pattern);
    return { a: pairs.a[row] ?? 0, b: pairs.b[row] ?? 0, weight };
  });
  return {
    weights: [...bins].map(([bits, n]) => ({ bits, pairs: n })).sort((one, other) => one.bits - other.bits),
    near,
  };
}
