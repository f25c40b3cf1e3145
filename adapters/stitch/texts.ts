import { DuckDBBlobVector } from '@duckdb/node-api';
import { InternalError } from '../../core/errors.ts';
import { type DuckDbSession, explain } from '../sql/duckdb/session.ts';

/** Hands on each value of a query's one BLOB column as it comes. */
export async function streamBytes(
  session: DuckDbSession,
  name: string,
  sql: string,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  try {
    const result = await session.connection.stream(sql);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const vector = chunk.getColumnVector(0);
      if (!(vector instanceof DuckDBBlobVector))
        throw new InternalError(`${name} gives no BLOB: encode it in the query`);
      for (let row = 0; row < chunk.rowCount; row++) {
        const value = vector.getItem(row);
        if (value !== null) take(value.bytes);
      }
    }
  } catch (cause) {
    throw cause instanceof InternalError ? cause : explain(name, sql, cause);
  }
}

/** A table of rows of texts and whole numbers. */
export async function writeRows(
  session: DuckDbSession,
  table: string,
  columns: Readonly<Record<string, 'VARCHAR' | 'BIGINT'>>,
  rows: Iterable<readonly (string | number)[]>,
): Promise<void> {
  const types = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await session.run(`stitch: ${table}`, `CREATE TABLE ${table} (${types.join(', ')})`);
  const appender = await session.connection.createAppender(table);
  for (const row of rows) {
    for (const value of row) {
      if (typeof value === 'string') appender.appendVarchar(value);
      else appender.appendBigInt(BigInt(value));
    }
    appender.endRow();
  }
  appender.closeSync();
}
