import type { DuckDBConnection } from '@duckdb/node-api';
import { MOST_RENEWED, type ParquetDelta, type TableEntry } from '../../core/contracts/catalog.ts';
import type { OverlayRequest } from '../../core/ports.ts';
import { ident, qualified, text } from '../../core/sql/quote.ts';

export type Overlaid = Pick<TableEntry, 'rows' | 'over' | 'changes'>;

/** Names of the stored tables that hold an entry's rows and changes. */
export const storedParts = ({ physical, over, changes }: TableEntry): string[] => [
  physical,
  ...(over ? [over.base, over.gone, over.delta] : []),
  ...(changes ? [changes.table] : []),
];

/**
 * Makes a version of a table: the last one with the rows of some keys replaced, and what differs between the two. Rows of
 * the base are known by their place in it, since a built table is never written again.
 */
export async function overlay(connection: DuckDBConnection, request: OverlayRequest): Promise<Overlaid> {
  const { schema, physical, last, keys, fresh } = request;
  const at = (table: string) => qualified(schema, table);
  const over = { base: last.over?.base ?? last.physical, gone: `${physical}__gone`, delta: `${physical}__delta` };
  const changes = { since: last.version, table: `${physical}__changes` };
  const [base, gone, delta] = [at(over.base), at(over.gone), at(over.delta)];
  const goneBefore = last.over ? `FROM ${at(last.over.gone)}` : 'SELECT 0::BIGINT AS place WHERE FALSE';
  const deltaBefore = last.over ? `FROM ${at(last.over.delta)}` : `FROM ${base} LIMIT 0`;
  const replaced = isAmong(keys && { ...keys, table: at(keys.table) });
  const create = (table: string, sql: string) => connection.run(`CREATE OR REPLACE ${table} AS ${sql}`);

  await connection.run('BEGIN');
  await create(
    'TEMP TABLE leaving',
    `(SELECT r.rowid AS place FROM ${base} r WHERE ${replaced}) EXCEPT (${goneBefore})`,
  );
  // Only now are the other columns read, and only near those places.
  await create(
    'TEMP TABLE earlier',
    `SELECT * FROM ${base} WHERE rowid IN (FROM leaving) UNION ALL SELECT * FROM (${deltaBefore}) r WHERE ${replaced}`,
  );
  await create(`TABLE ${gone}`, `(${goneBefore}) UNION ALL (FROM leaving)`);
  await create(
    `TABLE ${delta}`,
    `SELECT * FROM (${deltaBefore}) r WHERE NOT ${replaced} UNION ALL (FROM ${at(fresh)})`,
  );
  const only = (one: string, other: string) => `(FROM ${one} EXCEPT ALL FROM ${other})`;
  const differing = `${only('earlier', at(fresh))} UNION ALL ${only(at(fresh), 'earlier')}`;
  await create(`TABLE ${at(changes.table)}`, keys && request.tellKeys ? `FROM ${at(keys.table)}` : differing);
  const rows = `SELECT * FROM ${base} b WHERE NOT EXISTS (SELECT 1 FROM ${gone} g WHERE g.place = b.rowid) UNION ALL SELECT * FROM ${delta}`;
  const [all = 0, left = 0, laid = 0] = await sizes(connection, [base, gone, delta]);
  // Every reading pays for what is apart.
  const apart = Math.max(left, laid) > all * MOST_RENEWED;
  await create(`${apart ? 'TABLE' : 'VIEW'} ${at(physical)}`, rows);
  for (const done of [at(fresh), ...(keys ? [at(keys.table)] : []), ...(apart ? [gone, delta] : [])])
    await connection.run(`DROP TABLE ${done}`);
  await connection.run('COMMIT');
  return { rows: all - left + laid, changes, ...(!apart && { over }) };
}

/** The rows of a Parquet, or of one with others laid over it. `locate` gives the path of an object. */
export async function parquetRows(
  locate: (key: string) => Promise<string>,
  key: string,
  delta: ParquetDelta | undefined,
): Promise<string> {
  const read = async (one: string) => `read_parquet(${text(await locate(one))})`;
  const base = await read(key);
  if (!delta) return `SELECT * FROM ${base}`;
  const replaced = isAmong({ columns: delta.keys, table: await read(delta.gone) });
  return `SELECT * FROM ${base} r WHERE NOT ${replaced} UNION ALL BY NAME SELECT * FROM ${await read(delta.rows)}`;
}

/** Whether a row `r` has one of the keys of a table, as a condition; without keys every row does. */
function isAmong(keys: { columns: readonly string[]; table: string } | undefined): string {
  if (!keys) return 'TRUE';
  const same = keys.columns.map((column) => `k.${ident(column)} IS NOT DISTINCT FROM r.${ident(column)}`);
  return `EXISTS (SELECT 1 FROM ${keys.table} k WHERE ${same.join(' AND ')})`;
}

async function sizes(connection: DuckDBConnection, tables: readonly string[]): Promise<number[]> {
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
  const counted = await connection.runAndReadAll(`SELECT ${counts.join(', ')}`);
  return (counted.getRows()[0] ?? []).map(Number);
}
