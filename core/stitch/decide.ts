import { type Comparison, DIFFER, levelCount, MISSING } from './comparisons/comparison.ts';
import type { StitchModel } from './model.ts';

/** The verdict on a pair, from its levels alone. */
export interface Decision {
  /** Log2 of the odds that the two are one person, before rules and vetoes. */
  weight: number;
  /** The same where a conflict leaves only what is the person's own. */
  own: number;
  /** 0.00 to 5.00, the category in front. */
  score: number;
  /** The name of the field whose conflict parts them, whatever the rest says. */
  veto?: string;
}

/** Odds of a match at which a category begins: 19 to 1 is high, 9,999 to 1 is excellent. */
export const HIGH = Math.log2(0.95 / 0.05);
export const EXCELLENT = Math.log2(0.9999 / 0.0001);
const categories = ['non-match', 'weak', 'moderate', 'high', 'excellent', 'exact'] as const;

/** The name of a score's category. */
export const categoryOf = (score: number): string => categories[Math.floor(score)] ?? 'exact';

/** Decides pairs under one model. Every weight is that of a table; nothing depends on anything but the levels. */
export function decider(
  comparisons: readonly Comparison[],
  model: Pick<StitchModel, 'prior' | 'comparisons'>,
  priority: 'fk' | 'sk',
) {
  const weights = comparisons.map((_, field) => model.comparisons[field]?.levels.map((level) => level.weight) ?? []);
  const keys = comparisons.findIndex((comparison) => comparison.name === 'keys');
  const equalFrom = comparisons.map((comparison) => levelCount(comparison) - Math.max(1, comparison.equal?.bands ?? 0));
  const reaches = comparisons.map((comparison) => ['email', 'phone', 'address'].includes(comparison.name));

  /** Under a conflict about the person only what is the person's own speaks: a household shares the rest. */
  function conflictOf(levels: Uint8Array): { field: number; own: number } | undefined {
    const field = comparisons.findIndex((comparison, i) => comparison.conflict && levels[i] === DIFFER);
    if (field < 0) return undefined;
    let own = model.prior;
    for (let i = 0; i < levels.length; i++) {
      if (comparisons[i]?.household !== true) own += weights[i]?.[levels[i] ?? 0] ?? 0;
    }
    return { field, own };
  }

  function exact(levels: Uint8Array): boolean {
    return levels.every((level, field) => level === MISSING || level >= (equalFrom[field] ?? 0));
  }

  return (levels: Uint8Array): Decision => {
    let weight = model.prior;
    for (let field = 0; field < levels.length; field++) weight += weights[field]?.[levels[field] ?? 0] ?? 0;
    const key = keys < 0 ? MISSING : (levels[keys] ?? MISSING);
    const apart = key === DIFFER || (key === 3 && priority === 'sk');
    const conflict = conflictOf(levels);
    const own = conflict?.own ?? weight;
    if (apart) return { weight, own, score: 0, veto: 'keys' };
    if (key >= 2) return { weight, own, score: 5 };
    if (conflict !== undefined && own < HIGH)
      return { weight, own, score: 0, veto: comparisons[conflict.field]?.name ?? '' };
    const reached = levels.some((level, field) => reaches[field] === true && level > DIFFER + 1);
    return { weight, own, score: scoreOf(weight, exact(levels), reached) };
  };
}

/** Where a weight stands within its category, in hundredths. */
function scoreOf(weight: number, exact: boolean, reached: boolean): number {
  const within = (category: number, from: number, to: number) =>
    (100 * category + Math.floor(99 * Math.min(1, Math.max(0, (weight - from) / (to - from))))) / 100;
  if (weight >= HIGH && exact) return 5;
  if (weight >= EXCELLENT) return within(4, EXCELLENT, 4 * EXCELLENT);
  if (weight >= HIGH) return within(3, HIGH, EXCELLENT);
  return within(reached ? 2 : 1, HIGH - 2 * EXCELLENT, HIGH);
}
