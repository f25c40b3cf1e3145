import type { Rule } from './rule.ts';
import type { RuleSample } from './rule-sample.ts';

/** What a rule that was tried would add to the others, of all pairs there are, as far as a sample tells. */
export interface LeftOut {
  rule: string;
  /** Pairs that only this rule brings together, and how many of them are accepted. */
  pairs: number;
  accepted: number;
}

export interface RuleChoice {
  rules: Rule[];
  leftOut: LeftOut[];
}

/**
 * A rule pays when one in so many of the pairs that only it makes is accepted. A run accepts about one pair a profile and
 * makes two, so that a thousandth of them, found at this price, costs a run a twentieth of its comparing.
 */
const PRICE = 100;

/** So many pairs take a second: up to there every rule pays that finds what no other does. */
export const FREE = 500_000;

/** A history of the sample: the rules that found its pairs. */
interface Tally {
  rules: number[];
  /** Of all pairs there are. */
  weight: number;
  pairs: number;
  accepted: number;
}

/**
 * Of a pool the rules that pay, in its order. Beginning with all, the one leaves whose own pairs are accepted most seldom,
 * until the rest pays; then those leave that bring together no pair of their own, those of fewest pairs first. A rule has
 * the benefit of one accepted pair that the sample did not show. `kept` stay, whatever they find.
 */
export function chooseRules(
  pool: readonly Rule[],
  sample: RuleSample,
  accepted: Uint8Array,
  kept: ReadonlySet<string>,
): RuleChoice {
  const tallies = talliesOf(sample, accepted);
  const left = new Set(pool.keys());
  const leftOut: LeftOut[] = [];
  for (;;) {
    const found = foundBy(pool.length, tallies, left);
    const leaving = leastOf(pool, { left, kept, found });
    if (leaving === undefined) break;
    const { pairs, accepted: own } = found.only[leaving] ?? { pairs: 0, accepted: 0 };
    const all = (n: number) => Math.round(n / sample.share);
    leftOut.push({ rule: pool[leaving]?.name ?? '', pairs: all(pairs), accepted: all(own) });
    left.delete(leaving);
  }
  return { rules: pool.flatMap((rule, number) => (left.has(number) ? [{ ...rule, number }] : [])), leftOut };
}

interface Found {
  /** By rule the pairs of the sample that it alone finds. */
  only: { pairs: number; accepted: number }[];
  /** By rule, the pairs that it finds. */
  pairs: number[];
  /** Of all pairs there are, those that some rule finds. */
  total: number;
}

function foundBy(width: number, tallies: readonly Tally[], left: ReadonlySet<number>): Found {
  const only = Array.from({ length: width }, () => ({ pairs: 0, accepted: 0 }));
  const all = new Array<number>(width).fill(0);
  let total = 0;
  for (const { rules, weight, pairs, accepted } of tallies) {
    const finding = rules.filter((rule) => left.has(rule));
    for (const rule of finding) all[rule] = (all[rule] ?? 0) + pairs;
    if (finding.length > 0) total += weight * pairs;
    const own = only[finding[0] ?? -1];
    if (own === undefined || finding.length > 1) continue;
    own.pairs += pairs;
    own.accepted += accepted;
  }
  return { only, pairs: all, total };
}

interface Standing {
  left: ReadonlySet<number>;
  kept: ReadonlySet<string>;
  found: Found;
}

/** The rule that is to leave next; undefined when all pay. */
function leastOf(pool: readonly Rule[], { left, kept, found }: Standing): number | undefined {
  const mayLeave = [...left].filter((rule) => !kept.has(pool[rule]?.name ?? ''));
  const own = (rule: number) => found.only[rule] ?? { pairs: 0, accepted: 0 };
  const worth = (rule: number) => (own(rule).accepted + 1) / own(rule).pairs;
  const least = (of: readonly number[], value: (rule: number) => number) =>
    of.reduce<number | undefined>(
      (best, rule) => (best === undefined || value(rule) <= value(best) ? rule : best),
      undefined,
    );
  const dear = found.total > FREE ? mayLeave.filter((rule) => worth(rule) * PRICE < 1) : [];
  const idle = mayLeave.filter((rule) => own(rule).pairs === 0);
  return least(dear, worth) ?? least(idle, (rule) => found.pairs[rule] ?? 0);
}

/**
 * How often a pair of the sample stands for all there are: each rule that finds it has its block in the sample by a chance
 * of its own (Horvitz and Thompson 1952).
 */
export const weightOf = (rules: number, share: number): number => 1 / (1 - (1 - share) ** rules);

function talliesOf({ share, history, histories }: RuleSample, accepted: Uint8Array): Tally[] {
  const tallies = Array.from({ length: histories.size }, (_, number): Tally => {
    const rules = Array.from(histories.levels(number)).flatMap((found, rule) => (found === 1 ? [rule] : []));
    return { rules, weight: weightOf(rules.length, share), pairs: 0, accepted: 0 };
  });
  for (let pair = 0; pair < history.length; pair++) {
    const tally = tallies[history[pair] ?? 0];
    if (tally === undefined) continue;
    tally.pairs += 1;
    tally.accepted += accepted[pair] ?? 0;
  }
  return Array.from(histories.sorted(), (number) => tallies[number] as Tally);
}
