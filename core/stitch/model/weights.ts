import { type Comparison, DIFFER, levelCount } from '../comparisons/comparison.ts';
import type { StitchModel } from './model.ts';

/**
 * Beliefs about errors before any data are worth a matched pair for a hundred profiles, and so many in any case. Where fewer
 * pairs are found alike, as in a list that has each person once, these are twins and namesakes rather than people to learn from.
 */
const BELIEF = { share: 0.01, least: 10 };

/** What beliefs are worth, from how many pairs of the whole space reach each level: n profiles make n²/2. */
const beliefIn = (space: readonly number[]): number =>
  Math.max(BELIEF.least, BELIEF.share * Math.sqrt(2 * total(space)));

/** Of the matched pairs so many differ in a field. */
export const ODD = 0.02;
/** And so many have one value. */
const AGREE = 0.9;
/** How many matches reach each level before any data: nine in ten agree, one in fifty differs. Levels that no pair has get none. */
export function believed(comparison: Comparison, space: readonly number[]): number[] {
  const belief = beliefIn(space);
  const bands = comparison.equal?.bands ?? 1;
  const from = space.length - bands;
  const equal = space.slice(from).map((pairs) => Math.sqrt(pairs));
  const sum = equal.reduce((total, each) => total + each, 0);
  const middle = space.filter((pairs, level) => level > DIFFER && level < from && pairs > 0).length;
  return space.map((pairs, level) => {
    if (level === 0) return 0;
    if (level === DIFFER) return belief * ODD;
    if (pairs === 0) return 0;
    return level >= from ? (belief * AGREE * (equal[level - from] ?? 0)) / sum : (belief * 0.08) / middle;
  });
}

/** Pairs that are thought to be of one person, and of one household, by level. */
export interface Classes {
  matched: readonly number[];
  household: readonly number[];
}

/**
 * What a household shares before any data: as much as a person's records do, but for the given name, in which two of one
 * household are as unlike as strangers. All else is learnt.
 */
export function believedOfHousehold(comparison: Comparison, space: readonly number[]): number[] {
  const [all, belief] = [total(space.slice(1)), beliefIn(space)];
  const strangers = space.map((pairs, level) => (level === 0 ? 0 : (belief * pairs) / all));
  if (!comparison.household) return strangers;
  return believed(comparison, space).map((share, level) => (share + (strangers[level] ?? 0)) / 2);
}

/** The weights of a comparison, from how many pairs of the whole space and how many of each class reach each level. */
export function weigh(
  comparison: Comparison,
  space: readonly number[],
  { matched, household }: Classes,
): StitchModel['comparisons'][number] {
  const present = (level: number) => level > 0 && (level === DIFFER || (space[level] ?? 0) > 0);
  const added = (counts: readonly number[], belief: readonly number[]) =>
    space.map((_, level) => (present(level) ? (counts[level] ?? 0) + (belief[level] ?? 0) : 0));
  const hits = ofOnePerson(comparison, added(matched, believed(comparison, space)));
  const near = added(household, believedOfHousehold(comparison, space));
  const rest = space.map((pairs, level) =>
    present(level) ? Math.max(0, pairs - (matched[level] ?? 0) - (household[level] ?? 0)) + 0.5 : 0,
  );
  // Where no two records agree, or nearly, what agrees is believed in all the same: else it would be of a match to differ.
  const agrees = space.some((pairs, level) => level > DIFFER && pairs > 0);
  const belief = beliefIn(space);
  const [matches, homes, others] = [total(hits) + (agrees ? 0 : belief * (1 - ODD)), total(near), total(rest)];
  const levels = space.map((_, level) => ({
    name: levelName(comparison, level),
    m: (hits[level] ?? 0) / matches,
    u: (rest[level] ?? 0) / others,
    h: (near[level] ?? 0) / homes,
  }));
  const weighed = withUnseenEquality(comparison, levels, 0.5 / Math.max(others, belief));
  const weights = comparison.name === 'keys' ? levels.map(() => 0) : ordered(comparison, weighed);
  const apart = space.map((pairs, level) => (level === 0 ? 0 : Math.max(0, pairs - (matched[level] ?? 0))));
  const shares = sharesOf(comparison, weighed, { weights, equal: equalShare(comparison, apart) });
  return {
    name: comparison.name,
    levels: levels.map((level, i) => ({
      ...level,
      weight: rounded(weights[i] ?? 0),
      shared: rounded(shares[i] ?? 0),
    })),
  };
}

/**
 * Where no two profiles have one value, as in a first source of people who each have an address of their own, equality is what
 * is believed of it: it comes with the next records, and copies of one record have it. Else it would weigh as to differ. `u` is
 * half a pair's share of all, of which there are as many as a belief is worth where hardly anybody is there to differ.
 */
function withUnseenEquality<Level extends { m: number; u: number; h: number }>(
  comparison: Comparison,
  levels: readonly Level[],
  u: number,
): Level[] {
  const bands = comparison.equal?.bands ?? 0;
  const isSeen = bands === 0 || levels.slice(levels.length - bands).some((level) => level.u > 0);
  const [m, h] = [AGREE, comparison.household ? (AGREE + u) / 2 : u];
  return levels.map((level, i) => (isSeen || i < levels.length - 1 ? level : { ...level, m, u, h }));
}

/**
 * Where many fields are shared by a household or a company, its pairs may be taken for those of one person. That person would
 * have a given name or a birth date a record, which nobody has: in what parts people no more pairs differ than agree.
 */
function ofOnePerson(comparison: Comparison, hits: readonly number[]): readonly number[] {
  const agree = agreeing(hits);
  if (!comparison.conflict || agree === 0) return hits;
  return hits.map((pairs, level) => (level === DIFFER ? Math.min(pairs, agree) : pairs));
}

const agreeing = (hits: readonly number[]) => sumOf(hits.map((pairs, level) => (level > DIFFER ? pairs : 0)));

/** Whether what is taken for one person would have a given name or a birth date a record, beliefs included. */
export function isSeveral(comparison: Comparison, space: readonly number[], matched: readonly number[]): boolean {
  const belief = believed(comparison, space);
  const hits = matched.map((pairs, level) => pairs + (belief[level] ?? 0));
  const agree = agreeing(hits);
  return comparison.conflict && agree > 0 && (hits[DIFFER] ?? 0) > agree;
}

/** In these two of one household are as unlike as strangers; all else it may share, as far as it is seen to. */
const EACH_ONES_OWN = new Set(['keys', 'gender', 'generational_suffix']);
/**
 * Of a household's pairs so many have one birth date, which are twins (about 3 % of births are; siblings are a third of the
 * pairs), or one given name: a father and the son who is called after him.
 */
const IN_COMMON: Readonly<Record<string, number>> = { birthdate: 0.01, given_name: 0.02 };
/** Of an identifier fewer of the pairs of two people share a value: it is one person's, however many records show it. */
const IDENTIFIER = 1e-4;

/**
 * Weights of a household, of which `equal` of the pairs of two people share a value; what it has in common by chance is as far
 * from strangers as one person's is. What is each one's own must not be learnt: a household would be taken for people whose
 * names differ.
 */
function sharesOf(
  comparison: Comparison,
  levels: readonly { u: number; h: number }[],
  { weights, equal }: { weights: readonly number[]; equal: number },
): number[] {
  const common = IN_COMMON[comparison.name];
  if (common !== undefined) return weights.map((weight) => Math.log2(common * 2 ** weight + 1 - common));
  const identifier = comparison.name.startsWith('evidence') && equal < IDENTIFIER;
  if (EACH_ONES_OWN.has(comparison.name) || identifier) return levels.map(() => 0);
  return ordered(
    comparison,
    levels.map(({ u, h }) => ({ m: h, u })),
  );
}

/** How many of some pairs, counted by level, are equal. */
function equalShare({ equal }: Comparison, pairs: readonly number[]): number {
  const first = pairs.length - (equal?.bands ?? 1);
  return pairs.reduce((sum, each, level) => (level >= first ? sum + each : sum), 0) / total(pairs);
}

const sumOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0);
const total = (values: readonly number[]) => sumOf(values) || 1;
/** Thousandths of a bit, so that sums of weights are exact whatever their order. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Stronger agreement never weighs less: neighbours out of order are pooled. A level that nobody has weighs as the one below. */
function ordered(comparison: Comparison, levels: readonly { m: number; u: number }[]): number[] {
  const apart = (level: number) => comparison.levels[level - 2]?.apart === true;
  const pools: { m: number; u: number; from: number }[] = [];
  levels.forEach(({ m, u }, level) => {
    if (level === 0 || u === 0 || apart(level)) return;
    let pool = { m, u, from: level };
    for (let last = pools.at(-1); last && last.m * pool.u > pool.m * last.u; last = pools.at(-1)) {
      pool = { m: last.m + pool.m, u: last.u + pool.u, from: last.from };
      pools.pop();
    }
    pools.push(pool);
  });
  const weight = ({ m, u }: { m: number; u: number }) => Math.log2(Math.max(m, 1e-9) / u);
  return levels.map((own, level) => {
    if (level === 0) return 0;
    if (apart(level) && own.u > 0) return weight(own);
    const pool = pools.findLast((each) => each.from <= level);
    return pool === undefined ? 0 : weight(pool);
  });
}

/** What a level is called, for people. */
export function levelName(comparison: Comparison, level: number): string {
  if (level === 0) return 'missing';
  if (level === DIFFER) return comparison.name === 'keys' ? 'separation key differs' : 'differ';
  const graded = comparison.levels[level - 2];
  if (graded !== undefined) return graded.name;
  const band = levelCount(comparison) - 1 - level;
  return band === 0 ? 'equal' : `equal, held by ${2 ** (band + 1)} or more`;
}
