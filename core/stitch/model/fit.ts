import type { StitchModel } from './model.ts';

/** A model is trained anew once so much of the number of records has come or gone since. */
const DRIFT = 0.2;

/** What there is to decide: tagged columns, the hash of the settings that weights depend on, the number of records. */
export interface Present {
  columns: Iterable<string>;
  settings: string;
  records: number;
}

/** Why a model doesn't serve any more; undefined while it does. */
export function misfit(
  model: Pick<StitchModel, 'columns' | 'settings' | 'records'>,
  { columns, settings, records }: Present,
): string | undefined {
  const [before, now] = [[...model.columns].sort(), [...columns].sort()];
  const differing = [...before.filter((name) => !now.includes(name)), ...now.filter((name) => !before.includes(name))];
  if (differing.length > 0) return `the tagged columns have changed (${differing.join(', ')})`;
  if (model.settings !== settings) return 'settings that weights depend on have changed';
  return outgrown(model.records, records);
}

/** Why a model that was trained, or tried, on so many records is not one of those that there are. */
export function outgrown(before: number, now: number, how: 'trained' | 'tried' = 'trained'): string | undefined {
  if (Math.abs(now - before) <= DRIFT * before) return undefined;
  return `it was ${how} on ${before.toLocaleString('en')} records and there are ${now.toLocaleString('en')}, which differs by more than ${100 * DRIFT} %`;
}

/** A model as it decides from a moment on. */
export const since = (model: StitchModel, moment: string | undefined): StitchModel =>
  model.origin && moment !== undefined ? { ...model, origin: { ...model.origin, since: moment } } : model;

/** Why a model is trained where none can be gone by. */
export const trainsFirst = (before: boolean): string =>
  before ? 'there was none that this version can read' : 'there was none before';
/** The same where records have outgrown the one that was. */
export const TRAINS_OUTGROWN = 'blocks have grown beyond what the model before knows';
/** Why an earlier one is none to go back to. */
export const UNREADABLE = 'it is not kept in a form that this version reads';
