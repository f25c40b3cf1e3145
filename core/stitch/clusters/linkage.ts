import type { Comparison } from '../comparisons/comparison.ts';
import { HIGH, householdShare, keyVerdict, type Weights } from '../model/decide.ts';
import { ruleOf, says, type Verdicts } from '../model/own-rules.ts';

/** A person has several of these over time: the best agreement between two clusters counts, not the mean. */
const SEVERAL = new Set(['email', 'phone', 'address', 'company']);
const MILLI = 1000;
/** Strengths that no evidence reaches. What people say comes first, then rules from the top down, so that what binds otherwise finds it settled. */
const [SAID, RULED] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1];
const BOUND = RULED - 1000;

/** Whether two clusters are joined whatever else there is. */
export const isCertain = (strength: number): boolean => strength >= BOUND;
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
  tally: Int32Array;
  /** The first rule of one's own that is true of some pair of them, by its place; it decides of all. */
  rule?: number | undefined;
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

const NOTHING = new Int32Array();

export function linkageOf(comparisons: readonly Comparison[], model: Weights, verdicts: Verdicts): Linkage {
  const of = (weight: 'weight' | 'shared') =>
    comparisons.map((_, field) =>
      (model.comparisons[field]?.levels ?? []).map((level) => Math.round(level[weight] * MILLI)),
    );
  const [weights, shares] = [of('weight'), of('shared')];
  const [keys, ruleIn] = [keyVerdict(comparisons, verdicts.key_priority), ruleOf(comparisons)];
  const judge = judgeOf(comparisons, model, verdicts);
  const judged = (known: Known): Between => {
    const { tally, rule, bound, apart, linked, said } = known;
    return { tally, rule, bound, apart, linked, said, strength: judge(known) };
  };
  return {
    between(levels, linked) {
      const tally = new Int32Array(WIDTH * levels.length);
      for (let field = 0; field < levels.length; field++) {
        const [level, at] = [levels[field] ?? 0, WIDTH * field];
        if (level === 0) continue;
        const cut = comparisons[field]?.levels[level - 2]?.cut === true;
        const [weight, shared] = [weights[field]?.[level] ?? 0, shares[field]?.[level] ?? 0];
        tally[at + (cut ? CUT : SUM)] = weight;
        tally[at + (cut ? SHARED_CUT : SHARED)] = shared;
        if (cut) continue;
        tally[at + COUNT] = 1;
        tally[at + BEST] = weight;
        tally[at + SHARED_BEST] = shared;
      }
      const key = keys(levels);
      return judged({ tally, linked, rule: ruleIn(levels), bound: key === 'together', apart: key === 'apart' });
    },
    labelled: (together) =>
      judged({ tally: NOTHING, bound: false, apart: false, linked: together, said: together ? 'together' : 'apart' }),
    joined: (one, other) =>
      judged({
        tally: added(one.tally, other.tally),
        rule: firstOf(one.rule, other.rule),
        bound: one.bound || other.bound,
        apart: one.apart || other.apart,
        linked: one.linked || other.linked,
        said: one.said === 'apart' || other.said === 'apart' ? 'apart' : (one.said ?? other.said),
      }),
  };
}

const firstOf = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

function added(one: Int32Array, other: Int32Array): Int32Array {
  if (one.length < other.length) return added(other, one);
  const all = one.slice();
  for (let at = 0; at < other.length; at += WIDTH) {
    const [mine, theirs] = [one[at + COUNT] ?? 0, other[at + COUNT] ?? 0];
    all[at + SUM] = (one[at + SUM] ?? 0) + (other[at + SUM] ?? 0);
    all[at + COUNT] = mine + theirs;
    all[at + SHARED] = (one[at + SHARED] ?? 0) + (other[at + SHARED] ?? 0);
    if (theirs > 0 && (mine === 0 || better(other, one, at + BEST, at + SHARED_BEST))) {
      all[at + BEST] = other[at + BEST] ?? 0;
      all[at + SHARED_BEST] = other[at + SHARED_BEST] ?? 0;
    }
    if (better(other, one, at + CUT, at + SHARED_CUT)) {
      all[at + CUT] = other[at + CUT] ?? 0;
      all[at + SHARED_CUT] = other[at + SHARED_CUT] ?? 0;
    }
  }
  return all;
}

/** The better weight, of equal ones the one that a household shares more of. */
function better(one: Int32Array, other: Int32Array, weight: number, shared: number): boolean {
  const more = (one[weight] ?? 0) - (other[weight] ?? 0);
  return more === 0 ? (one[shared] ?? 0) > (other[shared] ?? 0) : more > 0;
}

/** Undefined unless some pair was accepted and the union is likelier than not. */
function judgeOf(comparisons: readonly Comparison[], model: Weights, { key_priority, rules, remaining }: Verdicts) {
  const several = severalOf(comparisons);
  const [prior, home] = [Math.round(model.prior * MILLI), Math.round(model.household * MILLI)];
  return ({ tally, rule, bound, apart, linked, said }: Known): number | undefined => {
    if (said !== undefined) return said === 'together' ? SAID : undefined;
    if (rule !== undefined) return says(rules[rule]) === 'together' ? RULED - rule : undefined;
    if (bound && !(apart && key_priority === 'sk')) return BOUND;
    if (apart || !linked || remaining === 'none') return undefined;
    let [total, shared] = [prior, home];
    for (let field = 0; field < several.length; field++) {
      const term = termOf(tally, field, several[field] === true);
      total += term.weight;
      shared += term.shared;
    }
    const strength = total + Math.round(householdShare(shared / MILLI) * MILLI);
    return strength < HIGH * MILLI ? undefined : strength;
  };
}

const severalOf = (comparisons: readonly Comparison[]) => comparisons.map(({ name }) => SEVERAL.has(name));

/** What a field adds to the odds of one person, and of one household. */
function termOf(tally: Int32Array, field: number, several: boolean): { weight: number; shared: number } {
  const at = WIDTH * field;
  const count = tally[at + COUNT] ?? 0;
  const [weight, shared] = count === 0 ? [CUT, SHARED_CUT] : several ? [BEST, SHARED_BEST] : [SUM, SHARED];
  const pairs = count === 0 || several ? 1 : count;
  return {
    weight: Math.round((tally[at + weight] ?? 0) / pairs),
    shared: Math.round((tally[at + shared] ?? 0) / pairs),
  };
}

/** The odds that two clusters are one person, in bits, by what they are the sum of. */
export interface Weighed {
  prior: number;
  evidence: { field: string; weight: number }[];
  household: number;
  weight: number;
}

/** How the evidence between two clusters adds up, accepted or not. */
export function weighed({ tally }: Between, comparisons: readonly Comparison[], model: Weights): Weighed {
  const several = severalOf(comparisons);
  const terms = comparisons.map((_, field) => termOf(tally, field, several[field] === true));
  const sum = (start: number, of: 'weight' | 'shared') =>
    terms.reduce((total, term) => total + term[of], Math.round(start * MILLI));
  const household = Math.round(householdShare(sum(model.household, 'shared') / MILLI) * MILLI);
  return {
    prior: Math.round(model.prior * MILLI) / MILLI,
    evidence: comparisons.map(({ name }, field) => ({ field: name, weight: (terms[field]?.weight ?? 0) / MILLI })),
    household: household / MILLI,
    weight: (sum(model.prior, 'weight') + household) / MILLI,
  };
}
