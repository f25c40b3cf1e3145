import { MOST_RENEWED, type ParquetDelta, type TableEntry } from '../../../core/contracts/catalog.ts';
import { deltaName } from '../../../core/customer360/renewal.ts';
import { InternalError } from '../../../core/errors.ts';
import type { OverlayRequest } from '../../../core/sql/port.ts';
import { ident } from '../../../core/sql/quote.ts';
import { changesSql, toldBy } from '../told-changes.ts';
import { isAmong, type ParquetObjects, tableKey, withoutPlaced } from './parquet.ts';

export interface Overlaid {
  rows: number;
  parquet: string;
  parquet_delta?: ParquetDelta;
  changes: NonNullable<TableEntry['changes']>;
}

/** Keys of the objects that hold an entry's rows and changes. */
export const storedObjects = ({ schema, parquet, parquet_delta: delta, changes }: TableEntry): string[] =>
  [parquet, delta?.rows, delta?.gone, changes && tableKey(schema, changes.table)].filter((key) => key !== undefined);

/**
 * Makes a version of a table: the last one with the rows of some keys replaced, and what differs between the two. Rows of
 * the base are known by their place in it, since an object is never written again.
 */
export async function overlay(objects: ParquetObjects, request: OverlayRequest): Promise<Overlaid> {
  const { schema, physical, last, keys } = request;
  const key = (part: string) => tableKey(schema, `${physical}${part}`);
  if (last.parquet === undefined) throw new InternalError(`${schema}.${last.name} has no rows of its own to lay over`);
  const before = await partsOf(objects, last.parquet, last.parquet_delta);
  const fresh = await objects.relation(tableKey(schema, request.fresh));
  const touched = keys && (await objects.relation(tableKey(schema, keys.table)));
  const replaced = keys && touched ? isAmong(keys.columns, touched) : 'TRUE';
  const create = (table: string, sql: string) =>
    objects.connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${sql}`);

  const told = toldBy(request);
  const columns = told.columns?.map((name) => `r.${ident(name)}`) ?? ['r.*'];
  const leaving = ['r.file_row_number', ...columns].join(', ');
  await create('leaving', `SELECT ${leaving} FROM ${before.base} r${before.staying} WHERE ${replaced}`);
  if (told.table !== keys?.table) {
    const earlier = `SELECT * EXCLUDE (file_row_number) FROM leaving UNION ALL SELECT ${columns} FROM (${before.delta}) r WHERE ${replaced}`;
    await objects.write(tableKey(schema, told.table), changesSql(earlier, `SELECT ${columns} FROM ${fresh} r`, told));
  }
  const delta: ParquetDelta = { rows: tableKey(schema, request.fresh), gone: key('__gone') };
  const left = await objects.write(delta.gone, `${before.gone} UNION ALL SELECT file_row_number FROM leaving`);
  if (last.parquet_delta) {
    delta.rows = tableKey(schema, deltaName(physical));
    await objects.write(delta.rows, `SELECT * FROM (${before.delta}) r WHERE NOT ${replaced} UNION ALL FROM ${fresh}`);
  }
  const [all, laid] = [await objects.count(before.base), await objects.count(await objects.relation(delta.rows))];
  const version = {
    rows: all - left + laid,
    changes: { since: last.version, table: told.table, ...(keys && { keys: [...keys.columns] }) },
  };
  // Every reading pays for what is apart.
  if (Math.max(left, laid) <= all * MOST_RENEWED) return { ...version, parquet: last.parquet, parquet_delta: delta };
  await objects.write(key(''), await objects.rows(last.parquet, delta));
  return { ...version, parquet: key('') };
}

/** What a version consists of: relations of its base, of the places in it that are gone, and of the rows laid over it. */
async function partsOf(objects: ParquetObjects, parquet: string, delta: ParquetDelta | undefined) {
  const base = await objects.relation(parquet);
  if (!delta)
    return { base, staying: '', gone: 'SELECT 0::BIGINT AS place WHERE FALSE', delta: `FROM ${base} LIMIT 0` };
  const gone = await objects.relation(delta.gone);
  return {
    base,
    staying: withoutPlaced(gone),
    gone: `FROM ${gone}`,
    delta: `FROM ${await objects.relation(delta.rows)}`,
  };
}
