import { DuckDBInstance } from '@duckdb/node-api';
import { macroStatements, settings } from '../../../adapters/sql/duckdb/macros.ts';
import type { MergePolicy } from '../../../core/contracts/customer360.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { coreTables } from '../../../core/customer360/core-tables.ts';
import { type TaggedTable, tablesTagged } from '../../../core/customer360/tagged-tables.ts';
import { customer360Tables } from '../../../core/customer360/templates/index.ts';
import { ident, literal, qualified } from '../../../core/sql/quote.ts';
import { translate } from '../../../core/sql/translate.ts';
import { engineType } from '../../../core/sql/types.ts';

type Value = string | number | boolean | null;
export type SourceRow = { _pk: string } & Record<string, Value>;

/** A domain table by its columns: type and tags of each. */
export interface Source {
  name: string;
  stitched?: boolean;
  columns: Record<string, [type: ColumnType, ...tags: string[]]>;
  rows: SourceRow[];
}

/** What Stitch says of a record: the AmpID alone, or with its findings. */
export type Assignment = { amp_id: string } & Partial<
  Record<'is_supersized' | 'blv_email' | 'blv_address', boolean>
> & {
    supersized_id?: number;
  };

export interface SmallTenant {
  sources: Source[];
  /** By `datasource pk`; a record that isn't named is a person of its own called `solo <pk>`. */
  people?: Record<string, string | Assignment>;
  mergePolicy?: MergePolicy['sources'];
  asOf?: string;
}

export const taggedTable = (source: Source): TaggedTable => ({
  name: source.name,
  source: source.name.split('_')[0] ?? source.name,
  columns: Object.entries(source.columns).map(([name, [type]]) => ({ name, type })),
  semantics: Object.fromEntries(Object.entries(source.columns).map(([name, [, ...tags]]) => [name, tags])),
  primary_key: ['_pk'],
  stitched: source.stitched ?? false,
});

export function valuesOf(source: Source): string {
  const columns = Object.entries(source.columns);
  const rows = source.rows.map((row, place) => {
    const values = columns.map(
      ([name, [type]]) => `CAST(${literal(row[name] ?? null)} AS ${engineType(type, 'duckdb')})`,
    );
    return `(${[...values, literal(row._pk), `CAST(${row._updated ?? place} AS BIGINT)`].join(', ')})`;
  });
  const names = [...columns.map(([name]) => name), '_pk', '_updated'].map(ident).join(', ');
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS t (${names})`;
}

export function assignmentsOf({ sources, people = {} }: SmallTenant): string {
  const rows = sources
    .filter((source) => source.stitched)
    .flatMap((source) =>
      source.rows.map(({ _pk }) => {
        const said = people[`${source.name} ${_pk}`] ?? `solo ${_pk}`;
        const found = typeof said === 'string' ? { amp_id: said } : said;
        const flags = [found.is_supersized, found.blv_email, found.blv_address].map((flag) => flag ?? false);
        const known = [source.name, _pk, found.amp_id, ...flags].map(literal);
        return `(${[...known, `CAST(${literal(found.supersized_id ?? null)} AS BIGINT)`].join(', ')})`;
      }),
    );
  return `SELECT datasource, pk, amp_id, 1 AS component_id, supersized_id, is_supersized,
    CAST(NULL AS VARCHAR) AS rep_ds, CAST(NULL AS VARCHAR) AS rep_pk, blv_email OR blv_address AS has_blv,
    blv_address, blv_email, FALSE AS blv_given_name, FALSE AS blv_phone, FALSE AS blv_surname
    FROM (VALUES ${rows.join(', ')}) AS t (datasource, pk, amp_id, is_supersized, blv_email, blv_address, supersized_id)`;
}

/** Builds the Customer 360 of a few rows on a real DuckDB, as far as it is asked about. */
export async function buildSmallTenant(tenant: SmallTenant) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const run = (sql: string) => connection.run(sql);
  for (const sql of [...settings, ...macroStatements]) await run(sql);
  for (const schema of ['domain', 'stitch', 'customer360']) await run(`CREATE SCHEMA ${ident(schema)}`);
  for (const source of tenant.sources)
    await run(`CREATE TABLE ${qualified('domain', source.name)} AS ${valuesOf(source)}`);
  await run(`CREATE TABLE stitch.assignments AS ${assignmentsOf(tenant)}`);
  for (const name of ['unified_preprocessed_raw', 'unified_scores']) {
    await run(`CREATE TABLE ${qualified('stitch', name)} AS SELECT datasource, pk, amp_id FROM stitch.assignments`);
  }
  const tables = tenant.sources.map(taggedTable);
  const has = (prefix: string) => tablesTagged(tables, prefix).length > 0;
  const definitions = [
    ...coreTables(tables, { mergePolicy: { sources: tenant.mergePolicy ?? [] }, currency: 'USD' }),
    ...customer360Tables({
      hasTransactions: has('txn-item/'),
      hasEmailConsent: has('email-opt/'),
      hasSmsConsent: has('sms-opt/'),
    }),
  ];
  const asOf = tenant.asOf ?? '2026-11-23T12:00:00Z';
  const built = new Set<string>();
  const build = async (sql: string): Promise<void> => {
    for (const { name, sql: definition } of definitions) {
      if (built.has(name) || !new RegExp(`customer360\\."?${name}\\b`).test(sql)) continue;
      built.add(name);
      await build(definition);
      const translated = translate(definition, { tables: ({ schema = '', table }) => qualified(schema, table), asOf });
      await run(`CREATE TABLE ${qualified('customer360', name)} AS ${translated.sql}`);
    }
  };
  return {
    /** Rows as JSON, decimals and datetimes as text, of DuckDB SQL; the tables that it reads are built first. */
    rows: async (sql: string): Promise<Record<string, unknown>[]> => {
      await build(sql);
      return (await connection.runAndReadAll(sql)).getRowObjectsJson();
    },
  };
}
