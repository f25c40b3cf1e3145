import { type Comparison, DIFFER } from './comparisons/comparison.ts';
import type { StitchModel } from './model.ts';

/** A person has several of these over time: the best agreement between two clusters counts, not the mean. */
const SEVERAL = new Set(['email', 'phone', 'address', 'company']);
const MILLI = 1000;
/** Numbers of a tally that a field has. */
const WIDTH = 4;

/** What is known between two clusters; never changed, so that all pairs of one pattern share it. */
export interface Between {
  /**
   * For each field in turn, in thousandths of a bit: the sum of the weights, how many pairs had both values, the best
   * weight; and the best where one value was cut short, such as an initial, which counts where no pair had both whole.
   */
  tally: readonly number[];
  /** A foreign key says that they belong together; a separation key that they don't. */
  bound: boolean;
  apart: boolean;
  /** Some pair of them was accepted. */
  linked: boolean;
  /** What a person said of some pair of them; being told apart wins. */
  said?: 'together' | 'apart' | undefined;
  /** Log2 of the odds of one person, in thousandths; undefined when they must stay apart. */
  strength: number | undefined;
}

/** Judges two clusters as one record each: what a person has once by the mean of all pairs, the rest by the best pair. */
export interface Linkage {
  /** Evidence of one pair. */
  between(levels: Uint8Array, linked: boolean): Between;
  /** What a label says of a pair. */
  labelled(together: boolean): Between;
  /** Evidence of two clusters with a third, once the two are one. */
  joined(one: Between, other: Between): Between;
}

type Known = Omit<Between, 'strength'>;

export function linkageOf(
  comparisons: readonly Comparison[],
  model: Pick<StitchModel, 'prior' | 'comparisons'>,
  priority: 'fk' | 'sk',
): Linkage {
  const weights = comparisons.map((_, field) =>
    (model.comparisons[field]?.levels ?? []).map((level) => Math.round(level.weight * MILLI)),
  );
  const keys = comparisons.findIndex((comparison) => comparison.name === 'keys');
  const judge = judgeOf(comparisons, weights, Math.round(model.prior * MILLI), priority);
  const judged = (known: Known): Between => ({ ...known, strength: judge(known) });
  return {
    between(levels, linked) {
      const tally = Array.from(levels).flatMap((level, field) => {
        const weight = level === 0 ? 0 : (weights[field]?.[level] ?? 0);
        const cut = comparisons[field]?.levels[level - 2]?.cut === true;
        return cut ? [0, 0, 0, weight] : [weight, level === 0 ? 0 : 1, weight, 0];
      });
      const key = keys < 0 ? 0 : (levels[keys] ?? 0);
      const bound = key === 2 || (key === 3 && priority === 'fk');
      return judged({ tally, bound, linked, apart: key === DIFFER || (key === 3 && priority === 'sk') });
    },
    labelled: (together) =>
      judged({ tally: [], bound: false, apart: false, linked: together, said: together ? 'together' : 'apart' }),
    joined: (one, other) =>
      judged({
        tally: added(one.tally, other.tally),
        bound: one.bound || other.bound,
        apart: one.apart || other.apart,
        linked: one.linked || other.linked,
        said: one.said === 'apart' || other.said === 'apart' ? 'apart' : (one.said ?? other.said),
      }),
  };
}

function added(one: readonly number[], other: readonly number[]): number[] {
  if (one.length < other.length) return added(other, one);
  const all = one.slice();
  for (let at = 0; at < other.length; at += WIDTH) {
    all[at + 3] = Math.max(all[at + 3] ?? 0, other[at + 3] ?? 0);
    const count = other[at + 1] ?? 0;
    if (count === 0) continue;
    const [mine, best] = [all[at + 1] ?? 0, other[at + 2] ?? 0];
    all[at] = (all[at] ?? 0) + (other[at] ?? 0);
    all[at + 1] = mine + count;
    all[at + 2] = mine === 0 ? best : Math.max(all[at + 2] ?? 0, best);
  }
  return all;
}

/** Undefined unless some pair was accepted and the union is likelier than not, by the person's own evidence under a conflict. */
function judgeOf(
  comparisons: readonly Comparison[],
  weights: readonly number[][],
  prior: number,
  priority: 'fk' | 'sk',
) {
  const several = comparisons.map((comparison) => SEVERAL.has(comparison.name));
  const household = comparisons.map((comparison) => comparison.household);
  const halfway = comparisons.map(({ conflict }, field) =>
    conflict ? (weights[field]?.[DIFFER] ?? 0) / 2 : -Infinity,
  );
  return ({ tally, bound, apart, linked, said }: Known): number | undefined => {
    if (said !== undefined) return said === 'together' ? Number.MAX_SAFE_INTEGER : undefined;
    if (bound && !(apart && priority === 'sk')) return Number.MAX_SAFE_INTEGER;
    if (apart || !linked) return undefined;
    let [total, own, conflict] = [prior, prior, false];
    for (let field = 0; field < comparisons.length; field++) {
      const at = WIDTH * field;
      const count = tally[at + 1] ?? 0;
      const mean = Math.round((tally[at] ?? 0) / count);
      const weight = (count === 0 ? tally[at + 3] : several[field] ? tally[at + 2] : mean) ?? 0;
      total += weight;
      if (!household[field]) own += weight;
      if (weight < (halfway[field] ?? 0)) conflict = true;
    }
    return total < 0 || (conflict && own < 0) ? undefined : total;
  };
}
