import { type Crew, dealt } from '../crew.ts';
import { Profiles, type ProfilesData } from '../records/profiles.ts';
import type { Rule } from './rule.ts';
import { blocksOf, frozenBlock, type Oversized, type RuleBlocks } from './rule-blocks.ts';
import { RuleKeys } from './rule-keys.ts';
import type { Wanted } from './wanted-keys.ts';

/** What of some rules' blocks is made. */
export interface Making {
  rules: readonly Rule[];
  /** Blocks that a model refines, which then decide instead of the caps. */
  frozen?: readonly Oversized[] | undefined;
  wanted?: Wanted | undefined;
  /** Pairs that a rule may make, where the profiles or their keys are not all there are. */
  budget?: number | undefined;
  /** By rule, where they were found before. */
  caps?: readonly number[] | undefined;
}

/** Some of the rules, by their places, as they go to another thread. */
interface BlockPart extends Making {
  profiles: ProfilesData;
  places: readonly number[];
}

/** The blocks of each rule; every hand makes those of some rules. */
export async function blocksOfRules(
  crew: Crew,
  profiles: Profiles,
  keys: RuleKeys,
  making: Making,
): Promise<RuleBlocks[]> {
  // In turns, since rules that stand together are alike.
  const [mine = [], ...others] = dealt([...making.rules.keys()], profiles.size < crew.least ? 1 : crew.hands + 1);
  const data = profiles.data();
  const given = crew.give(
    'block',
    others.map((places) => ({ ...making, profiles: data, places })),
  );
  const blocks: RuleBlocks[] = [];
  const put = (places: readonly number[], made: readonly RuleBlocks[]) => {
    for (const [i, each] of made.entries()) blocks[places[i] ?? 0] = each;
  };
  put(mine, blocksHere(profiles, keys, making, mine));
  for (const [i, made] of (await given).entries()) put(others[i] ?? [], made);
  return blocks;
}

/** The same in this thread alone, of the rules at some places. */
export function blocksHere(
  profiles: Profiles,
  keys: RuleKeys,
  { rules, frozen, wanted, budget, caps }: Making,
  places: readonly number[] = [...rules.keys()],
): RuleBlocks[] {
  const refined = frozen && new Set(frozen.map(frozenBlock));
  return places.map((number) => {
    const rule = rules[number] as Rule;
    return blocksOf({ rule, number, keys, profiles, frozen: refined, wanted, budget, cap: caps?.[number] });
  });
}

/** A hand's part. */
export function blockPart({ profiles: data, places, ...making }: BlockPart): RuleBlocks[] {
  const profiles = Profiles.from(data);
  return blocksHere(profiles, new RuleKeys(profiles), making, places);
}
