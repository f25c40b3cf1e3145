import { z } from 'zod';
import type { TableEntry } from '../contracts/catalog.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { ident } from '../sql/quote.ts';
import type { PublishedAccess } from './published-reader.ts';

/** What tables are counted and described from. */
export type TablesAccess = Pick<PublishedAccess, 'objects' | 'warehouse'>;

/** How many rows a table has. A view is counted when it is first asked about, and the number is kept with its version. */
export async function countRows({ objects, warehouse }: TablesAccess, entry: TableEntry): Promise<number> {
  if (entry.rows !== undefined) return entry.rows;
  const name = `${entry.schema}.${entry.name}`;
  const key = `counts/${name}/${entry.version}.json`;
  const kept = await readJson(objects, key, z.number().int());
  if (kept) return kept.value;
  const sql = `SELECT count(*) FROM ${entry.schema}.${ident(entry.name)}`;
  const query = { name: `rows of ${name}`, sql, tables: [entry], asOf: entry.built_at };
  const counted = Number((await warehouse.query(query, { limit: 1 })).rows[0]?.[0]);
  await writeJson(objects, key, counted);
  return counted;
}
