import { ident } from '../../../core/sql/quote.ts';
import { type Records, standardColumns } from '../../../core/stitch/cleaning/standardise.ts';
import { alone } from '../../../core/stitch/crew.ts';
import { type Column, marks } from '../../../core/stitch/records/columns.ts';
import { type Profiles, profilesOf } from '../../../core/stitch/records/profiles.ts';
import { listColumns, type Shape } from '../../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { writeTexts } from '../clean.ts';
import { readColumns } from '../columns.ts';
import { appendIntegers, readIntegers } from '../integers.ts';
import { recordsOf } from '../prepare.ts';

/** Columns to be written beside those of the rows that they were made of. */
export interface Beside {
  /** A relation with the number of each `row`. */
  from: string;
  columns: ReadonlyMap<string, Column>;
  /** Numbers of each row besides. */
  integers?: Readonly<Record<string, Int32Array>>;
}

/** Table `written`: the keys of rows with columns. All of these are texts, those that hold several values too. */
export async function writeColumns(session: DuckDbSession, beside: Beside): Promise<void> {
  const { from, columns, integers = {} } = beside;
  const filled = [...columns].filter(([, column]) => !column.isEmpty);
  const size = [...columns.values()][0]?.codes.length ?? 0;
  const names = ['"row"', ...Object.keys(integers), ...filled.map((_, i) => `c${i}`)];
  const run = (sql: string) => session.run('stitch: columns of a part', sql);
  await run(`CREATE TABLE coded (${names.map((name) => `${name} INTEGER`).join(', ')})`);
  const rows = Int32Array.from({ length: size }, (_, row) => row);
  await appendIntegers(session, 'coded', [rows, ...Object.values(integers), ...filled.map(([, { codes }]) => codes)]);
  const tables = await writeTexts(session, filled);
  const place = new Map(filled.map(([name], i) => [name, i]));
  const values = [...columns.keys()].map((name) =>
    place.has(name) ? `t${place.get(name)}.value AS ${ident(name)}` : `NULL::VARCHAR AS ${ident(name)}`,
  );
  const joins = tables.map((table, i) => `LEFT JOIN ${table} t${i} ON t${i}.code = coded.c${i}`);
  await run(`CREATE TABLE written AS SELECT r.rid, r.datasource, r.pk, ${[...values, ...Object.keys(integers).map((name) => `${name}::BIGINT AS ${name}`)].join(', ')}
FROM coded JOIN ${from} r USING ("row") ${joins.join(' ')}`);
}

/** Standardised records as they are in such files, from a relation that numbers each `row` from 0 on. */
export async function readStandard(session: DuckDbSession, relation: string, shape: Shape): Promise<Records> {
  const names = standardColumns(shape);
  const lists = names.filter((name) => listColumns.includes(name));
  const split = lists.map((name) => `string_split(${name}, chr(${marks.value})) AS ${name}`);
  const rows = split.length === 0 ? relation : `(SELECT * REPLACE (${split.join(', ')}) FROM ${relation})`;
  const { ids, columns } = await readColumns(session, alone, rows, 'row', ['datasource', ...names], lists);
  return recordsOf(ids.length, columns);
}

/** Profiles of a relation with a column `id` of distinct numbers, which they have as theirs. */
export async function readProfiles(session: DuckDbSession, relation: string, shape: Shape): Promise<Profiles> {
  const [ids = new Int32Array()] = await readIntegers(
    session,
    'stitch: profiles',
    `SELECT id::INTEGER FROM ${relation} ORDER BY id`,
  );
  const rows = `(SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS "row", '' AS datasource, * FROM ${relation})`;
  return profilesOf(ids, (await readStandard(session, rows, shape)).columns);
}
