import type { MatchExplanation } from '../contracts/stitch.ts';
import { textOf } from './columns.ts';
import type { Comparison } from './comparisons/comparison.ts';
import { comparisonsOf } from './comparisons/registry.ts';
import { categoryOf, decider } from './decide.ts';
import type { StitchModel } from './model.ts';
import { nicknames } from './nicknames.ts';
import { Comparer } from './patterns.ts';
import { Profiles } from './profiles.ts';
import { shapeOf } from './shape.ts';
import { standardColumns } from './standardise.ts';
import { bandsOf, type CommonValue } from './values.ts';

/** A standardised record, as `unified_preprocessed_raw` has it; birthdate as `1980-02-29`. */
export type StandardRecord = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** What two records say, whoever they are. */
type Explanation = Omit<MatchExplanation, 'one' | 'other' | 'same_person'>;
type Evidence = Explanation['evidence'][number];

/** What model and lists say beside the two records; nicknames default to the built-in ones. */
export interface ExplainContext {
  nicknames?: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many profiles hold their values, where they are many; every other shared value counts as a rare one. */
  common?: readonly CommonValue[];
}

/**
 * Why two records were joined or kept apart, field by field, by the code that compares all others. Records are standardised
 * ones, rows of `unified_preprocessed_raw`.
 */
export function explainPair(
  one: StandardRecord,
  other: StandardRecord,
  model: StitchModel,
  context: ExplainContext = {},
): Explanation {
  const shape = shapeOf(model.columns);
  const comparisons = comparisonsOf(shape);
  const profiles = Profiles.of([one, other], standardColumns(shape));
  const comparer = new Comparer(comparisons, {
    profiles,
    nicknames: context.nicknames ?? nicknames({ nicknames: [] }),
    bands: bandsOf(profiles, context.common ?? []),
  });
  const levels = comparer.patterns.levels(comparer.compare(0, 1));
  const decision = decider(comparisons, model, 'fk')(levels);
  const evidence = comparisons.map((comparison, field): Evidence => {
    const level = model.comparisons[field]?.levels[levels[field] ?? 0];
    const shown = (record: StandardRecord) => textOf(record[shownColumn(comparison)]) ?? null;
    const values = { field: comparison.name, one: shown(one), other: shown(other) };
    return { ...values, level: level?.name ?? '', weight: level?.weight ?? 0 };
  });
  const { weight, household, score, veto } = decision;
  const told = { evidence, prior: model.prior, household, weight, score, category: categoryOf(score) };
  return veto === undefined ? told : { ...told, veto };
}

/** The column that shows people what was compared. */
const shownColumn = ({ name }: Comparison) => (name === 'address' ? 'street' : name);
