import type { StitchSettings } from '../../contracts/customer360.ts';
import { payingRules } from '../blocking/blocking-rules.ts';
import { FREE, type RuleChoice } from '../blocking/rule-choice.ts';
import { RuleKeys } from '../blocking/rule-keys.ts';
import { poolOf } from '../blocking/rule-pool.ts';
import { type DrawnBlocks, drawBlocks, historiesOf } from '../blocking/rule-sample.ts';
import { drawnPairs, seen } from '../comparisons/matching.ts';
import { Comparer } from '../comparisons/patterns.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import { alone } from '../crew.ts';
import type { Frozen } from '../model/state.ts';
import type { Seen } from '../model/train.ts';
import type { Profiles } from '../records/profiles.ts';
import { contextOf } from '../resolve.ts';
import { type SpreadPlan, shapeIn } from './plan.ts';

/** The blocks that rules are chosen by, from all profiles that have a key in the first sample; none where the whole pool is taken. */
export function blocksToChooseBy(profiles: Profiles, plan: SpreadPlan): Promise<DrawnBlocks | undefined> {
  const pool = poolOf(shapeIn(plan), plan.settings.rules);
  return drawBlocks({ crew: alone, profiles, pool, keys: new RuleKeys(profiles), of: plan.profiles }, FREE);
}

interface Sampled {
  /** All profiles that have a key in the first sample. */
  profiles: Profiles;
  /** The profiles of drawn pairs, by their places. */
  drawn: Profiles;
  /** Values that several profiles hold; and which blocks of the sample are oversized, under its own caps. */
  frozen: Frozen;
}

/** The rules that pay, as one machine that holds all profiles would choose them from the same sample. */
export async function chooseSpread({ profiles, drawn, frozen }: Sampled, plan: SpreadPlan): Promise<RuleChoice> {
  const { settings, agreements } = plan;
  const shape = shapeIn(plan);
  const pool = poolOf(shape, settings.rules);
  const blocks = await blocksToChooseBy(profiles, plan);
  if (blocks === undefined) return { rules: pool, leftOut: [] };
  const among = { crew: alone, profiles, pool, keys: new RuleKeys(profiles) };
  const sample = await historiesOf(blocks, { ...among, oversized: frozen.blocks });
  const comparisons = comparisonsOf(shape);
  const comparer = new Comparer(comparisons, contextOf(profiles, settings, frozen));
  return payingRules(pool, sample, {
    ...{ comparisons, priority: settings.key_priority, profiles: plan.profiles, agreements },
    random: async () => strangersOf(drawn, plan, frozen),
    ...{ shape, settings, comparer },
    compared: async (pairs) => ({ ...pairs, pattern: comparer.compareAll(pairs) }),
  });
}

/** What the pairs drawn from all profiles of a run agree in. */
export function strangersOf(
  drawn: Profiles,
  plan: Pick<SpreadPlan, 'columns' | 'empty' | 'profiles'> & { settings: StitchSettings },
  frozen: Frozen,
): Seen {
  const { settings } = plan;
  const comparer = new Comparer(comparisonsOf(shapeIn(plan)), contextOf(drawn, settings, frozen));
  const pairs = drawnPairs(plan.profiles);
  const placed = (places: Int32Array) => places.map((place) => drawn.place(place));
  return seen(comparer.patterns, comparer.compareAll({ a: placed(pairs.a), b: placed(pairs.b) }));
}
