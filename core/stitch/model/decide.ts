import { type Comparison, DIFFER, levelCount, MISSING } from '../comparisons/comparison.ts';
import type { StitchModel } from './model.ts';
import { ruleOf, says as sayOf, type Verdicts } from './own-rules.ts';

/** The verdict on a pair, from its levels alone. */
export interface Decision {
  /** Log2 of the odds that the two are one person, against all else that they may be. */
  weight: number;
  /** What of it a household takes: how far the odds against strangers alone fall once two of one household are thought of. */
  household: number;
  /** 0.00 to 5.00, the category in front. */
  score: number;
  /** What parts them, whatever the rest says. */
  veto?: string;
}

/** Odds of a match at which a category begins: likelier than not is high, 9,999 to 1 is excellent. */
export const HIGH = 0;
export const EXCELLENT = Math.log2(0.9999 / 0.0001);
const categories = ['non-match', 'weak', 'moderate', 'high', 'excellent', 'exact'] as const;

/** Scores and thresholds are compared in hundredths. */
export const hundredths = (score: number): number => Math.round(score * 100);
export const thresholdOf = ({ threshold }: { threshold: number }): number => hundredths(threshold);

/** The name of a score's category. */
export const categoryOf = (score: number): string => categories[Math.floor(score)] ?? 'exact';

/**
 * The least weight, in bits, at which a pair reaches a threshold. Undefined where weight alone never does. `moderate`: e-mail,
 * phone or address agree, so that a pair which is not likelier than not counts as moderate instead of weak.
 */
export function acceptedFrom(threshold: number, moderate: boolean): number | undefined {
  const category = Math.floor(threshold);
  const within = (hundredths(threshold) - 100 * category) / 99;
  if (category >= 5) return undefined;
  if (category === 4) return EXCELLENT + within * 3 * EXCELLENT;
  if (category === 3) return HIGH + within * (EXCELLENT - HIGH);
  // The least score of these two stands for all weights below as well.
  const below = within === 0 ? Number.NEGATIVE_INFINITY : HIGH - (1 - within) * 2 * EXCELLENT;
  if (category === 2) return moderate ? below : HIGH;
  return moderate ? Number.NEGATIVE_INFINITY : below;
}

/** Of a model what decides. */
export type Weights = Pick<StitchModel, 'prior' | 'household' | 'comparisons'>;

/**
 * How far odds against strangers fall once a household is thought of too, in bits: `shared` is log2 of the odds that the
 * two are of one household, against strangers.
 */
export const householdShare = (shared: number): number => -Math.log2(1 + 2 ** Math.min(shared, 1000));

/** Adds up the weights of levels. Read `weight` and `household` after `of`. */
export class Odds {
  /** Log2 of the odds of one person against strangers and households. */
  weight = 0;
  /** What of it a household takes. */
  household = 0;
  readonly #weights: readonly Float64Array[];
  readonly #shares: readonly Float64Array[];
  readonly #model: Weights;

  constructor(model: Weights) {
    const of = (weight: 'weight' | 'shared') =>
      model.comparisons.map(({ levels }) => Float64Array.from(levels, (level) => level[weight]));
    this.#weights = of('weight');
    this.#shares = of('shared');
    this.#model = model;
  }

  of(levels: Uint8Array): void {
    let [strangers, shared] = [this.#model.prior, this.#model.household];
    for (let field = 0; field < levels.length; field++) {
      const level = levels[field] ?? 0;
      strangers += this.#weights[field]?.[level] ?? 0;
      shared += this.#shares[field]?.[level] ?? 0;
    }
    this.household = householdShare(shared);
    this.weight = strangers + this.household;
  }
}

/** What foreign and separation keys say of a pair. */
export function keyVerdict(
  comparisons: readonly Comparison[],
  priority: 'fk' | 'sk',
): (levels: Uint8Array) => 'together' | 'apart' | undefined {
  const keys = comparisons.findIndex((comparison) => comparison.name === 'keys');
  if (keys < 0) return () => undefined;
  return (levels) => {
    const key = levels[keys] ?? MISSING;
    if (key === DIFFER || (key === 3 && priority === 'sk')) return 'apart';
    return key >= 2 ? 'together' : undefined;
  };
}

/** Who decides of a pair that evidence doesn't, and how. */
export interface Settled {
  by: 'rules' | 'keys' | 'no rule';
  says: 'together' | 'apart';
}

/** What is settled of a pair whatever it weighs: by rules of one's own, then by keys, and where the model isn't asked, by neither. */
export function settler(comparisons: readonly Comparison[], { key_priority, rules, remaining }: Verdicts) {
  const [rule, keys] = [ruleOf(comparisons), keyVerdict(comparisons, key_priority)];
  return (levels: Uint8Array): Settled | undefined => {
    const own = rule(levels);
    if (own !== undefined) return { by: 'rules', says: sayOf(rules[own]) };
    const key = keys(levels);
    if (key !== undefined) return { by: 'keys', says: key };
    return remaining === 'none' ? { by: 'no rule', says: 'apart' } : undefined;
  };
}

/** Decides pairs under one model. Every weight is that of a table; nothing depends on anything but the levels. */
export function decider(comparisons: readonly Comparison[], model: Weights, verdicts: Verdicts) {
  const [odds, settled] = [new Odds(model), settler(comparisons, verdicts)];
  const equalFrom = comparisons.map((comparison) => levelCount(comparison) - Math.max(1, comparison.equal?.bands ?? 0));
  const fields = (where: (comparison: Comparison) => boolean) =>
    [...comparisons.keys()].filter((field) => where(comparisons[field] as Comparison));
  const conflicts = fields(({ conflict }) => conflict);
  const reaches = fields(({ name }) => ['email', 'phone', 'address'].includes(name));
  const exact = (levels: Uint8Array) =>
    levels.every((level, field) => level === MISSING || level >= (equalFrom[field] ?? 0));

  return (levels: Uint8Array): Decision => {
    odds.of(levels);
    const { weight, household } = odds;
    const known = settled(levels);
    if (known?.says === 'apart') return { weight, household, score: 0, veto: known.by };
    if (known?.says === 'together') return { weight, household, score: 5 };
    if (weight >= HIGH) return { weight, household, score: exact(levels) ? 5 : likelyScore(weight) };
    const parted = conflicts.find((field) => levels[field] === DIFFER);
    if (parted !== undefined) return { weight, household, score: 0, veto: comparisons[parted]?.name ?? '' };
    const reached = reaches.some((field) => (levels[field] ?? 0) > DIFFER + 1);
    return { weight, household, score: within(reached ? 2 : 1, weight, HIGH - 2 * EXCELLENT, HIGH) };
  };
}

const likelyScore = (weight: number): number =>
  weight >= EXCELLENT ? within(4, weight, EXCELLENT, 4 * EXCELLENT) : within(3, weight, HIGH, EXCELLENT);

/** Where a weight stands within its category, in hundredths. */
const within = (category: number, weight: number, from: number, to: number): number =>
  (100 * category + Math.floor(99 * Math.min(1, Math.max(0, (weight - from) / (to - from))))) / 100;
