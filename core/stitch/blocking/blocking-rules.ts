import type { StitchSettings } from '../../contracts/customer360.ts';
import type { Compared } from '../comparisons/comparing.ts';
import { scoresOf } from '../comparisons/matching.ts';
import type { Comparer, Patterns } from '../comparisons/patterns.ts';
import type { Crew } from '../crew.ts';
import { decider, thresholdOf } from '../model/decide.ts';
import { type Learning, learn } from '../model/learn.ts';
import { meetingRules } from '../model/own-rules.ts';
import type { Seen } from '../model/train.ts';
import type { Profiles } from '../records/profiles.ts';
import type { Shape } from '../records/shape.ts';
import type { Pairs } from './pairs.ts';
import type { Rule } from './rule.ts';
import { chooseRules, FREE, type RuleChoice, weightOf } from './rule-choice.ts';
import type { RuleKeys } from './rule-keys.ts';
import { ALL_MEET, poolOf, rulesOf } from './rule-pool.ts';
import { type RuleSample, ruleSample } from './rule-sample.ts';

interface Choosing extends Learning {
  shape: Shape;
  settings: StitchSettings;
  comparer: Comparer;
  compared: (pairs: Pairs) => Promise<Compared>;
}

/** Whom rules are chosen for. */
interface All {
  crew: Crew;
  profiles: Profiles;
  keys: RuleKeys;
}

/**
 * The rules to block by, with no look at a truth: of a pool those that pay, as a model learnt from a sample tells which of
 * its pairs are accepted. Of few profiles all meet; where the whole pool makes few pairs, it is taken.
 */
export async function blockingRules(choosing: Choosing, { crew, profiles, keys }: All): Promise<RuleChoice> {
  const { shape, settings } = choosing;
  if (profiles.size <= ALL_MEET) return { rules: rulesOf(shape, true, settings.rules), leftOut: [] };
  const pool = poolOf(shape, settings.rules);
  const sample = await ruleSample(profiles, pool, FREE, keys, crew);
  return sample === undefined ? { rules: pool, leftOut: [] } : payingRules(pool, sample, choosing);
}

/** Of a pool the rules that pay, as a sample shows. */
export async function payingRules(pool: readonly Rule[], sample: RuleSample, choosing: Choosing): Promise<RuleChoice> {
  const { shape, settings } = choosing;
  const own = meetingRules(settings.rules, shape).map(({ name }) => name);
  const kept = new Set([...shape.foreignKeys, ...shape.blockingKeys, ...own]);
  return chooseRules(pool, sample, await acceptedOf(sample, choosing), kept);
}

/** Which pairs of a sample a model accepts that is learnt from them. */
async function acceptedOf(sample: RuleSample, choosing: Choosing): Promise<Uint8Array> {
  const { comparisons, comparer, compared, settings } = choosing;
  const { pattern } = await compared(sample.pairs);
  const learnt = await learn(choosing, weighted(comparer.patterns, pattern, sample));
  // What pays is judged by the evidence alone.
  const decide = decider(comparisons, learnt, { ...settings, rules: [], remaining: 'model' });
  const scores = scoresOf(comparer.patterns, decide);
  return new Uint8Array(pattern.map((of) => ((scores[of] ?? 0) >= thresholdOf(settings) ? 1 : 0)));
}

/** The patterns of a sample, with the pairs that each stands for. They are counted before they are weighed, so that no order shows in the sums. */
function weighted(patterns: Patterns, pattern: Int32Array, { share, history, histories }: RuleSample): Seen {
  const rules = Array.from({ length: histories.size }, (_, number) =>
    histories.levels(number).reduce((sum, found) => sum + found, 0),
  );
  const width = Math.max(0, ...rules) + 1;
  const counts = new Int32Array(patterns.size * width);
  for (let pair = 0; pair < pattern.length; pair++) {
    const at = (pattern[pair] ?? 0) * width + (rules[history[pair] ?? 0] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const weights = Array.from({ length: width }, (_, n) => (n === 0 ? 0 : weightOf(n, share)));
  const pairs = (of: number) => weights.reduce((sum, weight, n) => sum + weight * (counts[of * width + n] ?? 0), 0);
  const order = Array.from(patterns.sorted()).filter((of) => pairs(of) > 0);
  return { levels: order.map((of) => patterns.levels(of).slice()), pairs: order.map(pairs) };
}
