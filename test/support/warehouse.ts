import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { DuckDbWarehouse } from '../../adapters/sql/duckdb.ts';

/** An empty warehouse in a folder of its own, and the objects that it reads. */
export async function openDuckDb(options: { threads?: number } = {}) {
  const root = await mkdtemp(join(tmpdir(), 'warehouse-'));
  const [objectsFolder, spillFolder] = [join(root, 'objects'), join(root, 'spill')];
  for (const folder of [objectsFolder, spillFolder]) await mkdir(folder);
  const objects = new FilesystemObjects(objectsFolder);
  const file = join(root, 'tables.duckdb');
  return { objects, warehouse: await DuckDbWarehouse.open({ file, objects, objectsFolder, spillFolder, ...options }) };
}
