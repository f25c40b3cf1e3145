import { type Comparison, equalLevel, levelCount } from './comparisons/comparison.ts';
import { decider } from './decide.ts';
import type { StitchModel } from './model.ts';
import { believed, rounded, weigh } from './weights.ts';

/** Distinct rows of levels in a fixed order, and how many pairs have each. */
export interface Seen {
  levels: readonly Uint8Array[];
  pairs: readonly number[];
}

export interface TrainingInput {
  comparisons: readonly Comparison[];
  /** Of all pairs that met. */
  candidates: Seen;
  /** Of pairs drawn from all, by a fixed rule. */
  random: Seen;
  /** Pairs that agree on a value of a band, of all pairs there are, counted in closed form. */
  agreements: { semantic: string; band: number; pairs: number }[];
  profiles: number;
  priority: 'fk' | 'sk';
}

type Trained = Pick<StitchModel, 'prior' | 'comparisons'>;

const ROUNDS = 25;
/** Rounds end when the count of matches moves by less. */
const SETTLED = 1e-4;

/**
 * Fellegi–Sunter weights. For every level the number of pairs in the whole space that reach it is known: equality in
 * closed form from value counts, the rest from pairs drawn at random (and never fewer than met). EM over the candidates'
 * patterns tells how many of them are matches; what is left are non-matches. So neither *m* nor *u* is biased by blocking,
 * and values that only one person holds don't count as common. Under a conflict only what is the person's own counts, which
 * keeps households from being learnt as people.
 */
export function train(input: TrainingInput): Trained {
  const { comparisons, candidates: seen } = input;
  const all = (input.profiles * (input.profiles - 1)) / 2 || 1;
  const space = levelSpace(comparisons, input, tally(comparisons, seen), all);
  let matched = comparisons.map((comparison, field) => believed(comparison, space[field] ?? []));
  let matches = input.profiles / 2;
  let trained = fitted(comparisons, space, matched, matches / all);
  for (let round = 0; round < ROUNDS; round++) {
    const before = matches;
    ({ matched, matches } = expect(comparisons, seen, trained, input.priority));
    trained = fitted(comparisons, space, matched, Math.min(0.5, (matches + 0.5) / (all + 1)));
    if (Math.abs(matches - before) <= SETTLED * matches) break;
  }
  return trained;
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
  const drawn = tally(comparisons, input.random);
  const total = input.random.pairs.reduce((sum, pairs) => sum + pairs, 0) || 1;
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

function expect(comparisons: readonly Comparison[], seen: Seen, trained: Trained, priority: 'fk' | 'sk') {
  const decide = decider(comparisons, trained, priority);
  const matched = comparisons.map((comparison) => new Array<number>(levelCount(comparison)).fill(0));
  let matches = 0;
  seen.levels.forEach((levels, row) => {
    const { own, score, veto } = decide(levels);
    const odds = 2 ** Math.min(own, 60);
    const likely = (veto === 'keys' ? 0 : score === 5 ? 1 : odds / (1 + odds)) * (seen.pairs[row] ?? 0);
    if (likely === 0) return;
    matches += likely;
    levels.forEach((level, field) => {
      const of = matched[field];
      if (of !== undefined) of[level] = (of[level] ?? 0) + likely;
    });
  });
  return { matched, matches };
}

function fitted(comparisons: readonly Comparison[], space: number[][], matched: number[][], rate: number): Trained {
  const fields = comparisons.map((comparison, field) => weigh(comparison, space[field] ?? [], matched[field] ?? []));
  return { prior: rounded(Math.log2(rate / (1 - rate))), comparisons: fields };
}
