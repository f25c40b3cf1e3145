import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { type ResolveRequest, resolveFiles } from '../../adapters/stitch/resolve-files.ts';
import { text } from '../../core/sql/quote.ts';
import { customers } from './customers.ts';

export const people = customers(150, 5).records;
export const columns = ['given_name', 'surname', 'birthdate', 'email', 'phone', 'address', 'city', 'postal'];
export const quoted = (value: string | undefined) => `"${(value ?? '').replaceAll('"', '""')}"`;

/** Writes a CSV of records into a folder, with columns of one's own behind the usual ones. */
export const fileIn =
  (folder: string) =>
  (name: string, records: typeof people, more: Record<string, (i: number) => string> = {}): string => {
    const path = join(folder, name);
    const head = ['id', ...columns, ...Object.keys(more)];
    const lines = records.map((record, i) =>
      [`r${i}`, ...columns.map((column) => record[column]), ...Object.values(more).map((value) => value(i))].map(
        quoted,
      ),
    );
    writeFileSync(path, [head, ...lines].map((cells) => cells.join(',')).join('\n'));
    return path;
  };

export const resolve = (request: Partial<ResolveRequest> & Pick<ResolveRequest, 'files' | 'out'>) =>
  resolveFiles({ tags: new Map(), signal: new AbortController().signal, ...request });

export const rows = (path: string) => run(`SELECT * FROM ${text(path)}`);

/** The lines of an NDJSON. */
export const written = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

export async function run(sql: string): Promise<Record<string, string>[]> {
  const session = await DuckDbSession.open();
  try {
    return await session.rows('rows', sql);
  } finally {
    session.close();
  }
}

export const typesOf = async (path: string) =>
  Object.fromEntries(
    (await run(`DESCRIBE SELECT * FROM ${text(path)}`)).map((row) => [row.column_name, row.column_type]),
  );
