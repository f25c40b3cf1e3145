import type { StitchSettings } from '../../contracts/customer360.ts';
import type { PairExplanation } from '../../contracts/explanation.ts';
import { nicknames } from '../cleaning/nicknames.ts';
import type { StitchModel } from '../model/model.ts';
import type { Frozen } from '../model/state.ts';
import { collapse } from '../records/duplicates.ts';
import type { Label } from '../records/labels.ts';
import { type Shape, shapeOf } from '../records/shape.ts';
import {
  columnsOfRecords,
  profilesOfRecords,
  type StandardRecord,
  type StitchedRecord,
} from '../records/standard-record.ts';
import { countedColumns } from '../records/values.ts';
import { type Resolution, resolve } from '../resolve.ts';
import { PairExplainer } from './explain.ts';

/** What decided a run: it stays the same whatever is thought away. */
export interface Basis {
  model: StitchModel;
  shape: Shape;
  settings: StitchSettings;
  nicknames: ReadonlyMap<string, ReadonlySet<string>>;
  frozen: Frozen;
}

/** The basis of a run for some of its records: of the values that it froze, a million perhaps, those that they hold. */
export function basisOf(
  { model, settings, frozen }: Pick<Basis, 'model' | 'settings' | 'frozen'>,
  records: readonly StandardRecord[],
): Basis {
  const shape = shapeOf(model.columns);
  const profiles = profilesOfRecords(records, shape);
  const held = new Map(countedColumns(shape).map((column) => [column, profiles.column(column).dictionary]));
  const values = frozen.values.filter(({ semantic, value }) => (held.get(semantic)?.find(value) ?? -1) >= 0);
  return { model, shape, settings, nicknames: nicknames(settings), frozen: { ...frozen, values } };
}

/** What people are computed from: records in the order of their keys, and what is said of them from outside. */
export interface World {
  records: readonly StitchedRecord[];
  labels: StitchSettings['labels'];
  /** Sources that hold each person once. */
  cleanSources: readonly string[];
}

/**
 * The people of a few records, by the code, the model and the frozen state that decided the run. Records beyond the world
 * are taken for having nothing to do with it: it should be whole components. Undefined when they outgrow the model.
 */
export function recompute(world: World, basis: Basis): Promise<Resolution | undefined> {
  const { model, shape, frozen } = basis;
  const settings = { ...basis.settings, clean_sources: [...world.cleanSources] };
  const records = columnsOfRecords(world.records, shape);
  const labels = labelsOf(world);
  const collapsed = collapse(records, labels);
  const given = { records, collapsed, labels, shape, settings, known: { model, frozen }, input: model.input };
  return resolve(given, { stage: async (_name, work) => work(), counted: () => undefined });
}

/** What labels say, by the places of records. */
function labelsOf({ records, labels }: World): Map<number, Label[]> {
  const found = new Map<number, Label[]>();
  for (const { label, partition, datasource, pk } of labels) {
    const place = records.findIndex((record) => record.datasource === datasource && record.pk === pk);
    if (place >= 0) found.set(place, [...(found.get(place) ?? []), { label, partition }]);
  }
  return found;
}

/** Whether two records, by place, are one person. */
export const sharesPerson = ({ assigned }: Resolution, one: number, other: number): boolean =>
  assigned.cluster[one] === assigned.cluster[other];

/** The place of a record's profile. */
export const profileOf = ({ collapsed }: Resolution, record: number): number => collapsed.profile[record] ?? 0;

/** The first record of a profile. */
export const firstOf = ({ collapsed }: Resolution, profile: number): number => collapsed.profiles.ids[profile] ?? 0;

/** Explains the pairs of a world. */
export function explainerOf({ records }: World, basis: Basis): PairExplainer {
  const { model, settings, nicknames: names, frozen } = basis;
  const context = { nicknames: names, common: frozen.values, verdicts: settings };
  return new PairExplainer(
    records.map(({ values }) => values),
    model,
    context,
  );
}

/** What two records of a world say to each other, when no other pair of it is asked about. */
export function pairOf({ records, ...world }: World, basis: Basis, one: number, other: number): PairExplanation {
  const two = [one, other].flatMap((place) => records[place] ?? []);
  return explainerOf({ ...world, records: two }, basis).explain(0, 1);
}
