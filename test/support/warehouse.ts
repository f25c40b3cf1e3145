import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { DuckDbWarehouse } from '../../adapters/sql/duckdb.ts';
import { text } from '../../core/sql/quote.ts';

/** An empty warehouse in a folder of its own, the objects that it reads, and a way to put there what DuckDB SQL gives. */
export async function openDuckDb(options: { threads?: number } = {}) {
  const root = await mkdtemp(join(tmpdir(), 'warehouse-'));
  const [objectsFolder, spillFolder] = [join(root, 'objects'), join(root, 'spill')];
  for (const folder of [objectsFolder, spillFolder]) await mkdir(folder);
  const objects = new FilesystemObjects(objectsFolder);
  const file = join(root, 'tables.duckdb');
  const put = async (key: string, sql: string) => {
    const path = join(root, 'put.parquet');
    const session = await DuckDbSession.open({ threads: 1 });
    await session.run('put', `COPY (${sql}) TO ${text(path)} (FORMAT parquet)`);
    session.close();
    await objects.adopt(path, key);
  };
  const warehouse = await DuckDbWarehouse.open({ file, objects, objectsFolder, spillFolder, ...options });
  /** Counts all there are: those that rows were in before are to be gone. */
  const filesOf = async () => (await objects.list('')).filter(({ key }) => key.endsWith('.parquet')).length;
  return { objects, warehouse, put, filesOf };
}
