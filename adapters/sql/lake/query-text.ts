import { databaseName, type Place } from '../../../core/contracts/deployment.ts';
import { tableFinder } from '../../../core/environments/table-names.ts';
import type { PhysicalQuery, StoredTable } from '../../../core/sql/port.ts';
import { qualified } from '../../../core/sql/quote.ts';

type Lake = Pick<Place, 'workgroup'>;

/** A table as queries name it. */
export const relation = (lake: Lake, { schema, physical }: StoredTable): string =>
  qualified(databaseName(lake, schema), physical);

/**
 * A query in the engine's words, its tables under the names that they are stored by. The parser of SQL takes a quarter of a
 * second to load: a function waits for it only once it has something to read.
 */
export async function onLake(lake: Lake, { sql, tables, asOf }: PhysicalQuery): Promise<string> {
  const { forTrino } = await import('../../../core/sql/translate.ts');
  const stored = new Map(tables.map((entry) => [`${entry.schema}.${entry.name}`, relation(lake, entry)]));
  const known = [...stored.keys()];
  const find = tableFinder(known);
  return forTrino(sql, { tables: (name) => stored.get(find(name) ?? ''), asOf, known }).sql.replace(/;\s*$/, '');
}

/** The same, with so many rows at most unless the query says a number itself. */
export async function boundedOnLake(lake: Lake, query: PhysicalQuery, rows: number): Promise<string> {
  const sql = await onLake(lake, query);
  // Around a query, LIMIT would let the engine forget the order of its rows.
  return (await isBounded(query.sql)) ? sql : `${sql}${bound(rows)}`;
}

/** Whether a query was given that bound, for want of one of its own. */
export const wasBounded = (sql: string, rows: number): boolean => sql.endsWith(bound(rows));

/** The comment tells it from a LIMIT that a query says itself. */
const bound = (rows: number): string => `\nLIMIT ${rows} /* of any result */`;

/** Whether a query says itself how many rows it gives at most. */
async function isBounded(sql: string): Promise<boolean> {
  const { child, open, parseQuery } = await import('../../../core/sql/tree.ts');
  const [, query] = open(parseQuery(sql));
  return child(query, 'limit') !== undefined || child(query, 'fetch') !== undefined;
}
