import { join } from 'node:path';
import { RefusedSql } from '../../core/errors.ts';
import { ident, text } from '../../core/sql/quote.ts';
import { DuckDbSession, type SessionOptions } from '../sql/duckdb/session.ts';
import type { OpenFile, RawTable } from './formats/format.ts';
import { parquet } from './formats/parquet.ts';

/** What a failure of an ingest query is called, before the name of its file. */
export const INGEST_QUERY = 'ingest query of';

/**
 * Runs an ingest query over a file, which it sees as the table `file`, and gives its rows. It runs in an engine of its own that
 * can reach nothing but this file and the result.
 */
export async function ingested(
  file: OpenFile,
  table: RawTable,
  query: string,
  options: SessionOptions,
): Promise<RawTable> {
  const result = join(file.workFolder, 'ingested.parquet');
  const session = await DuckDbSession.open({ ...options, signal: file.signal });
  try {
    await refuseUnlessSelect(session, query);
    const seen = table.nested === undefined ? table.relation : (await table.nested(session))?.relation;
    if (seen === undefined) return { relation: '(SELECT 1 WHERE false)', columns: [], format: table.format };
    await session.run('showing the file', `CREATE VIEW ${ident('file')} AS SELECT * FROM ${seen}`);
    const paths = [...readPaths(seen), result];
    await session.run('locking', `SET allowed_paths = [${paths.map(text).join(', ')}]`);
    await session.run('locking', 'SET enable_external_access = false');
    await session.run('locking', 'SET lock_configuration = true');
    await session.run(`${INGEST_QUERY} ${file.name}`, `COPY (${query}\n) TO ${text(result)} (FORMAT parquet)`);
  } finally {
    session.close();
  }
  return parquet.open({ ...file, path: result });
}

/** Paths that a relation reads: they stand in it as quoted texts. */
function readPaths(relation: string): string[] {
  return [...relation.matchAll(/read_\w+\('((?:[^']|'')*)'/g)].map(([, path]) => (path ?? '').replaceAll("''", "'"));
}

async function refuseUnlessSelect(session: DuckDbSession, query: string): Promise<void> {
  const [row] = await session.rows<{ tree: string }>(
    'parsing the ingest query',
    `SELECT json_serialize_sql(${text(query)}) AS tree`,
  );
  const tree = JSON.parse(String(row?.tree)) as { error: boolean; error_message?: string; statements?: unknown[] };
  if (tree.error) {
    throw new RefusedSql(`the ingest query can't run: ${tree.error_message}: expected one SELECT over the table file`);
  }
  if (tree.statements?.length !== 1) {
    throw new RefusedSql(
      `the ingest query holds ${tree.statements?.length} statements: expected one SELECT over the table file`,
    );
  }
}
