import type { DuckDBConnection } from '@duckdb/node-api';
import { MOST_RENEWED } from '../../core/contracts/catalog.ts';
import type { Column } from '../../core/contracts/types.ts';
import type { DomainLoads, UpsertCounts, UpsertRequest } from '../../core/ports.ts';
import { ident, qualified, text } from '../../core/sql/quote.ts';
import { engineType } from '../../core/sql/types.ts';

/** Number of the load that last inserted or changed a row. */
const loadColumn: Column = { name: '_load', type: 'Integer' };

/** The loads that each domain table holds: written in the same commit as their rows, so that a load happens once. */
export const ledgerStatements = [
  'CREATE SCHEMA IF NOT EXISTS tributary',
  `CREATE TABLE IF NOT EXISTS tributary.loads (
    table_name VARCHAR, load_id VARCHAR, n BIGINT, inserted BIGINT, updated BIGINT, unchanged BIGINT)`,
  'ALTER TABLE tributary.loads ADD COLUMN IF NOT EXISTS whole BOOLEAN DEFAULT true',
];

export async function loadsOf(connection: DuckDBConnection, table: string): Promise<DomainLoads> {
  const found = await connection.runAndReadAll(
    'SELECT load_id, n, whole FROM tributary.loads WHERE table_name = $1 ORDER BY n',
    [table],
  );
  const loads = found.getRows().map(([id, n, whole]) => ({ id: String(id), n: Number(n), whole: whole !== false }));
  return {
    ids: loads.map((load) => load.id),
    last: loads.at(-1)?.n ?? 0,
    whole: loads.findLast((load) => load.whole)?.n ?? 0,
  };
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
  const n = (await loadsOf(connection, request.table)).last + 1;
  await connection.run('BEGIN');
  const source = `read_parquet(${text(await staged())})`;
  await haveColumns(connection, table, request.columns, source);
  const { rows, ...result } = await mergeRows(connection, table, source, n, request);
  const changed = result.inserted + result.updated;
  await connection.run('INSERT INTO tributary.loads VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    ...[request.table, request.loadId],
    ...[n, result.inserted, result.updated, result.unchanged].map(BigInt),
    request.replace || changed > rows * MOST_RENEWED,
  ]);
  await connection.run('COMMIT');
  return result;
}

/** Makes the table, or adds to it what it lacks: columns, and digits of decimals that the file has more of. */
async function haveColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  source: string,
): Promise<void> {
  const staged = await typesOf(connection, source);
  const wanted = [...columns, loadColumn].map(({ name, type }) => {
    const given = staged.get(name);
    return { name, type: given !== undefined && isShortDecimal(given) ? given : engineType(type, 'duckdb') };
  });
  const declared = wanted.map(({ name, type }) => `${ident(name)} ${type}`);
  await connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${declared.join(', ')})`);
  const there = await typesOf(connection, table);
  for (const { name, type } of wanted) {
    const has = there.get(name);
    if (has === undefined) await connection.run(`ALTER TABLE ${table} ADD COLUMN ${ident(name)} ${type}`);
    else if (isShortDecimal(has) && !isShortDecimal(type)) {
      await connection.run(`ALTER TABLE ${table} ALTER COLUMN ${ident(name)} TYPE ${type}`);
    }
  }
}

/** A decimal of 18 digits, for which the engine takes a fraction of the room and time of one of 38. */
const isShortDecimal = (type: string): boolean => type.startsWith('DECIMAL(18,');

async function typesOf(connection: DuckDBConnection, relation: string): Promise<Map<string, string>> {
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${relation}`);
  return new Map(described.getRows().map(([name, type]) => [String(name), String(type)]));
}

/** Inserts what is new and updates what differs and isn't older; `rows` are those of the table before. */
async function mergeRows(
  connection: DuckDBConnection,
  table: string,
  source: string,
  n: number,
  request: UpsertRequest,
): Promise<UpsertCounts & { rows: number }> {
  if (request.replace) await connection.run(`DELETE FROM ${table}`);
  const rows = await countOf(connection, table);
  const insert = `INSERT INTO ${table} BY NAME SELECT *, ${n} AS _load FROM ${source} AS s`;
  if (rows === 0) return { rows, inserted: (await connection.run(insert)).rowsChanged, updated: 0, unchanged: 0 };
  // The keys are compared once, and then rows are known by their place: a key is text, and a table has millions.
  await connection.run(`CREATE OR REPLACE TEMP TABLE known AS
    SELECT t.rowid AS place, s._pk FROM ${table} AS t JOIN ${source} AS s ON s._pk = t._pk`);
  const known = await countOf(connection, 'known');
  const names = request.columns.map((column) => ident(column.name));
  const newer = `SELECT t.place, s.* FROM (SELECT rowid AS place, * FROM ${table} WHERE rowid IN (SELECT place FROM known)) AS t
    JOIN ${source} AS s ON s._pk = t._pk
    WHERE s._updated >= t._updated AND (${names.map((name) => `s.${name} IS DISTINCT FROM t.${name}`).join(' OR ')})`;
  const update = `UPDATE ${table} AS t SET ${names.map((name) => `${name} = s.${name}`).join(', ')}, _load = ${n}
    FROM (${newer}) AS s WHERE t.rowid = s.place`;
  const updated = known === 0 ? 0 : (await connection.run(update)).rowsChanged;
  const { rowsChanged: inserted } = await connection.run(`${insert} ANTI JOIN known AS k ON k._pk = s._pk`);
  await connection.run('DROP TABLE known');
  return { rows, inserted, updated, unchanged: known - updated };
}

async function countOf(connection: DuckDBConnection, relation: string): Promise<number> {
  return Number((await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`)).getRows()[0]?.[0] ?? 0);
}

const counts = (row: readonly unknown[]): UpsertCounts => ({
  inserted: Number(row[0]),
  updated: Number(row[1]),
  unchanged: Number(row[2]),
});
