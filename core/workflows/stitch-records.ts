import type { TableEntry } from '../contracts/catalog.ts';
import type { StitchSettings } from '../contracts/customer360.ts';
import type { RecordKey } from '../contracts/record-key.ts';
import type { TaggedTable } from '../customer360/tagged-tables.ts';
import { stitchRecordsSql } from '../customer360/unified-records.ts';
import { contentHash } from '../environments/canonical.ts';
import type { Configuration } from '../environments/configuration.ts';
import { stitchSettings } from '../environments/stitch-settings.ts';
import type { Services } from '../ports.ts';
import { ident, text } from '../sql/quote.ts';
import type { StitchModel } from '../stitch/model/model.ts';
import { labelDifference, type RecordLabel } from '../stitch/records/labels.ts';
import { taggedTables } from './table-definitions.ts';

type Tables = Readonly<Record<string, TableEntry>>;

/** What Stitch is to be given, and how to tell whether it has seen it before. */
export interface StitchInput {
  tables: TaggedTable[];
  settings: StitchSettings;
  /** Of the settings without their labels, and the meaning of the tables' columns. */
  definition: string;
  /** Versions of the tables. */
  inputs: Record<string, string>;
  /** The last load of each stored table that has any. */
  saw: Record<string, number>;
}

export function stitchInput(configuration: Configuration, tables: Tables): StitchInput {
  const stitched = taggedTables(configuration, { ...tables }).filter((table) => table.stitched);
  // The gate decides about a run when it is over: other limits are no reason to stitch again.
  const { gate: _gate, ...settings } = stitchSettings(configuration);
  const { labels: _labels, ...others } = settings;
  const entries = stitched.flatMap(({ name }) => tables[nameOf(name)] ?? []);
  return {
    tables: stitched,
    settings,
    definition: contentHash({ settings: others, tables: stitched.map(meaningOf) }),
    inputs: Object.fromEntries(entries.map((entry) => [nameOf(entry.name), entry.version])),
    saw: Object.fromEntries(entries.flatMap(({ loads }) => (loads ? [[loads.generation, loads.last]] : []))),
  };
}

const meaningOf = (table: TaggedTable) => ({
  ...table,
  columns: table.columns.filter(({ name }) => (table.semantics[name]?.length ?? 0) > 0),
});

const nameOf = (table: string) => `domain.${table}`;

/**
 * Which rows of each table Stitch has not seen, or of which labels say something else than before, as a condition on the table
 * `t`. Undefined when it must see all again: other settings or columns, a table that was replaced, or one whose rows don't
 * tell when they changed.
 */
export function unseenRows(
  input: StitchInput,
  tables: Tables,
  last: TableEntry | undefined,
  relabelled: readonly RecordKey[],
) {
  if (last?.definition !== input.definition) return undefined;
  const conditions: Record<string, string> = {};
  for (const { name } of input.tables) {
    const entry = tables[nameOf(name)];
    const seen = entry?.loads && last.saw?.[entry.loads.generation];
    const named = isAnyOf(relabelled.filter(({ datasource }) => datasource === name));
    if (entry?.version === last.inputs[nameOf(name)]) conditions[name] = named;
    else if (entry?.loads && seen !== undefined && entry.loads.whole <= seen)
      conditions[name] = `t.${ident('_load')} > ${seen} OR ${named}`;
    else return undefined;
  }
  return conditions;
}

function isAnyOf(records: readonly RecordKey[]): string {
  const keys = [...new Set(records.map(({ pk }) => text(pk)))];
  return keys.length === 0 ? 'FALSE' : `t.${ident('_pk')} IN (${keys.join(', ')})`;
}

/** What people have said of records since the last run, or taken back; undefined when that run tells nothing of it. */
export const labelsSince = (
  { settings }: StitchInput,
  last: Pick<StitchModel, 'input'> | undefined,
): RecordLabel[] | undefined => last && labelDifference(last.input.labels, settings.labels);

/** Writes the tagged records, or those of the rows that conditions choose. */
export function unloadRecords(
  services: Services,
  input: StitchInput,
  { key, tables, asOf, rows = {} }: { key: string; tables: Tables; asOf: string; rows?: Record<string, string> },
): Promise<{ rows: number }> {
  const query = {
    name: 'records for Stitch',
    sql: stitchRecordsSql(input.tables, rows),
    tables: Object.values(tables),
    asOf,
  };
  return services.warehouse.unload(query, key);
}
