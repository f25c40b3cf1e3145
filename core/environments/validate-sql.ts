import type { TableEntry } from '../contracts/catalog.ts';
import { blockingKeysView, stitchTables } from '../contracts/stitch.ts';
import type { Column } from '../contracts/types.ts';
import type { Problem } from '../contracts/validation.ts';
import { coreTables } from '../customer360/core-tables.ts';
import { customer360Tables } from '../customer360/templates/index.ts';
import { BrokenReference, TributaryError, UnprovenSql } from '../errors.ts';
import { fieldColumns, LOAD, stagedColumns, systemColumns } from '../feeds/columns.ts';
import { tagRules } from '../semantics/registry.ts';
import { translate } from '../sql/translate.ts';
import { type ColumnNames, columnNames, unknownColumns } from '../sql/unknown-columns.ts';
import { inBuildOrder } from '../workflows/build-order.ts';
import { type Stage, type TableDefinition, tableDefinitions } from '../workflows/table-definitions.ts';
import { type Configuration, tableOfFeed } from './configuration.ts';
import { doubtful, wrong } from './problem.ts';
import { tableFinder } from './table-names.ts';

/** SQL that can't be read, that names tables which no document makes, or whose tables read each other in a circle. */
export function sqlProblems(configuration: Configuration): Problem[] {
  const sources = sourceTables(configuration);
  const domain = { ...sources, ...customTables(configuration) };
  const database = tableDefinitions('customer360', configuration, domain);
  const all = { ...domain, ...stitchOutput(), ...databaseTables(database) };
  const standard = standardTables();
  const columnsOf = tableColumns(configuration, database);
  const problems = ({ id, sql }: { id: string; sql: string }, tables: Tables) =>
    statementProblems(id, sql, tables, standard) ??
    unknownColumns(sql, tableFinder(Object.keys(tables)), columnsOf).map((message) => wrong(id, 'sql', message));
  return [
    ...configuration.all('domain-table').flatMap((one) => problems(one, domain)),
    ...configuration.all('table').flatMap((one) => problems(one, all)),
    // A query is asked when its tables are there: until then nothing is doubtful.
    ...configuration.all('query').flatMap((one) => problems(one, { ...all, ...standard })),
    ...circles('domain', 'domain-table', configuration, domain),
    ...circles('customer360', 'table', configuration, all),
  ];
}

type Tables = Record<string, TableEntry>;

/** Undefined of a statement that can be run. */
function statementProblems(id: string, sql: string, tables: Tables, standard: Tables): Problem[] | undefined {
  const refusal = refusalOf(sql, Object.keys(tables));
  if (!refusal) return undefined;
  if (refusal instanceof UnprovenSql) return [doubtful(id, 'sql', refusal.message)];
  // Standard tables come and go with the tags of the sources: one that is not made yet is no mistake.
  if (refusalOf(sql, Object.keys({ ...tables, ...standard }))) return [wrong(id, 'sql', refusal.message)];
  return [doubtful(id, 'sql', `${refusal.message}; it is made once a table has the tags for it`)];
}

function refusalOf(sql: string, known: string[]): TributaryError | undefined {
  try {
    translate(sql, { tables: tableFinder(known), asOf: '1970-01-01T00:00:00Z', known });
    return undefined;
  } catch (cause) {
    if (cause instanceof TributaryError) return cause;
    throw cause;
  }
}

/** The standard tables of a tenant that had every tag. */
function standardTables(): Tables {
  const columns = tagRules.map(({ tag }): Column => ({ name: tag, type: 'String' }));
  const semantics = Object.fromEntries(tagRules.map(({ tag }) => [tag, [tag]]));
  const table = { name: 'all', source: 'all', columns, semantics, primary_key: [], stitched: true };
  const core = coreTables([table], { mergePolicy: { sources: [] }, currency: 'USD' });
  const templates = customer360Tables({ hasTransactions: true, hasEmailConsent: true, hasSmsConsent: true });
  return named(
    'customer360',
    [...core, ...templates].map(({ name }) => ({ name, columns: [] })),
  );
}

/** A circle of tables, told at the first document that is in it. Statements that can't be read are told of already. */
function circles(
  stage: Stage,
  kind: 'domain-table' | 'table',
  configuration: Configuration,
  tables: Tables,
): Problem[] {
  try {
    inBuildOrder(tableDefinitions(stage, configuration, tables), tables);
    return [];
  } catch (cause) {
    if (!(cause instanceof BrokenReference)) return [];
    const path = cause.message.split(': ').at(-1) ?? '';
    const inIt = configuration.all(kind).find(({ name }) => path.includes(`${stage}.${name}`));
    return [wrong(inIt?.id ?? `${kind}/`, 'sql', cause.message)];
  }
}

/** The columns that tables will have, where their documents tell. */
function tableColumns(configuration: Configuration, database: readonly TableDefinition[]): ColumnNames {
  const names = (columns: readonly Column[]) => columns.map(({ name }) => name);
  const ofFeeds = configuration
    .all('feed')
    .map((feed) => [`domain.${tableOfFeed(feed)}`, () => names([...stagedColumns(feed), LOAD])] as const);
  const ofCustoms = configuration
    .all('domain-table')
    .map(({ name, sql }) => [`domain.${name}`, () => columnNames(sql)?.concat(names(systemColumns))] as const);
  const ofDatabase = database.map(({ name, sql }) => [`customer360.${name}`, () => columnNames(sql)] as const);
  const told = new Map<string, () => string[] | undefined>([...ofFeeds, ...ofCustoms, ...ofDatabase]);
  return (table) => told.get(table)?.();
}

const sourceTables = (configuration: Configuration): Tables =>
  named(
    'domain',
    configuration.all('feed').map((feed) => ({
      name: tableOfFeed(feed),
      columns: fieldColumns(feed),
    })),
  );

/** Of a query's columns only those with tags are known before it has run. */
const customTables = (configuration: Configuration): Tables =>
  named(
    'domain',
    configuration.all('domain-table').map(({ name, semantics }) => ({
      name,
      columns: Object.keys(semantics).map((column): Column => ({ name: column, type: 'String' })),
    })),
  );

const stitchOutput = (): Tables =>
  named(
    'stitch',
    [...stitchTables, blockingKeysView].map((name) => ({ name, columns: [] })),
  );

const databaseTables = (database: readonly TableDefinition[]): Tables =>
  named(
    'customer360',
    database.map(({ name }) => ({ name, columns: [] })),
  );

/** Tables as they will be once everything has run, of which only names and columns matter here. */
function named(schema: TableEntry['schema'], tables: { name: string; columns: Column[] }[]): Tables {
  const nothing = { version: '', rows: 0, built_at: '', run_id: '', definition: '', inputs: {} };
  return Object.fromEntries(
    tables.map(({ name, columns }) => [`${schema}.${name}`, { schema, name, physical: name, columns, ...nothing }]),
  );
}
