import { type Comparison, DIFFER, equalLevel, levelCount } from './comparisons.ts';
import { decider } from './decide.ts';
import type { StitchModel } from './model.ts';
import { type Layout, levelsOf } from './patterns.ts';

/** Patterns with how many pairs have them, in a fixed order. */
export interface PatternCounts {
  words: readonly ArrayLike<number>[];
  pairs: ArrayLike<number>;
}

export interface TrainingInput {
  layout: Layout;
  /** Of all pairs that met. */
  candidates: PatternCounts;
  /** Of pairs drawn from all, by a fixed rule. */
  random: PatternCounts;
  /** Pairs that agree on a value of a band, of all pairs there are, counted in closed form. */
  agreements: { semantic: string; band: number; pairs: number }[];
  profiles: number;
  priority: 'fk' | 'sk';
}

type Trained = Pick<StitchModel, 'prior' | 'comparisons'>;

const ROUNDS = 25;
/** Beliefs about errors before any data: worth so many matched pairs. */
const BELIEF = 10;

/**
 * Fellegi–Sunter weights. For every level the number of pairs in the whole space that reach it is known: equality in
 * closed form from value counts, the rest from pairs drawn at random (and never fewer than met). EM over the candidates'
 * patterns tells how many of them are matches; what is left are non-matches. So neither *m* nor *u* is biased by blocking,
 * and values that only one person holds don't count as common. Vetoed patterns are never matches, which keeps households
 * from being learnt as people.
 */
export function train(input: TrainingInput): Trained {
  const { layout } = input;
  const comparisons = layout.fields.map((field) => field.comparison);
  const all = (input.profiles * (input.profiles - 1)) / 2 || 1;
  const seen = decode(layout, input.candidates);
  const space = levelSpace(comparisons, input, tally(comparisons, seen), all);
  let matched = space.map((levels, field) => believed(comparisons[field], levels));
  let matches = input.profiles / 2;
  let trained = weigh(comparisons, space, matched, matches / all);
  for (let round = 0; round < ROUNDS; round++) {
    ({ matched, matches } = expect(comparisons, seen, trained, input.priority));
    trained = weigh(comparisons, space, matched, Math.min(0.5, (matches + 0.5) / (all + 1)));
  }
  return trained;
}

interface Seen {
  levels: number[][];
  pairs: number[];
}

function decode(layout: Layout, counts: PatternCounts): Seen {
  const levels = Array.from({ length: counts.pairs.length }, (_, row) =>
    levelsOf(
      layout,
      counts.words.map((word) => word[row] ?? 0),
    ),
  );
  return { levels, pairs: Array.from(counts.pairs) };
}

function tally(comparisons: readonly Comparison[], seen: Seen): number[][] {
  const counts = comparisons.map((comparison) => new Array<number>(levelCount(comparison)).fill(0));
  seen.levels.forEach((levels, row) => {
    levels.forEach((level, field) => {
      const of = counts[field];
      if (of !== undefined) of[level] = (of[level] ?? 0) + (seen.pairs[row] ?? 0);
    });
  });
  return counts;
}

/** How many of all pairs reach each level of each comparison. */
function levelSpace(
  comparisons: readonly Comparison[],
  input: TrainingInput,
  met: number[][],
  all: number,
): number[][] {
  const drawn = tally(comparisons, decode(input.layout, input.random));
  const total = Array.from(input.random.pairs).reduce((sum, pairs) => sum + pairs, 0) || 1;
  return comparisons.map((comparison, field) => {
    const levels = (drawn[field] ?? []).map((pairs, level) =>
      Math.max((pairs / total) * all, met[field]?.[level] ?? 0),
    );
    for (let band = 0; band < (comparison.equal?.bands ?? 0); band++) levels[equalLevel(comparison, band)] = 0;
    for (const { semantic, band, pairs } of input.agreements) {
      if (comparison.equal?.column !== semantic) continue;
      const level = equalLevel(comparison, band);
      levels[level] = (levels[level] ?? 0) + pairs;
    }
    return levels;
  });
}

/** Share of the levels between matches before any data: nine in ten agree, one in fifty differs. */
function believed(comparison: Comparison | undefined, space: readonly number[]): number[] {
  const bands = comparison?.equal?.bands ?? 1;
  const middle = Math.max(1, space.length - 2 - bands);
  const equal = space.slice(-bands).map((pairs) => Math.sqrt(pairs) + 1e-9);
  const sum = equal.reduce((total, each) => total + each, 0);
  return space.map((_, level) => {
    if (level === 0) return 0;
    if (level === DIFFER) return BELIEF * 0.02;
    const rank = level - (space.length - bands);
    return rank >= 0 ? (BELIEF * 0.9 * (equal[rank] ?? 0)) / sum : (BELIEF * 0.08) / middle;
  });
}

function expect(comparisons: readonly Comparison[], seen: Seen, trained: Trained, priority: 'fk' | 'sk') {
  const decide = decider(comparisons, trained, priority);
  const matched = comparisons.map((comparison) => new Array<number>(levelCount(comparison)).fill(0));
  let matches = 0;
  seen.levels.forEach((levels, row) => {
    const { weight, score, veto } = decide(levels);
    const odds = 2 ** Math.min(weight, 60);
    const likely = (veto === undefined ? (score === 5 ? 1 : odds / (1 + odds)) : 0) * (seen.pairs[row] ?? 0);
    if (likely === 0) return;
    matches += likely;
    levels.forEach((level, field) => {
      const of = matched[field];
      if (of !== undefined) of[level] = (of[level] ?? 0) + likely;
    });
  });
  return { matched, matches };
}

/** Weights from how many pairs of the space and how many of the matches reach each level. */
function weigh(comparisons: readonly Comparison[], space: number[][], matched: number[][], rate: number): Trained {
  const round = (value: number) => Math.round(value * 1000) / 1000;
  const fields = comparisons.map((comparison, field) => {
    const [total, hits] = [space[field] ?? [], matched[field] ?? []];
    const belief = believed(comparison, total);
    const matchSum = sum(hits) + sum(belief);
    const rest = total.map((pairs, level) => (level === 0 ? 0 : Math.max(0, pairs - (hits[level] ?? 0)) + 0.5));
    const restSum = sum(rest) || 1;
    const levels = total.map((_, level) => {
      const m = level === 0 ? 0 : ((hits[level] ?? 0) + (belief[level] ?? 0)) / matchSum;
      const u = level === 0 ? 0 : (rest[level] ?? 0) / restSum;
      return {
        m,
        u,
        size: (hits[level] ?? 0) + 1,
        raw: level === 0 || comparison.name === 'keys' ? 0 : Math.log2(Math.max(m, 1e-9) / Math.max(u, 1e-12)),
      };
    });
    const weights = ordered(comparison, levels);
    return {
      name: comparison.name,
      levels: levels.map(({ m, u }, level) => ({
        name: levelName(comparison, level),
        m,
        u,
        weight: round(weights[level] ?? 0),
      })),
    };
  });
  return { prior: round(Math.log2(rate / (1 - rate))), comparisons: fields };
}

const sum = (values: readonly number[]) => values.slice(1).reduce((total, each) => total + each, 0);

/** Stronger agreement never weighs less: neighbours out of order are pooled (isotonic regression). */
function ordered(comparison: Comparison, levels: readonly { raw: number; size: number }[]): number[] {
  const weights = levels.map((level) => level.raw);
  const held = levels
    .map((_, level) => level)
    .filter((level) => level > 0 && comparison.levels[level - 2]?.apart !== true);
  const pools: { value: number; size: number; members: number[] }[] = [];
  for (const level of held) {
    pools.push({ value: weights[level] ?? 0, size: levels[level]?.size ?? 1, members: [level] });
    for (let last = pools.at(-1), before = pools.at(-2); last && before && before.value > last.value; ) {
      const size = before.size + last.size;
      pools.splice(-2, 2, {
        value: (before.value * before.size + last.value * last.size) / size,
        size,
        members: [...before.members, ...last.members],
      });
      [last, before] = [pools.at(-1), pools.at(-2)];
    }
  }
  for (const pool of pools) for (const level of pool.members) weights[level] = pool.value;
  return weights;
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
