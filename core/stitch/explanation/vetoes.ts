import type { PairExplanation } from '../../contracts/explanation.ts';
import { OWN_RULES } from '../model/own-rules.ts';
import type { World } from './recompute.ts';

/** What parts two records by rule, whatever they say to each other. */
export interface Veto {
  kind: 'label' | 'rule' | 'separation key' | 'clean source';
  because: string;
}

/** Two records of a world, by place. */
interface Ends {
  world: World;
  one: number;
  other: number;
}

/** Every veto on two records being one person, the most decisive first. */
export const vetoesBetween = (ends: Ends, pair: PairExplanation): Veto[] => [
  ...labels(ends),
  ...ruled(pair),
  ...separation(pair),
  ...cleanSource(ends, pair),
];

function labels({ world, one, other }: Ends): Veto[] {
  const of = (place: number) =>
    world.labels.filter(
      ({ datasource, pk }) => datasource === world.records[place]?.datasource && pk === world.records[place]?.pk,
    );
  const theirs = of(other);
  return of(one).flatMap(({ label, partition }): Veto[] => {
    const parting = theirs.find((said) => said.label === label && said.partition !== partition);
    if (parting === undefined) return [];
    const because = `the label ${label} says so: one is of its partition ${partition}, one of ${parting.partition}`;
    return [{ kind: 'label', because }];
  });
}

/** A rule of one's own, or that none of them joins the two where the model isn't asked. */
function ruled({ veto, evidence }: PairExplanation): Veto[] {
  if (veto === 'no rule') {
    return [{ kind: 'rule', because: 'no rule is true of them, and the settings leave the remaining records apart' }];
  }
  if (veto !== OWN_RULES) return [];
  const said = evidence.find(({ field }) => field === OWN_RULES);
  return [{ kind: 'rule', because: `a rule of the settings is true of them: ${said?.level}` }];
}

function separation({ evidence }: PairExplanation): Veto[] {
  const keys = evidence.find(({ field, level }) => field === 'keys' && level.includes('separation key differs'));
  if (keys === undefined) return [];
  return [{ kind: 'separation key', because: `a separation key differs: ${keys.one} against ${keys.other}` }];
}

/** A source that holds each person once, and both records are of it. Of two that are no match for themselves that says nothing new. */
function cleanSource({ world, one, other }: Ends, { score }: PairExplanation): Veto[] {
  const source = world.records[one]?.datasource;
  if (source === undefined || source !== world.records[other]?.datasource || score === 0) return [];
  if (!world.cleanSources.includes(source)) return [];
  return [{ kind: 'clean source', because: `both are of ${source}, which holds each person once` }];
}
