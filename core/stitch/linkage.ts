import { type Comparison, DIFFER } from './comparisons/comparison.ts';
import { HIGH, householdShare, type Weights } from './decide.ts';

/** A person has several of these over time: the best agreement between two clusters counts, not the mean. */
const SEVERAL = new Set(['email', 'phone', 'address', 'company']);
const MILLI = 1000;
/** Numbers of a tally that a field has. */
const WIDTH = 7;
/** Their places. */
const [SUM, COUNT, BEST, CUT, SHARED, SHARED_BEST, SHARED_CUT] = [0, 1, 2, 3, 4, 5, 6];

/** What is known between two clusters; never changed, so that all pairs of one pattern share it. */
export interface Between {
  /**
   * For each field in turn, in thousandths of a bit: the sum of the weights, how many pairs had both values, the best
   * weight; and the best where one value was cut short, such as an initial, which counts where no pair had both whole. Then
   * the same three of what a household shares.
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

export function linkageOf(comparisons: readonly Comparison[], model: Weights, priority: 'fk' | 'sk'): Linkage {
  const of = (weight: 'weight' | 'shared') =>
    comparisons.map((_, field) =>
      (model.comparisons[field]?.levels ?? []).map((level) => Math.round(level[weight] * MILLI)),
    );
  const [weights, shares] = [of('weight'), of('shared')];
  const keys = comparisons.findIndex((comparison) => comparison.name === 'keys');
  const judge = judgeOf(comparisons, model, priority);
  const judged = (known: Known): Between => ({ ...known, strength: judge(known) });
  return {
    between(levels, linked) {
      const tally = Array.from(levels).flatMap((level, field) => {
        if (level === 0) return [0, 0, 0, 0, 0, 0, 0];
        const [weight, shared] = [weights[field]?.[level] ?? 0, shares[field]?.[level] ?? 0];
        const cut = comparisons[field]?.levels[level - 2]?.cut === true;
        return cut ? [0, 0, 0, weight, 0, 0, shared] : [weight, 1, weight, 0, shared, shared, 0];
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
  const at = (tally: readonly number[], place: number) => tally[place] ?? 0;
  for (let field = 0; field < other.length; field += WIDTH) {
    const [mine, theirs] = [(of: number) => at(one, field + of), (of: number) => at(other, field + of)];
    const better = (weight: number, shared: number) => {
      const more = theirs(weight) - mine(weight) || theirs(shared) - mine(shared);
      return more > 0 ? theirs : mine;
    };
    const cut = better(CUT, SHARED_CUT);
    const best = mine(COUNT) === 0 ? theirs : theirs(COUNT) === 0 ? mine : better(BEST, SHARED_BEST);
    all[field + SUM] = mine(SUM) + theirs(SUM);
    all[field + COUNT] = mine(COUNT) + theirs(COUNT);
    all[field + SHARED] = mine(SHARED) + theirs(SHARED);
    [all[field + BEST], all[field + SHARED_BEST]] = [best(BEST), best(SHARED_BEST)];
    [all[field + CUT], all[field + SHARED_CUT]] = [cut(CUT), cut(SHARED_CUT)];
  }
  return all;
}

/** Undefined unless some pair was accepted and the union is likelier than not. */
function judgeOf(comparisons: readonly Comparison[], model: Weights, priority: 'fk' | 'sk') {
  const several = comparisons.map((comparison) => SEVERAL.has(comparison.name));
  const [prior, home] = [Math.round(model.prior * MILLI), Math.round(model.household * MILLI)];
  return ({ tally, bound, apart, linked, said }: Known): number | undefined => {
    if (said !== undefined) return said === 'together' ? Number.MAX_SAFE_INTEGER : undefined;
    if (bound && !(apart && priority === 'sk')) return Number.MAX_SAFE_INTEGER;
    if (apart || !linked) return undefined;
    let [total, shared] = [prior, home];
    for (let field = 0; field < comparisons.length; field++) {
      const of = (place: number) => tally[WIDTH * field + place] ?? 0;
      const count = of(COUNT);
      const [weight, common] = several[field] ? [BEST, SHARED_BEST] : [SUM, SHARED];
      const mean = several[field] ? 1 : count;
      total += count === 0 ? of(CUT) : Math.round(of(weight) / mean);
      shared += count === 0 ? of(SHARED_CUT) : Math.round(of(common) / mean);
    }
    const strength = total + Math.round(householdShare(shared / MILLI) * MILLI);
    return strength < HIGH * MILLI ? undefined : strength;
  };
}
