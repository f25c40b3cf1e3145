import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableEntry } from '../../../core/contracts/catalog.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { qualified } from '../../../core/sql/quote.ts';
import { storedObjects } from './overlay.ts';
import { tableKey } from './parquet.ts';

/** Objects of built tables that nothing published refers to any more. */
export async function unreferencedObjects(objects: ObjectStore, entries: readonly TableEntry[]): Promise<string[]> {
  const keep = new Set(entries.flatMap(storedObjects));
  const keys = (await objects.list('tables/')).map(({ key }) => key);
  return keys.filter((key) => /^tables\/[^/]+\/[^/]+$/.test(key) && !keep.has(key));
}

/** Shows the stored tables under their plain names, at once, and no others; `stale` are the objects that go. */
export async function showTables(
  writer: DuckDBConnection,
  entries: readonly TableEntry[],
  stale: readonly string[],
): Promise<void> {
  const shown = await viewsOf(writer);
  await writer.run('BEGIN');
  for (const { schema, name, physical } of entries) {
    const shows = shown.get(`${schema}.${name}`);
    // Naming a table anew opens its objects: a run that changes one of many need not pay for all.
    if (physical === name || shows?.endsWith(` FROM ${schema}.${physical};`)) continue;
    await writer.run(
      `CREATE OR REPLACE VIEW ${qualified(schema, name)} AS SELECT * FROM ${qualified(schema, physical)}`,
    );
  }
  const keep = new Set(
    entries.flatMap(({ schema, name, physical, changes }) =>
      [name, physical, ...(changes ? [changes.table] : [])].map((one) => `${schema}.${one}`),
    ),
  );
  for (const full of shown.keys()) {
    const [schema = '', name = ''] = full.split('.');
    // Fed tables that no reader sees yet have views too.
    const isGone = schema === 'domain' ? stale.includes(tableKey(schema, name)) : !keep.has(full);
    if (isGone) await writer.run(`DROP VIEW ${qualified(schema, name)}`);
  }
  await writer.run('COMMIT');
}

/** The SQL of each view, by `schema.name`. */
async function viewsOf(connection: DuckDBConnection): Promise<Map<string, string>> {
  const stored = await connection.runAndReadAll(
    'SELECT schema_name, view_name, sql FROM duckdb_views() WHERE NOT internal',
  );
  return new Map(stored.getRows().map(([schema, name, sql]) => [`${schema}.${name}`, String(sql)]));
}
