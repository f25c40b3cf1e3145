import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { macroStatements, settings } from '../../adapters/sql/duckdb/macros.ts';
import { ident } from '../../core/sql/quote.ts';
import { type TranslateOptions, translate } from '../../core/sql/translate.ts';

/** What an engine answered: rows as text, or that it failed. */
export interface Answer {
  types: string[];
  names: string[];
  rows: string[][];
  error?: string;
}

export const casesFolder = join(import.meta.dirname, '../core/sql/parity');
export const recordedFile = join(import.meta.dirname, '../core/sql/trino-rows.json');
export const AS_OF = '2024-07-01T09:30:15.123Z';

const statements = (file: string): string[] =>
  readFileSync(join(casesFolder, file), 'utf8')
    .split(/;\s*$/m)
    .map((sql) => sql.replace(/^--.*\n/gm, '').trim())
    .filter((sql) => sql !== '');

/** The sample tables: name and the Trino query that makes each. */
export function sampleTables(): { name: string; sql: string }[] {
  const names = [...readFileSync(join(casesFolder, 'tables.sql'), 'utf8').matchAll(/^-- (\w+)$/gm)].map(
    (one) => one[1] ?? '',
  );
  return statements('tables.sql').map((sql, at) => ({ name: names[at] ?? '', sql }));
}

/** Every parity query, by the file that holds it. */
export function parityCases(): { file: string; sql: string }[] {
  const files = readdirSync(casesFolder).filter((file) => file.endsWith('.sql') && file !== 'tables.sql');
  return files.sort().flatMap((file) => statements(file).map((sql) => ({ file, sql })));
}

/** Queries that run in AWS only: Trino answers them, and on DuckDB each is refused by the name of what isn't proven. */
export const refusedCases = (): string[] => statements('../refused.sql');

export const recorded = (): Record<string, Answer> =>
  existsSync(recordedFile) ? (JSON.parse(readFileSync(recordedFile, 'utf8')) as Record<string, Answer>) : {};

const physical = (table: string): string => `${ident('main')}.${ident(`${table}__v1`)}`;

export const duckOptions: TranslateOptions = {
  tables: ({ schema, table }) =>
    (schema === undefined || schema === 'shop') && sampleTables().some(({ name }) => name === table)
      ? physical(table)
      : undefined,
  asOf: AS_OF,
  known: ['customers', 'orders', 'payloads'],
};

/** A DuckDB with the macros, the settings and the sample tables, as the server has them. */
export async function parityDuckDb(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const sql of [...settings, ...macroStatements]) await connection.run(sql);
  for (const { name, sql } of sampleTables()) {
    await connection.run(`CREATE TABLE ${physical(name)} AS ${translate(sql, duckOptions).sql}`);
  }
  return connection;
}

/** The answer of DuckDB to a translated query; a refusal by the translator is thrown. */
export async function askDuckDb(connection: DuckDBConnection, sql: string): Promise<Answer> {
  const text = translate(sql, duckOptions).sql;
  try {
    const reader = await connection.runAndReadAll(text);
    const types = reader.columnTypes().map(String);
    return {
      types,
      names: reader.columnNames(),
      rows: reader.getRowsJson().map((row) => row.map((value) => cell(value))),
    };
  } catch (cause) {
    return { types: [], names: [], rows: [], error: (cause as Error).message.split('\n')[0] ?? '' };
  }
}

/** A value as comparable text: no trailing zeros of a fraction of a second, no zone UTC, no difference of JSON types. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return `[${value.map((one) => cell(one)).join(', ')}]`;
  if (typeof value === 'object') return JSON.stringify(value);
  // a timestamp as text, of whatever precision
  return String(value).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:(\.\d*[1-9])0*|\.0+)?(?: UTC)?$/, '$1$2');
}

/** Why two answers differ, undefined when they don't: doubles may differ in their last digits, unordered rows in order. */
export function difference(sql: string, trino: Answer, duck: Answer): string | undefined {
  if (trino.error !== undefined || duck.error !== undefined) {
    return (trino.error === undefined) === (duck.error === undefined)
      ? undefined
      : `Trino: ${show(trino)}\nDuckDB: ${show(duck)}`;
  }
  const [theirs, ours] = [inOrder(sql, trino).rows, inOrder(sql, duck).rows];
  const same =
    theirs.length === ours.length &&
    theirs.every((row, r) => row.every((value, c) => alike(value, ours[r]?.[c], trino.types[c])));
  const named = trino.names.join().toLowerCase() === duck.names.join().toLowerCase();
  return same && named ? undefined : `Trino: ${show(trino)}\nDuckDB: ${show(duck)}`;
}

/** Rows of a query without ORDER BY in an order of ours; doubles last, since their last digits may differ. */
export function inOrder(sql: string, answer: Answer): Answer {
  if (/order by[^()]*$/i.test(sql)) return answer;
  const doubles = answer.types.map((type) => /^double/i.test(type));
  const key = (row: string[]) => JSON.stringify([row.filter((_, c) => !doubles[c]), row.filter((_, c) => doubles[c])]);
  const keyed = answer.rows.map((row) => ({ row, key: key(row) }));
  return { ...answer, rows: keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row) };
}

const show = (answer: Answer): string =>
  answer.error ?? `${answer.names.join()} ${JSON.stringify(answer.rows)} (${answer.types.join(', ')})`;

function alike(trino: string, duck: string | undefined, type: string | undefined): boolean {
  if (trino === duck) return true;
  if (duck === undefined || trino === 'NULL' || duck === 'NULL') return false;
  if (!/double/.test(type ?? '')) return false;
  const [a, b] = [Number(trino), Number(duck)];
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}
