import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { DuckDbWarehouse } from '../../adapters/sql/duckdb.ts';
import { warehouseContract } from './warehouse.ts';
import { warehouseVersionsContract } from './warehouse-versions.ts';

const open = async () => {
  const root = await mkdtemp(join(tmpdir(), 'warehouse-'));
  const [objectsFolder, spillFolder] = [join(root, 'objects'), join(root, 'spill')];
  for (const folder of [objectsFolder, spillFolder]) await mkdir(folder);
  const objects = new FilesystemObjects(objectsFolder);
  return {
    objects,
    warehouse: await DuckDbWarehouse.open({ file: join(root, 'tables.duckdb'), objects, objectsFolder, spillFolder }),
  };
};

warehouseContract('a DuckDB file', open);
warehouseVersionsContract('a DuckDB file', open);
