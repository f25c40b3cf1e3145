import type { TableEntry } from '../contracts/catalog.ts';
import type { DatabaseTable } from '../contracts/customer360.ts';
import type { CustomDomainTable } from '../contracts/sources.ts';
import { coreTables } from '../customer360/core-tables.ts';
import type { Renewal } from '../customer360/renewal.ts';
import { type TaggedTable, tablesTagged } from '../customer360/tagged-tables.ts';
import { customer360Tables } from '../customer360/templates/index.ts';
import { type Configuration, tableOfFeed } from '../environments/configuration.ts';
import { columnOf } from '../feeds/columns.ts';
import { ident } from '../sql/quote.ts';

export type Stage = 'domain' | 'customer360';

/** A table that is built from SQL, wherever the SQL is from. */
export interface TableDefinition {
  schema: Stage;
  name: string;
  sql: string;
  description: string;
  columns: DatabaseTable['columns'];
  incremental_by?: string | readonly string[] | undefined;
  renewal?: Renewal | undefined;
  /** It is all of this other table, so that nothing is copied. */
  copy_of?: string;
  /** Cheap enough to work out at each reading. */
  view?: boolean | undefined;
}

/** The domain tables that have rows, with the meaning of their columns. */
export function taggedTables(configuration: Configuration, tables: Record<string, TableEntry>): TaggedTable[] {
  const chosen = configuration.all('stitch')[0]?.tables;
  const takesPart = (name: string, available: boolean) => available && (chosen?.includes(name) ?? true);
  const feeds = configuration.all('feed').map((feed) => ({
    name: tableOfFeed(feed),
    source: feed.source,
    semantics: Object.fromEntries(feed.fields.map((field) => [columnOf(field), field.semantics])),
    primary_key: feed.primary_key,
    stitched: takesPart(tableOfFeed(feed), feed.stitch),
  }));
  const customs = configuration.all('domain-table').map(({ name, semantics, primary_key, stitch }) => ({
    name,
    semantics,
    primary_key,
    stitched: takesPart(name, stitch),
  }));
  return [...feeds, ...customs].flatMap((table) => {
    const stored = tables[`domain.${table.name}`];
    return stored ? [{ ...table, columns: stored.columns }] : [];
  });
}

/** What a stage builds: custom domain tables, or the core tables and those of the databases. */
export function tableDefinitions(
  stage: Stage,
  configuration: Configuration,
  tables: Record<string, TableEntry>,
): TableDefinition[] {
  if (stage === 'domain') return configuration.all('domain-table').map(customDomainTable);
  const own = configuration.all('table').map((table) => ({ ...table, schema: stage }));
  const names = new Set(own.map((table) => table.name));
  const standard = standardTables(configuration, tables);
  // A tenant's own document of a standard table's name stands in its place; what counts on the other's ways goes with it.
  const replaced = standard.some((table) => table.renewal && names.has(table.name));
  const kept = standard.filter((table) => !names.has(table.name));
  return [...(replaced ? kept.map(({ renewal, ...table }) => table) : kept), ...own];
}

/** The core tables and those of the Customer 360 that the tags in use allow. */
export function standardTables(configuration: Configuration, tables: Record<string, TableEntry>): TableDefinition[] {
  const tagged = taggedTables(configuration, tables);
  const core = coreTables(tagged, {
    mergePolicy: configuration.all('merge-policy')[0] ?? { sources: [] },
    currency: configuration.all('tenant')[0]?.currency ?? 'USD',
    caseSensitiveKeys: configuration.all('stitch')[0]?.case_sensitive_fks ?? [],
  });
  const has = (prefix: string) => tablesTagged(tagged, prefix).length > 0;
  const templates = tagged.some((table) => table.stitched)
    ? customer360Tables({
        hasTransactions: has('txn-item/'),
        hasEmailConsent: has('email-opt/'),
        hasSmsConsent: has('sms-opt/'),
      })
    : [];
  return [
    ...core.map((table) => ({ ...table, schema: 'customer360' as const, columns: {} })),
    ...templates.map((table) => ({ ...table, schema: 'customer360' as const })),
  ];
}

/** A custom domain table's rows with the system columns of every domain table. */
function customDomainTable(table: CustomDomainTable): TableDefinition {
  const updated =
    table.last_updated === undefined
      ? 'CAST(0 AS bigint)'
      : `CAST(to_unixtime(t.${ident(table.last_updated)}) * 1000000 AS bigint)`;
  return {
    schema: 'domain',
    name: table.name,
    description: table.description ?? '',
    columns: { _pk: { description: 'Its primary key.', required: true, unique: true, pii: false } },
    sql: `SELECT t.*, ${primaryKey(table.primary_key)} AS "_pk", ${updated} AS "_updated"\nFROM (\n${table.sql}\n) t`,
  };
}

/** The key of a row, written as that of a feed's: `|` between its parts, and `|` and `\` inside of one escaped. */
function primaryKey(columns: readonly string[]): string {
  const parts = columns.map((column) => `CAST(t.${ident(column)} AS varchar)`);
  if (parts.length === 1) return parts.join();
  const escaped = (part: string) => `REPLACE(REPLACE(${part}, '\\', '\\\\'), '|', '\\|')`;
  const plain = (part: string) =>
    `CASE WHEN STRPOS(${part}, '|') > 0 OR STRPOS(${part}, '\\') > 0 THEN ${escaped(part)} ELSE ${part} END`;
  return parts.map(plain).join(" || '|' || ");
}
