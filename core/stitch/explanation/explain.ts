import type { PairExplanation } from '../../contracts/explanation.ts';
import { nicknames } from '../cleaning/nicknames.ts';
import type { Comparison } from '../comparisons/comparison.ts';
import { Comparer } from '../comparisons/patterns.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import { categoryOf, type Decision, decider } from '../model/decide.ts';
import type { StitchModel } from '../model/model.ts';
import type { Verdicts } from '../model/own-rules.ts';
import { levelName } from '../model/weights.ts';
import { listOf, textOf } from '../records/columns.ts';
import { type Shape, shapeOf } from '../records/shape.ts';
import { profilesOfRecords, type StandardRecord } from '../records/standard-record.ts';
import { bandsOf, type CommonValue } from '../records/values.ts';

/** What model and lists say beside the two records; nicknames default to the built-in ones. */
export interface ExplainContext {
  nicknames?: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many profiles hold their values, where they are many; every other shared value counts as a rare one. */
  common?: readonly CommonValue[];
  /** What the settings say beside the evidence; left out, what those of a tenant do that sets nothing. */
  verdicts?: Verdicts;
}

/** Explains pairs of some records by the code that compares all others. They are standardised ones, by their places. */
export class PairExplainer {
  readonly #records: readonly StandardRecord[];
  readonly #model: StitchModel;
  readonly #shape: Shape;
  readonly #comparisons: readonly Comparison[];
  readonly #comparer: Comparer;
  readonly #decide: (levels: Uint8Array) => Decision;

  constructor(records: readonly StandardRecord[], model: StitchModel, context: ExplainContext = {}) {
    this.#records = records;
    this.#model = model;
    this.#shape = shapeOf(model.columns);
    const verdicts = context.verdicts ?? { key_priority: 'fk', rules: [], remaining: 'model' };
    this.#comparisons = comparisonsOf(this.#shape, verdicts.rules);
    const profiles = profilesOfRecords(records, this.#shape);
    this.#comparer = new Comparer(this.#comparisons, {
      profiles,
      nicknames: context.nicknames ?? nicknames({ nicknames: [] }),
      bands: bandsOf(profiles, context.common ?? []),
    });
    this.#decide = decider(this.#comparisons, model, verdicts);
  }

  /** Why two records were joined or kept apart, field by field. */
  explain(one: number, other: number): PairExplanation {
    const { prior, comparisons } = this.#model;
    const levels = this.#comparer.patterns.levels(this.#comparer.compare(one, other));
    const [mine = {}, theirs = {}] = [this.#records[one], this.#records[other]];
    let total = prior;
    const evidence = this.#comparisons.map((comparison, field) => {
      const level = comparisons[field]?.levels[levels[field] ?? 0];
      const weight = level?.weight ?? 0;
      total += weight;
      const values = shown(comparison, mine, theirs, this.#shape);
      const name = level?.name ?? levelName(comparison, levels[field] ?? 0);
      return { field: comparison.name, ...values, level: name, weight, total };
    });
    const { weight, household, score, veto } = this.#decide(levels);
    const told = { evidence, prior, household, weight, score, category: categoryOf(score) };
    return veto === undefined ? told : { ...told, veto };
  }
}

/** One pair alone, rows of `unified_preprocessed_raw`. */
export const explainPair = (
  one: StandardRecord,
  other: StandardRecord,
  model: StitchModel,
  context: ExplainContext = {},
): PairExplanation => new PairExplainer([one, other], model, context).explain(0, 1);

type Shown = { one: string | null; other: string | null };

/** What people see of the values that were compared. */
function shown({ name }: Comparison, one: StandardRecord, other: StandardRecord, shape: Shape): Shown {
  if (name === 'keys') return shownKeys(one, other, shape);
  const of = (record: StandardRecord) => (name === 'address' ? addressOf(record) : (textOf(record[name]) ?? null));
  const shared = sharedOf(name, one, other);
  if (shared !== undefined) return { one: shared, other: shared };
  return { one: of(one), other: of(other) };
}

const addressOf = ({ street, postal, city }: StandardRecord): string | null =>
  [street, postal ?? city].map(textOf).filter(Boolean).join(', ') || null;

/** Of two that have several e-mail addresses or phones, the one that both have. */
function sharedOf(name: string, one: StandardRecord, other: StandardRecord): string | undefined {
  if (one[name] === other[name]) return undefined;
  const [mine, theirs] = [one, other].map((record) => listOf(textOf(record[`${name}s`]) ?? '')) as [string[], string[]];
  return mine.find((value) => value !== '' && theirs.includes(value));
}

/** The foreign keys that agree and the separation keys that don't: the others say nothing. */
function shownKeys(one: StandardRecord, other: StandardRecord, shape: Shape): Shown {
  const [mine, theirs] = [one, other].map((record) => (column: string) => textOf(record[column])) as [Read, Read];
  const there = (column: string) => mine(column) !== undefined && theirs(column) !== undefined;
  const equal = shape.foreignKeys.filter((column) => there(column) && mine(column) === theirs(column));
  const unlike = shape.separationKeys.filter((column) => there(column) && mine(column) !== theirs(column));
  const told = (read: Read) => [...equal, ...unlike].map((column) => `${column} ${read(column)}`).join(', ') || null;
  return { one: told(mine), other: told(theirs) };
}

type Read = (column: string) => string | undefined;
