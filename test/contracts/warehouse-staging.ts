import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { text } from '../../core/sql/quote.ts';

/** Puts the rows of a DuckDB query where a file's typed rows wait to be loaded; gives their key. */
export async function stagedRows(objects: ObjectStore, query: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'staged-')), 'staged.parquet');
  const session = await DuckDbSession.open({ threads: 1 });
  await session.run('stage', `COPY (${query}) TO ${text(path)} (FORMAT parquet)`);
  session.close();
  const key = `staged/${randomUUID()}.parquet`;
  await objects.adopt(path, key);
  return key;
}
