import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { text } from '../../core/sql/quote.ts';

/** The bytes of a Parquet of what DuckDB SQL gives. */
export async function parquetOf(rows: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'));
  const path = join(folder, 'rows.parquet');
  const session = await DuckDbSession.open({ threads: 1 });
  try {
    await session.run('rows', `COPY (${rows}) TO ${text(path)} (FORMAT parquet)`);
    return await readFile(path);
  } finally {
    session.close();
    await rm(folder, { recursive: true });
  }
}
