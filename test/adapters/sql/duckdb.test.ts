import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { DuckDbWarehouse } from '../../../adapters/sql/duckdb.ts';
import type { TableEntry } from '../../../core/contracts/catalog.ts';

const asOf = '2026-11-01T00:00:00Z';
const cities = { schema: 'customer360' as const, physical: 'cities__1' };
const entry: TableEntry = {
  ...cities,
  ...{ name: 'cities', version: '1', columns: [], built_at: '', run_id: '', definition: '', inputs: {} },
};

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
