import { type Comparison, DIFFER } from './comparisons.ts';
import type { StitchModel } from './model.ts';

/** A person has several of these over time: the best agreement between two clusters counts, not the mean. */
const SEVERAL = new Set(['email', 'phone', 'address', 'company']);
const MILLI = 1000;

/** What is known between two clusters, field by field; never changed, so that pairs of one pattern share it. */
export interface Between {
  /** Sum of the weights in thousandths of a bit, how many pairs had both values, and the best weight. */
  sum: readonly number[];
  count: readonly number[];
  best: readonly number[];
  /** A foreign key says that they belong together; a separation key that they don't. */
  bound: boolean;
  apart: boolean;
  /** Some pair of them was accepted. */
  linked: boolean;
  /** What a person said of some pair of them; being told apart wins. */
  said?: 'together' | 'apart' | undefined;
}

/** Judges two clusters as one record each: what a person has once by the mean of all pairs, the rest by the best pair. */
export interface Linkage {
  /** Evidence of one pair. */
  between(levels: readonly number[], linked: boolean): Between;
  /** What a label says of a pair. */
  labelled(together: boolean): Between;
  /** Evidence of two clusters with a third, once the two are one. */
  joined(one: Between, other: Between): Between;
  /** Log2 of the odds of one person; undefined when they must stay apart. */
  strength(between: Between): number | undefined;
}

export function linkageOf(
  comparisons: readonly Comparison[],
  model: Pick<StitchModel, 'prior' | 'comparisons'>,
  priority: 'fk' | 'sk',
): Linkage {
  const weights = comparisons.map((_, field) =>
    Int32Array.from(model.comparisons[field]?.levels ?? [], (level) => Math.round(level.weight * MILLI)),
  );
  const keys = comparisons.findIndex((comparison) => comparison.name === 'keys');
  const several = comparisons.map((comparison) => SEVERAL.has(comparison.name));
  const prior = Math.round(model.prior * MILLI);
  return {
    between(levels, linked) {
      const sum = levels.map((level, field) => (level === 0 ? 0 : (weights[field]?.[level] ?? 0)));
      const count = levels.map((level) => (level === 0 ? 0 : 1));
      const key = keys < 0 ? 0 : (levels[keys] ?? 0);
      const bound = key === 2 || (key === 3 && priority === 'fk');
      return { sum, count, best: sum, bound, linked, apart: key === DIFFER || (key === 3 && priority === 'sk') };
    },
    labelled,
    joined,
    strength(between) {
      if (between.said !== undefined) return between.said === 'together' ? Number.MAX_SAFE_INTEGER : undefined;
      if (between.bound && !(between.apart && priority === 'sk')) return Number.MAX_SAFE_INTEGER;
      if (between.apart || !between.linked) return undefined;
      let [total, own, conflict] = [prior, prior, false];
      for (let field = 0; field < comparisons.length; field++) {
        const count = between.count[field] ?? 0;
        if (count === 0) continue;
        const weight = several[field] ? (between.best[field] ?? 0) : Math.round((between.sum[field] ?? 0) / count);
        total += weight;
        if (comparisons[field]?.household !== true) own += weight;
        if (comparisons[field]?.conflict === true && 2 * weight < (weights[field]?.[DIFFER] ?? 0)) conflict = true;
      }
      return total < 0 || (conflict && own < 0) ? undefined : total;
    },
  };
}

function labelled(together: boolean): Between {
  const said = together ? 'together' : 'apart';
  return { sum: [], count: [], best: [], bound: false, apart: false, linked: together, said };
}

function joined(one: Between, other: Between): Between {
  if (one.sum.length < other.sum.length) return joined(other, one);
  const [sum, count, best] = [one.sum.slice(), one.count.slice(), one.best.slice()];
  for (let field = 0; field < sum.length; field++) {
    if ((other.count[field] ?? 0) === 0) continue;
    const found = other.best[field] ?? 0;
    best[field] = (count[field] ?? 0) === 0 ? found : Math.max(best[field] ?? 0, found);
    sum[field] = (sum[field] ?? 0) + (other.sum[field] ?? 0);
    count[field] = (count[field] ?? 0) + (other.count[field] ?? 0);
  }
  return {
    ...{ sum, count, best },
    bound: one.bound || other.bound,
    apart: one.apart || other.apart,
    linked: one.linked || other.linked,
    said: one.said === 'apart' || other.said === 'apart' ? 'apart' : (one.said ?? other.said),
  };
}
