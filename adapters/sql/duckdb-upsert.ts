import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column } from '../../core/contracts/types.ts';
import type { UpsertCounts, UpsertRequest } from '../../core/ports.ts';
import { ident, qualified, text } from '../../core/sql/quote.ts';
import { engineType } from '../../core/sql/types.ts';

/** The loads that each domain table holds: written in the same commit as their rows, so that a load happens once. */
export const ledgerStatements = [
  'CREATE SCHEMA IF NOT EXISTS tributary',
  `CREATE TABLE IF NOT EXISTS tributary.loads (
    table_name VARCHAR, load_id VARCHAR, n BIGINT, inserted BIGINT, updated BIGINT, unchanged BIGINT)`,
];

export async function loadsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const found = await connection.runAndReadAll('SELECT load_id FROM tributary.loads WHERE table_name = $1 ORDER BY n', [
    table,
  ]);
  return found.getRows().map((row) => String(row[0]));
}

/** Removes a domain table together with its loads, so that they are due again. */
export async function dropLoaded(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run('BEGIN');
  await connection.run(`DROP TABLE IF EXISTS ${qualified('domain', table)}`);
  await connection.run('DELETE FROM tributary.loads WHERE table_name = $1', [table]);
  await connection.run('COMMIT');
}

/**
 * Merges the staged Parquet into its domain table in one transaction, unless the ledger has the load already: then the
 * Parquet may be gone, when the process died between the commit and the note that the task was done.
 */
export async function upsert(
  connection: DuckDBConnection,
  request: UpsertRequest,
  staged: () => Promise<string>,
): Promise<UpsertCounts> {
  const done = await connection.runAndReadAll(
    'SELECT inserted, updated, unchanged FROM tributary.loads WHERE table_name = $1 AND load_id = $2',
    [request.table, request.loadId],
  );
  const [before] = done.getRows();
  if (before) return counts(before);

  const table = qualified('domain', request.table);
  const source = `read_parquet(${text(await staged())})`;
  await connection.run('BEGIN');
  await haveColumns(connection, table, request.columns);
  const result = await mergeRows(connection, table, source, request);
  await connection.run(
    `INSERT INTO tributary.loads SELECT $1, $2, 1 + count(*), $3, $4, $5 FROM tributary.loads WHERE table_name = $1`,
    [request.table, request.loadId, BigInt(result.inserted), BigInt(result.updated), BigInt(result.unchanged)],
  );
  await connection.run('COMMIT');
  return result;
}

/** Makes the table, or adds to it what it lacks. */
async function haveColumns(connection: DuckDBConnection, table: string, columns: readonly Column[]): Promise<void> {
  const declared = columns.map((column) => `${ident(column.name)} ${engineType(column.type, 'duckdb')}`);
  await connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${declared.join(', ')})`);
  const described = await connection.runAndReadAll(`DESCRIBE ${table}`);
  const there = new Set(described.getRows().map((row) => String(row[0])));
  for (const [n, column] of columns.entries()) {
    if (!there.has(column.name)) await connection.run(`ALTER TABLE ${table} ADD COLUMN ${declared[n]}`);
  }
}

async function mergeRows(
  connection: DuckDBConnection,
  table: string,
  source: string,
  request: UpsertRequest,
): Promise<UpsertCounts> {
  if (request.replace) await connection.run(`DELETE FROM ${table}`);
  const filled = (await connection.runAndReadAll(`SELECT 1 FROM ${table} LIMIT 1`)).currentRowCount > 0;
  if (!filled) {
    const { rowsChanged } = await connection.run(`INSERT INTO ${table} BY NAME SELECT * FROM ${source}`);
    return { inserted: rowsChanged, updated: 0, unchanged: 0 };
  }
  const names = request.columns.map((column) => ident(column.name));
  const differs = names.map((name) => `s.${name} IS DISTINCT FROM t.${name}`).join(' OR ');
  const wins = `s._updated >= t._updated AND (${differs})`;
  const counted = await connection.runAndReadAll(
    `SELECT count(*) FILTER (t._pk IS NULL), count(*) FILTER (t._pk IS NOT NULL AND ${wins}), count(*) FILTER (t._pk IS NOT NULL AND NOT (${wins}))
     FROM ${source} AS s LEFT JOIN ${table} AS t ON s._pk = t._pk`,
  );
  const result = counts(counted.getRows()[0] ?? [0, 0, 0]);
  if (result.inserted + result.updated === 0) return result;
  await connection.run(
    `MERGE INTO ${table} AS t USING ${source} AS s ON s._pk = t._pk
     WHEN MATCHED AND ${wins} THEN UPDATE SET ${names.map((name) => `${name} = s.${name}`).join(', ')}
     WHEN NOT MATCHED THEN INSERT (${names.join(', ')}) VALUES (${names.map((name) => `s.${name}`).join(', ')})`,
  );
  return result;
}

const counts = (row: readonly unknown[]): UpsertCounts => ({
  inserted: Number(row[0]),
  updated: Number(row[1]),
  unchanged: Number(row[2]),
});
