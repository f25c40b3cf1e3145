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
/** Numbers of a tally that a field has: three of what it weighs, the same of what a household shares, and how many pairs. */
const WIDTH = 7;
const [WEIGHT, SHARE, COUNT] = [0, 3, 6] as const;
/** Places within three. */
const [SUM, BEST, CUT] = [0, 1, 2] as const;

/** What is known between two clusters. */
export interface Between {
  /**
   * For each field in turn, in thousandths of a bit: the sum of the weights, the best, and the best where one value was cut
   * short, such as an initial, which counts where no pair had both whole; the same three of what a household shares; and how
   * many pairs had both values.
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
  /** Of clusters that were joined, so that more is joined to it in its place; what a pattern says is never changed. */
  own: boolean;
}

/** Judges two clusters as one record each: what a person has once by the mean of all pairs, the rest by the best pair. */
export interface Linkage {
  /** Evidence of one pair. */
  between(levels: Uint8Array, linked: boolean): Between;
  /** What a label says of a pair. */
  labelled(together: boolean): Between;
  /** Evidence of two clusters with a third, once the two are one. What is given and is `own` is used up. */
  joined(one: Between, other: Between): Between;
}

type Known = Omit<Between, 'strength' | 'own'>;

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
    return { tally, rule, bound, apart, linked, said, strength: judge(known), own: false };
  };
  return {
    between(levels, linked) {
      const tally = new Int32Array(WIDTH * levels.length);
      for (let field = 0; field < levels.length; field++) {
        const [level, at] = [levels[field] ?? 0, WIDTH * field];
        if (level === 0) continue;
        const cut = comparisons[field]?.levels[level - 2]?.cut === true;
        const [weight, shared] = [weights[field]?.[level] ?? 0, shares[field]?.[level] ?? 0];
        tally[at + WEIGHT + (cut ? CUT : SUM)] = weight;
        tally[at + SHARE + (cut ? CUT : SUM)] = shared;
        if (cut) continue;
        tally[at + COUNT] = 1;
        tally[at + WEIGHT + BEST] = weight;
        tally[at + SHARE + BEST] = shared;
      }
      const key = keys(levels);
      return judged({ tally, linked, rule: ruleIn(levels), bound: key === 'together', apart: key === 'apart' });
    },
    labelled: (together) =>
      judged({ tally: NOTHING, bound: false, apart: false, linked: together, said: together ? 'together' : 'apart' }),
    joined(one, other) {
      const [into, from] = takesIn(one, other) ? [one, other] : [other, one];
      const all = into.own ? into : { ...into, tally: into.tally.slice(), own: true };
      add(all.tally, from.tally);
      all.rule = firstOf(one.rule, other.rule);
      all.bound = one.bound || other.bound;
      all.apart = one.apart || other.apart;
      all.linked = one.linked || other.linked;
      all.said = one.said === 'apart' || other.said === 'apart' ? 'apart' : (one.said ?? other.said);
      all.strength = judge(all);
      return all;
    },
  };
}

const firstOf = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** Whether the other is added to this one: a label's tally has no room. */
const takesIn = (one: Between, other: Between): boolean =>
  one.tally.length === other.tally.length ? one.own || !other.own : one.tally.length > other.tally.length;

/** Adds a tally to another. */
function add(to: Int32Array, other: Int32Array): void {
  for (let at = 0; at < other.length; at += WIDTH) {
    const [mine, theirs] = [to[at + COUNT] ?? 0, other[at + COUNT] ?? 0];
    to[at + COUNT] = mine + theirs;
    to[at + WEIGHT + SUM] = (to[at + WEIGHT + SUM] ?? 0) + (other[at + WEIGHT + SUM] ?? 0);
    to[at + SHARE + SUM] = (to[at + SHARE + SUM] ?? 0) + (other[at + SHARE + SUM] ?? 0);
    if (theirs > 0 && (mine === 0 || isBetter(other, to, at, BEST))) take(to, other, at, BEST);
    if (isBetter(other, to, at, CUT)) take(to, other, at, CUT);
  }
}

/** Whether a field weighs more, or as much and a household shares more of it. */
function isBetter(one: Int32Array, other: Int32Array, at: number, of: typeof BEST | typeof CUT): boolean {
  const more = (one[at + WEIGHT + of] ?? 0) - (other[at + WEIGHT + of] ?? 0);
  return more === 0 ? (one[at + SHARE + of] ?? 0) > (other[at + SHARE + of] ?? 0) : more > 0;
}

function take(to: Int32Array, from: Int32Array, at: number, of: typeof BEST | typeof CUT): void {
  to[at + WEIGHT + of] = from[at + WEIGHT + of] ?? 0;
  to[at + SHARE + of] = from[at + SHARE + of] ?? 0;
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
      total += termOf(tally, field, WEIGHT, several[field] === true);
      shared += termOf(tally, field, SHARE, several[field] === true);
    }
    // A household only takes, so that what is unlikely without it is so with it.
    const strength = total < HIGH * MILLI ? total : total + householdTakes(shared);
    return strength < HIGH * MILLI ? undefined : strength;
  };
}

const severalOf = (comparisons: readonly Comparison[]) => comparisons.map(({ name }) => SEVERAL.has(name));

/** What a field adds to the odds of one person, or of one household. */
function termOf(tally: Int32Array, field: number, of: typeof WEIGHT | typeof SHARE, several: boolean): number {
  const at = WIDTH * field;
  const count = tally[at + COUNT] ?? 0;
  if (count === 0) return tally[at + of + CUT] ?? 0;
  if (several) return tally[at + of + BEST] ?? 0;
  return Math.round((tally[at + of + SUM] ?? 0) / count);
}

/** Odds of one household, in thousandths of a bit, below which it takes less than one of them. */
const NO_HOUSEHOLD = -12 * MILLI;

const householdTakes = (shared: number): number =>
  shared < NO_HOUSEHOLD ? 0 : Math.round(householdShare(shared / MILLI) * MILLI);

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
  const terms = (of: typeof WEIGHT | typeof SHARE) =>
    comparisons.map((_, field) => termOf(tally, field, of, several[field] === true));
  const sum = (start: number, of: readonly number[]) =>
    of.reduce((total, term) => total + term, Math.round(start * MILLI));
  const weights = terms(WEIGHT);
  const household = householdTakes(sum(model.household, terms(SHARE)));
  return {
    prior: Math.round(model.prior * MILLI) / MILLI,
    evidence: comparisons.map(({ name }, field) => ({ field: name, weight: (weights[field] ?? 0) / MILLI })),
    household: household / MILLI,
    weight: (sum(model.prior, weights) + household) / MILLI,
  };
}
