import { randomUUID } from 'node:crypto';
import { type DuckDBConnection, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { MOST_RENEWED } from '../../../core/contracts/catalog.ts';
import type { DomainLoads, UpsertCounts, UpsertRequest } from '../../../core/sql/port.ts';
import { ident, qualified } from '../../../core/sql/quote.ts';
import type { ParquetObjects } from './parquet.ts';
import { rowsOf, Segments, segmentStatements } from './segments.ts';

/** The loads that each domain table holds: noted in the same commit as their rows, so that a load happens once. */
export const ledgerStatements = [
  'CREATE SCHEMA IF NOT EXISTS tributary',
  `CREATE TABLE IF NOT EXISTS tributary.loads (
    table_name VARCHAR, load_id VARCHAR, n BIGINT, inserted BIGINT, updated BIGINT, unchanged BIGINT, whole BOOLEAN,
    generation VARCHAR)`,
  ...segmentStatements,
];

export async function loadsOf(connection: DuckDBConnection, table: string): Promise<DomainLoads> {
  const found = await connection.runAndReadAll(
    'SELECT max(generation), max(n), max(n) FILTER (whole) FROM tributary.loads WHERE table_name = $1',
    [table],
  );
  const [generation, last, whole] = found.getRows()[0] ?? [];
  return { generation: String(generation ?? ''), last: Number(last ?? 0), whole: Number(whole ?? 0) };
}

/** Those of these loads that a domain table holds. */
export async function loadedOf(connection: DuckDBConnection, table: string, ids: readonly string[]): Promise<string[]> {
  const found = await connection.runAndReadAll(
    'SELECT load_id FROM tributary.loads WHERE table_name = $1 AND load_id IN (SELECT unnest($2))',
    [table, listValue(ids)],
    [VARCHAR, LIST(VARCHAR)],
  );
  return found.getRows().map(([id]) => String(id));
}

/** Removes a domain table together with its loads, so that they are due again. */
export async function dropLoaded(objects: ParquetObjects, table: string): Promise<void> {
  const { connection } = objects;
  const segments = new Segments(objects, table);
  await connection.run('BEGIN');
  await connection.run(`DROP VIEW IF EXISTS ${qualified('domain', table)}`);
  await segments.forget(await segments.list());
  await connection.run('DELETE FROM tributary.loads WHERE table_name = $1', [table]);
  await connection.run('COMMIT');
}

/**
 * Merges the staged Parquet into its domain table in one transaction, unless the ledger has the load already: then the
 * Parquet may be gone, when the process died between the commit and the note that the task was done.
 */
export async function upsert(objects: ParquetObjects, request: UpsertRequest): Promise<UpsertCounts> {
  const { connection } = objects;
  const done = await connection.runAndReadAll(
    'SELECT inserted, updated, unchanged FROM tributary.loads WHERE table_name = $1 AND load_id = $2',
    [request.table, request.loadId],
  );
  const [before] = done.getRows();
  if (before) return counts(before);

  const { generation, last } = await loadsOf(connection, request.table);
  const n = last + 1;
  const segments = new Segments(objects, request.table);
  await connection.run('BEGIN');
  if (request.replace) await segments.forget(await segments.list());
  const there = await segments.list();
  const rows = rowsOf(there);
  const placed = there.length === 0 ? undefined : await segments.placed(there);
  const merged = await mergeRows(objects, segments, placed, { ...request, n });
  await segments.compact();
  await segments.expose(request.columns.map(({ name }) => name));
  await connection.run('INSERT INTO tributary.loads VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
    ...[request.table, request.loadId],
    ...[n, merged.inserted, merged.updated, merged.unchanged].map(BigInt),
    request.replace || merged.inserted + merged.updated > rows * MOST_RENEWED,
    generation || randomUUID(),
  ]);
  await connection.run('COMMIT');
  // They may hold as many rows as the table, and the connection lives on.
  for (const table of ['known', 'earlier', 'outdone']) await connection.run(`DROP TABLE IF EXISTS temp.${table}`);
  return merged;
}

/** Adds a segment of the rows that are new, or that differ and aren't older; what those replace is gone. `placed` are the rows before, if any. */
async function mergeRows(
  objects: ParquetObjects,
  segments: Segments,
  placed: string | undefined,
  { stagedKey, columns, n }: UpsertRequest & { n: number },
): Promise<UpsertCounts> {
  const staged = await objects.relation(stagedKey);
  const given = await objects.count(staged);
  const create = (table: string, sql: string) =>
    objects.connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${sql}`);
  // Keys alone are looked through first, and then rows are known by their place: a table has millions.
  if (placed !== undefined)
    await create('known', `SELECT t.segment, t.place FROM (${placed}) t SEMI JOIN ${staged} s USING (_pk)`);
  const known = placed === undefined ? 0 : await objects.count('known');
  if (known === 0) {
    await segments.add({ key: stagedKey, count: given }, n);
    return { inserted: given, updated: 0, unchanged: 0 };
  }
  await create('earlier', `SELECT t.* FROM (${placed}) t SEMI JOIN known USING (segment, place)`);
  const had = new Set((await objects.connection.runAndReadAll('FROM earlier LIMIT 0')).columnNames());
  const differs = columns.map(
    ({ name }) => `s.${ident(name)} IS DISTINCT FROM ${had.has(name) ? `e.${ident(name)}` : 'NULL'}`,
  );
  await create(
    'outdone',
    `SELECT e.segment, e.place, e._pk FROM earlier e JOIN ${staged} s USING (_pk) WHERE s._updated >= e._updated AND (${differs.join(' OR ')})`,
  );
  const updated = await objects.count('outdone');
  await objects.connection.run('INSERT INTO tributary.gone SELECT segment, place FROM outdone');
  const stays = '(SELECT _pk FROM earlier ANTI JOIN outdone USING (_pk))';
  if (known === updated) await segments.add({ key: stagedKey, count: given }, n);
  else if (given > known - updated)
    await segments.add({ sql: `SELECT * FROM ${staged} ANTI JOIN ${stays} USING (_pk)` }, n);
  return { inserted: given - known, updated, unchanged: known - updated };
}

const counts = (row: readonly unknown[]): UpsertCounts => ({
  inserted: Number(row[0]),
  updated: Number(row[1]),
  unchanged: Number(row[2]),
});
