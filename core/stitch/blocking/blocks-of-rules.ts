import { type Crew, dealt, handsFor } from '../crew.ts';
import { Profiles, type ProfilesData } from '../records/profiles.ts';
import type { Rule } from './rule.ts';
import { blocksOf, frozenBlock, type Keyed, keyedBy, type Oversized, type RuleBlocks } from './rule-blocks.ts';
import { type RuleHashes, RuleKeys } from './rule-keys.ts';
import type { Wanted } from './wanted-keys.ts';

/** What of some rules' blocks is made. */
export interface Making {
  rules: readonly Rule[];
  /** Blocks that a model refines, which then decide instead of the caps. */
  frozen?: readonly Oversized[] | undefined;
  wanted?: Wanted | undefined;
  /** By rule, where they were found before. */
  caps?: readonly number[] | undefined;
}

/** Some of the rules, by their places, as they go to another thread. */
type PartOf<Work> = Work & { profiles: ProfilesData; hashes: RuleHashes; places: readonly number[] };

/** The blocks of each rule; every hand makes those of some rules. */
export function blocksOfRules(crew: Crew, profiles: Profiles, keys: RuleKeys, making: Making): Promise<RuleBlocks[]> {
  const parts = dealtRules(crew, profiles, keys, making);
  return inTurns(parts, crew.give('block', parts.others), blocksHere(profiles, keys, making, parts.mine));
}

/** The keys of each rule that are wanted; every hand makes those of some rules. */
export function keysOfRules(
  crew: Crew,
  profiles: Profiles,
  keys: RuleKeys,
  keying: Pick<Making, 'rules' | 'wanted'>,
): Promise<Keyed[]> {
  const parts = dealtRules(crew, profiles, keys, keying);
  return inTurns(parts, crew.give('key', parts.others), keysHere(keys, keying, parts.mine));
}

/** Deals rules to this thread and the hands: in turns, since rules that stand together are alike. */
function dealtRules<Work extends Pick<Making, 'rules'>>(crew: Crew, profiles: Profiles, keys: RuleKeys, work: Work) {
  const [mine = [], ...others] = dealt([...work.rules.keys()], 1 + handsFor(crew, profiles.size));
  if (others.length === 0) return { mine, others: [] };
  const data = { profiles: profiles.data(), hashes: keys.hashesOf(work.rules) };
  return { mine, others: others.map((places): PartOf<Work> => ({ ...work, ...data, places })) };
}

/** What this thread and the hands made of the rules that they were dealt, in the order of the rules. */
async function inTurns<Made>(
  { mine, others }: { mine: readonly number[]; others: readonly { places: readonly number[] }[] },
  given: Promise<Made[][]>,
  here: readonly Made[],
): Promise<Made[]> {
  const all: Made[] = [];
  const put = (places: readonly number[], made: readonly Made[]) => {
    for (const [i, each] of made.entries()) all[places[i] ?? 0] = each;
  };
  put(mine, here);
  for (const [i, made] of (await given).entries()) put(others[i]?.places ?? [], made);
  return all;
}

/** The blocks of the rules at some places, in this thread alone. */
export function blocksHere(
  profiles: Profiles,
  keys: RuleKeys,
  { rules, frozen, wanted, caps }: Making,
  places: readonly number[] = [...rules.keys()],
): RuleBlocks[] {
  const refined = frozen && new Set(frozen.map(frozenBlock));
  return places.map((number) => {
    const rule = rules[number] as Rule;
    return blocksOf({ rule, number, keys, profiles, frozen: refined, wanted, cap: caps?.[number] });
  });
}

const keysHere = (keys: RuleKeys, { rules, wanted }: Pick<Making, 'rules' | 'wanted'>, places: readonly number[]) =>
  places.map((number) => keyedBy({ rule: rules[number] as Rule, number, keys, wanted }));

/** A hand's part of the blocks. */
export function blockPart({ profiles: data, hashes, places, ...making }: PartOf<Making>): RuleBlocks[] {
  const profiles = Profiles.from(data);
  return blocksHere(profiles, new RuleKeys(profiles, hashes), making, places);
}

/** A hand's part of the keys. */
export const keyPart = ({ profiles, hashes, places, ...keying }: PartOf<Pick<Making, 'rules' | 'wanted'>>): Keyed[] =>
  keysHere(new RuleKeys(Profiles.from(profiles), hashes), keying, places);
