import { databaseName, type Place } from '../../../core/contracts/deployment.ts';
import { tableFinder } from '../../../core/environments/table-names.ts';
import type { PhysicalQuery, StoredTable } from '../../../core/ports.ts';
import { qualified } from '../../../core/sql/quote.ts';
import { forTrino } from '../../../core/sql/translate.ts';
import { child, open, parseQuery } from '../../../core/sql/tree.ts';

type Lake = Pick<Place, 'workgroup'>;

/** A table as queries name it. */
export const relation = (lake: Lake, { schema, physical }: StoredTable): string =>
  qualified(databaseName(lake, schema), physical);

/** A query in the engine's words, its tables under the names that they are stored by. */
export function onLake(lake: Lake, { sql, tables, asOf }: PhysicalQuery): string {
  const stored = new Map(tables.map((entry) => [`${entry.schema}.${entry.name}`, relation(lake, entry)]));
  const known = [...stored.keys()];
  const find = tableFinder(known);
  return forTrino(sql, { tables: (name) => stored.get(find(name) ?? ''), asOf, known }).sql.replace(/;\s*$/, '');
}

/** The same, with so many rows at most unless the query says a number itself. */
export function boundedOnLake(lake: Lake, query: PhysicalQuery, rows: number): string {
  const sql = onLake(lake, query);
  // Around a query, LIMIT would let the engine forget the order of its rows.
  return isBounded(query.sql) ? sql : `${sql}\nLIMIT ${rows}`;
}

/** Whether a query says itself how many rows it gives at most. */
function isBounded(sql: string): boolean {
  const [, query] = open(parseQuery(sql));
  return child(query, 'limit') !== undefined || child(query, 'fetch') !== undefined;
}
