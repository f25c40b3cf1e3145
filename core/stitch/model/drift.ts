import type { StitchSettings } from '../../contracts/customer360.ts';
import type { LevelShift, ModelDrift } from '../../contracts/stitch-models.ts';
import type { SharedValue } from '../cleaning/bad-values.ts';
import { scoresOf } from '../comparisons/matching.ts';
import { counted } from '../comparisons/patterns.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import type { Shape } from '../records/shape.ts';
import type { Resolution } from '../resolve.ts';
import { decider, thresholdOf } from './decide.ts';
import type { StitchModel } from './model.ts';

/** Levels and pairs that are named. */
const NAMED = 10;

/** A model with the values that it takes from everybody. */
export interface Judge {
  model: StitchModel;
  bad: readonly SharedValue[];
}

/** A pair as its profiles' places. */
export interface Crossing {
  a: number;
  b: number;
  before: number;
  after: number;
}

/**
 * How a new model differs from the one before: by its weights, and over the pairs that it was trained on, of which each counts
 * as the two models would score the same evidence. `found` is what came of the new one.
 */
export function driftOf(
  before: Judge,
  after: Judge,
  found: Resolution,
  { shape, settings }: { shape: Shape; settings: StitchSettings },
): Omit<ModelDrift, 'crossing'> & { crossing: Crossing[] } {
  const { pairs, scores } = found.judged[0];
  const { patterns } = found.comparer;
  const counts = counted(patterns, pairs.pattern);
  const earlier = earlierScores(before.model, found, { shape, settings });
  const threshold = thresholdOf(settings);
  const [was, is] = [
    (row: number) => (earlier[row] ?? 0) >= threshold,
    (row: number) => (scores[row] ?? 0) >= threshold,
  ];
  const all = [...counts.keys()];
  const sum = (rows: number[]) => rows.reduce((total, row) => total + (counts[row] ?? 0), 0);
  const [gained, lost] = [all.filter((row) => is(row) && !was(row)), all.filter((row) => was(row) && !is(row))];
  const [accepted, moved] = [sum(all.filter(was)), sum([...gained, ...lost])];
  const crossing = [...gained, ...lost]
    .filter((row) => (counts[row] ?? 0) > 0)
    .sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0) || one - other)
    .slice(0, NAMED);
  const weights = sideBySide(before.model, after.model);
  return {
    weights,
    shifts: largest(weights),
    pairs: {
      ...{ compared: pairs.a.length, accepted, gained: sum(gained), lost: sum(lost) },
      changed: accepted === 0 ? 0 : (100 * moved) / accepted,
    },
    crossing: crossing.map((pattern) => {
      const row = pairs.pattern.indexOf(pattern);
      const [a, b] = [pairs.a[row] ?? 0, pairs.b[row] ?? 0];
      return { a, b, before: (earlier[pattern] ?? 0) / 100, after: (scores[pattern] ?? 0) / 100 };
    }),
    bad_values: gainedAndLost(before.bad.map(listed), after.bad.map(listed)),
    clean_sources: gainedAndLost(before.model.cleanSources, after.model.cleanSources),
  };
}

/** How the patterns of the new run score under the model before; a field that it lacked says nothing. */
function earlierScores(
  { prior, household, comparisons }: StitchModel,
  { comparer }: Resolution,
  { shape, settings }: { shape: Shape; settings: StitchSettings },
): Int32Array {
  const present = comparisonsOf(shape, settings.rules);
  const aligned = present.map(({ name }) => comparisons.find((one) => one.name === name) ?? { name, levels: [] });
  const decide = decider(present, { prior, household, comparisons: aligned }, settings);
  return scoresOf(comparer.patterns, decide);
}

/** Every level of either model, the newer one's order first. */
function sideBySide(before: StitchModel, after: StitchModel): LevelShift[] {
  const weights = ({ comparisons }: StitchModel) =>
    new Map(
      comparisons.flatMap(({ name: field, levels }) =>
        levels.map(({ name: level, weight }) => [`${field}: ${level}`, { field, level, weight }] as const),
      ),
    );
  const [then, now] = [weights(before), weights(after)];
  return [...new Map([...now, ...then])].map(([key, { field, level }]) => ({
    ...{ field, level },
    before: then.get(key)?.weight ?? null,
    after: now.get(key)?.weight ?? null,
  }));
}

function largest(weights: readonly LevelShift[]): LevelShift[] {
  const move = ({ before, after }: LevelShift) => Math.abs((after ?? 0) - (before ?? 0));
  const moved = weights.filter((shift) => move(shift) > 0);
  return moved.sort((one, other) => move(other) - move(one)).slice(0, NAMED);
}

const listed = ({ semantic, value }: SharedValue) => ({ semantic, value });

function gainedAndLost<Item>(before: readonly Item[], after: readonly Item[]): { gained: Item[]; lost: Item[] } {
  const [then, now] = [
    new Set(before.map((one) => JSON.stringify(one))),
    new Set(after.map((one) => JSON.stringify(one))),
  ];
  return {
    gained: after.filter((one) => !then.has(JSON.stringify(one))),
    lost: before.filter((one) => !now.has(JSON.stringify(one))),
  };
}
