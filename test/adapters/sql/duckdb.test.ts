import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { DuckDbWarehouse } from '../../../adapters/sql/duckdb.ts';
import type { TableEntry } from '../../../core/contracts/catalog.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { openDuckDb } from '../../support/warehouse.ts';

const asOf = '2026-11-01T00:00:00Z';
const cities = { schema: 'customer360' as const, physical: 'cities__1' };
const entry: TableEntry = {
  ...cities,
  ...{ name: 'cities', version: '1', columns: [], built_at: '', run_id: '', definition: '', inputs: {} },
};

const oneCity = "SELECT * FROM (VALUES 'Rome') AS t (city)";

async function openIn(home: string): Promise<DuckDbWarehouse> {
  const [objectsFolder, spillFolder] = [join(home, 'objects'), join(home, "it's spilled")];
  for (const folder of [objectsFolder, spillFolder]) await mkdir(folder, { recursive: true });
  const objects = new FilesystemObjects(objectsFolder);
  return DuckDbWarehouse.open({ file: join(home, 'tables.duckdb'), objects, objectsFolder, spillFolder });
}

it('finds its tables where they are when the whole home has been moved', async () => {
  const root = await mkdtemp(join(tmpdir(), 'moved-'));
  const before = await openIn(join(root, "o'hara"));
  const sql = "SELECT * FROM (VALUES ('Rome'), ('Oslo')) AS t (city)";
  await before.build(cities, { name: 'cities', sql, tables: [], asOf });
  await before.expose([{ ...entry, parquet: 'tables/customer360/cities__1.parquet' }]);
  await before.close();
  await rename(join(root, "o'hara"), join(root, 'else where'));
  const after = await openIn(join(root, 'else where'));
  const query = { name: 'test', sql: 'SELECT city FROM customer360.cities ORDER BY city', tables: [entry], asOf };
  expect((await after.query(query, { limit: 10 })).rows).toEqual([['Oslo'], ['Rome']]);
  await after.close();
});

it('stops building a table, or laying rows over one, when the run is stopped, and leaves what is there', async () => {
  const warehouse = await openIn(await mkdtemp(join(tmpdir(), 'stopped-')));
  const built = { ...entry, ...(await warehouse.build(cities, { name: 'cities', sql: oneCity, tables: [], asOf })) };
  const years = 'UNNEST(sequence(1, 10000)) AS';
  const forEver = `SELECT count(*) AS n FROM ${years} a (x), ${years} b (y), ${years} c (z) WHERE x + y + z = 7`;
  const next = { schema: cities.schema, physical: 'cities__2' };
  const soon = { name: 'for ever', sql: forEver, tables: [], asOf, signal: AbortSignal.timeout(200) };
  await expect(warehouse.build(next, soon)).rejects.toMatchObject({ name: 'RunStopped' });
  const request = { ...next, last: built, fresh: cities.physical, signal: AbortSignal.abort() };
  await expect(warehouse.overlay(request)).rejects.toMatchObject({ name: 'RunStopped' });
  const query = { name: 'test', sql: 'SELECT city FROM customer360.cities', tables: [built], asOf };
  expect((await warehouse.query(query, { limit: 10 })).rows).toEqual([['Rome']]);
  await warehouse.close();
});

it('refuses by name a file of the time when rows were kept in it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'old-'));
  const old = await DuckDBInstance.create(join(home, 'tables.duckdb'));
  const connection = await old.connect();
  await connection.run('CREATE SCHEMA domain; CREATE TABLE domain.people (id VARCHAR)');
  connection.closeSync();
  old.closeSync();
  await expect(openIn(home)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('new one'),
  });
});

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const row = fc.record({ id, city: fc.constantFrom('Rome', 'Oslo', null), updated: fc.integer({ min: 0, max: 3 }) });
const delivery = fc.record({
  rows: fc.uniqueArray(row, { selector: (one) => one.id, minLength: 1 }),
  replace: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

/** What a table holds after some loads, row by row as reference §1.5 tells it. */
function loaded(deliveries: { rows: { id: string; city: string | null; updated: number }[]; replace: boolean }[]) {
  const table = new Map<string, { city: string | null; updated: number; load: number }>();
  const counts = deliveries.map(({ rows, replace }, n) => {
    const count = { inserted: 0, updated: 0, unchanged: 0 };
    if (replace) table.clear();
    for (const { id, city, updated } of rows) {
      const before = table.get(id);
      const isOlder = before && (updated < before.updated || (updated === before.updated && city === before.city));
      count[!before ? 'inserted' : isOlder ? 'unchanged' : 'updated'] += 1;
      if (!isOlder) table.set(id, { city, updated, load: n + 1 });
    }
    return count;
  });
  const rows = [...table].map(([key, { city, updated, load }]) => [key, city, updated, load]);
  return { counts, rows: rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) };
}

it('holds after any loads what they say row by row, and tells what each has done', async () => {
  const type: ColumnType = 'String';
  const columns = [
    ...['id', 'city', '_pk'].map((name) => ({ name, type })),
    { name: '_updated', type: 'Integer' as const },
  ];
  const people: TableEntry = { ...entry, schema: 'domain', name: 'people', physical: 'people' };
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 14 }), async (deliveries) => {
      const { warehouse, put } = await openDuckDb({ threads: 1 });
      const counts = [];
      for (const [n, { rows, replace }] of deliveries.entries()) {
        const values = rows.map(
          ({ id, city, updated }) => `('${id}', ${city ? `'${city}'` : 'NULL'}, '${id}', ${updated})`,
        );
        await put(
          `staged/${n}.parquet`,
          `SELECT id, city::VARCHAR AS city, _pk, _updated::BIGINT AS _updated FROM (VALUES ${values.join(', ')}) AS t(id, city, _pk, _updated)`,
        );
        const request = { table: 'people', columns, stagedKey: `staged/${n}.parquet`, loadId: `${n}`, replace };
        counts.push(await warehouse.upsert(request));
        if (n % 3 === 0) await warehouse.expose([people]);
      }
      const sql = 'SELECT id, city, _updated, _load FROM domain.people ORDER BY id';
      const { rows } = await warehouse.query({ name: 'test', sql, tables: [people], asOf }, { limit: 100 });
      expect({ counts, rows }).toEqual(loaded(deliveries));
      await warehouse.close();
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 60_000);
