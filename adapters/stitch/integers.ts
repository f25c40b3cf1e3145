import { DuckDBDataChunk, DuckDBIntegerVector, INTEGER } from '@duckdb/node-api';
import { InternalError } from '../../core/errors.ts';
import { grown } from '../../core/stitch/records/grown.ts';
import { type DuckDbSession, explain } from '../sql/duckdb/session.ts';

const CHUNK = 2048;

/** The INTEGER columns of a query as typed arrays, streamed; NULL is -1. */
export async function readIntegers(session: DuckDbSession, name: string, sql: string): Promise<Int32Array[]> {
  try {
    const result = await session.connection.stream(sql);
    let into: Int32Array[] = result.columnNames().map(() => new Int32Array(1 << 12));
    let rows = 0;
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const [from, count] = [rows, chunk.rowCount];
      rows += count;
      if (rows > (into[0]?.length ?? rows)) into = into.map((column) => grown(column, rows * 2));
      for (const [index, column] of into.entries()) copy(chunk.getColumnVector(index), column, from, count);
    }
    return into.map((column) => column.subarray(0, rows));
  } catch (cause) {
    throw cause instanceof InternalError ? cause : explain(name, sql, cause);
  }
}

function copy(vector: unknown, into: Int32Array, at: number, count: number): void {
  if (!(vector instanceof DuckDBIntegerVector))
    throw new InternalError('a column to read is no INTEGER: cast it in the query');
  for (let row = 0; row < count; row++) into[at + row] = vector.getItem(row) ?? -1;
}

/** Appends typed arrays to a table of INTEGER columns. */
export async function appendIntegers(
  session: DuckDbSession,
  table: string,
  columns: readonly ArrayLike<number>[],
): Promise<void> {
  const rows = columns[0]?.length ?? 0;
  const appender = await session.connection.createAppender(table);
  const chunk = DuckDBDataChunk.create(
    columns.map(() => INTEGER),
    CHUNK,
  );
  for (let from = 0; from < rows; from += CHUNK) {
    const count = Math.min(CHUNK, rows - from);
    chunk.rowCount = count;
    for (const [index, column] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      if (!(vector instanceof DuckDBIntegerVector)) throw new InternalError(`${table} has a column that is no INTEGER`);
      for (let row = 0; row < count; row++) vector.setItem(row, column[from + row] ?? 0);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
    chunk.reset();
  }
  appender.closeSync();
}
