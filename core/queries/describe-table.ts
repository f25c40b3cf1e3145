import type { TableEntry } from '../contracts/catalog.ts';
import type { Run } from '../contracts/runs.ts';
import { PublishDatabaseOutput } from '../contracts/steps.ts';
import { TableDescription, type TableSummary } from '../contracts/table-description.ts';
import { publishedTables } from '../environments/catalog.ts';
import { tableOfFeed } from '../environments/configuration.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { loadConfiguration } from '../environments/load-configuration.ts';
import { tableFinder } from '../environments/table-names.ts';
import { NotFound, TributaryError } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { lineage, reads } from '../sql/lineage.ts';
import { printName } from '../sql/scope.ts';
import { getRun } from '../workflows/runs.ts';
import { type TableDefinition, tableDefinitions } from '../workflows/table-definitions.ts';
import { countRows, type TablesAccess } from './count-rows.ts';

/** A published table, with the SQL, the tables and the checks behind it. */
export async function describeTable(access: TablesAccess, name: string): Promise<TableDescription> {
  const { objects } = access;
  const tables = await publishedTables(objects);
  const entry = tables[name];
  if (!entry)
    throw new NotFound(`no published table ${name}: there is ${Object.keys(tables).sort().join(', ') || 'none yet'}`);
  const run = await getRun(objects, entry.run_id);
  const configuration = await loadConfiguration(objects, run.configuration_version);
  const definition =
    entry.schema === 'stitch'
      ? undefined
      : tableDefinitions(entry.schema, configuration, tables).find((one) => one.name === entry.name);
  const feed = configuration.all('feed').find((one) => name === `domain.${tableOfFeed(one)}`);
  return {
    ...(await summaryOf(access, entry)),
    description: definition?.description ?? '',
    sql: definition?.sql ?? null,
    reads: Object.keys(entry.inputs).sort(),
    read_by: Object.keys(tables)
      .filter((other) => name in (tables[other]?.inputs ?? {}))
      .sort(),
    lineage: definition ? await keptLineage(objects, entry, definition, tables) : null,
    feed: feed?.id ?? null,
    checks: definition ? checksOf(definition, run) : [],
  };
}

export async function summaryOf(access: TablesAccess, entry: TableEntry): Promise<TableSummary> {
  const { schema, name, columns, version, built_at, run_id } = entry;
  return { schema, name, rows: await countRows(access, entry), columns, version, built_at, run_id };
}

/** Column lineage is kept with the version of the table that it explains; working it out takes seconds for wide tables. */
async function keptLineage(
  objects: ObjectStore,
  entry: TableEntry,
  definition: TableDefinition,
  tables: Record<string, TableEntry>,
): Promise<TableDescription['lineage']> {
  const key = `lineage/${entry.schema}.${entry.name}/${entry.version}.json`;
  const kept = await readJson(objects, key, TableDescription.shape.lineage);
  if (kept) return kept.value;
  const found = lineageOf(definition, tables);
  await writeJson(objects, key, found);
  return found;
}

/** Null for SQL that the analysis can't follow: that forbids nothing. */
function lineageOf({ sql }: TableDefinition, tables: Record<string, TableEntry>): TableDescription['lineage'] {
  const resolve = tableFinder(Object.keys(tables));
  const columns = reads(sql).map((name) => [printName(name), tables[resolve(name) ?? '']?.columns ?? []] as const);
  const fullName = (written: string) => {
    const [table = '', own] = written.split('.').reverse();
    return resolve(own === undefined ? { table } : { schema: own, table }) ?? written;
  };
  try {
    return Object.fromEntries(
      lineage(sql, Object.fromEntries(columns)).map(({ column, sources }) => [
        column,
        sources.map((source) => `${fullName(source.table)}.${source.column}`),
      ]),
    );
  } catch (cause) {
    if (cause instanceof TributaryError) return null;
    throw cause;
  }
}

/** The checks that the definition asks for; a run tells only of those that failed. */
function checksOf(definition: TableDefinition, run: Run): TableDescription['checks'] {
  const published = run.tasks.flatMap((task) => {
    const output = PublishDatabaseOutput.safeParse(task.output);
    return output.success ? [output.data] : [];
  });
  if (published.length === 0) return null;
  const failed = published.flatMap(({ failed_checks }) => failed_checks);
  const table = `${definition.schema}.${definition.name}`;
  const failuresOf = (column: string, check: string) =>
    failed.find((one) => one.table === table && one.column === column && one.check === check)?.failures ?? 0;
  return Object.entries(definition.columns).flatMap(([column, { required, unique }]) =>
    [...(required ? ['required' as const] : []), ...(unique ? ['unique' as const] : [])].map((check) => ({
      column,
      check,
      failures: failuresOf(column, check),
    })),
  );
}
