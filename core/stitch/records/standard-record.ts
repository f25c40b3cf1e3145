import type { RecordKey } from '../../contracts/record-key.ts';
import type { Records } from '../cleaning/standardise.ts';
import { Column, textOf } from './columns.ts';
import { Profiles } from './profiles.ts';
import { profileColumns, type Shape } from './shape.ts';

/** A standardised record, as `unified_preprocessed_raw` has it; birthdate as `1980-02-29`. */
export type StandardRecord = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** One that is told apart from others, and the person that it was taken for. */
export interface StitchedRecord extends RecordKey {
  amp_id: string;
  values: StandardRecord;
}

/** Records as profiles, each by itself. */
export const profilesOfRecords = (records: readonly StandardRecord[], shape: Shape): Profiles =>
  Profiles.of(records, profileColumns(shape));

/** Records as a run has them once they are standardised and clean. */
export function columnsOfRecords(records: readonly StitchedRecord[], shape: Shape): Records {
  const column = (name: string) => Column.of(records.map(({ values }) => textOf(values[name])));
  return {
    size: records.length,
    datasource: Column.of(records.map(({ datasource }) => datasource)),
    columns: new Map(profileColumns(shape).map((name) => [name, column(name)])),
  };
}
