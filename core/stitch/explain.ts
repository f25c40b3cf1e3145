import type { MatchExplanation } from '../contracts/stitch.ts';
import { type Comparison, comparisonsOf } from './comparisons.ts';
import { categoryOf, decider } from './decide.ts';
import { type LevelContext, levelOf, type StandardRecord } from './levels.ts';
import type { StitchModel } from './model.ts';
import { nicknames } from './nicknames.ts';
import { shapeOf } from './shape.ts';

/** What two records say, whoever they are. */
type Explanation = Omit<MatchExplanation, 'one' | 'other' | 'same_person'>;
type Evidence = Explanation['evidence'][number];

/** What model and lists say beside the two records; nicknames default to the built-in ones. */
export type ExplainContext = Partial<LevelContext>;

/**
 * Why two records were joined or kept apart, field by field. Records are standardised ones, rows of
 * `unified_preprocessed_raw`. Without `holders` every shared value counts as a rare one.
 */
export function explainPair(
  one: StandardRecord,
  other: StandardRecord,
  model: StitchModel,
  context: ExplainContext = {},
): Explanation {
  const comparisons = comparisonsOf(shapeOf(model.columns));
  const full = { nicknames: nicknames({ nicknames: [] }), holders: () => 1, ...context };
  const levels = comparisons.map((comparison) => levelOf(comparison, one, other, full));
  const decision = decider(comparisons, model, 'fk')(levels);
  const evidence = comparisons.map((comparison, field): Evidence => {
    const level = model.comparisons[field]?.levels[levels[field] ?? 0];
    const shown = (record: StandardRecord) => record[shownColumn(comparison)] ?? null;
    const values = { field: comparison.name, one: shown(one), other: shown(other) };
    return { ...values, level: level?.name ?? '', weight: level?.weight ?? 0 };
  });
  const { weight, score, veto } = decision;
  const told = { evidence, prior: model.prior, weight, score, category: categoryOf(score) };
  return veto === undefined ? told : { ...told, veto };
}

/** The column that shows people what was compared. */
const shownColumn = ({ name }: Comparison) => (name === 'address' ? 'street' : name);
