import { blobValue } from '@duckdb/node-api';
import type { StitchSettings } from '../../core/contracts/customer360.ts';
import { ident } from '../../core/sql/quote.ts';
import { flagged, listedValues, type SharedValue } from '../../core/stitch/cleaning/bad-values.ts';
import { nicknameSql } from '../../core/stitch/cleaning/nicknames.ts';
import { type Column, marks } from '../../core/stitch/records/columns.ts';
import type { Dictionary } from '../../core/stitch/records/dictionary.ts';
import { listColumns, type Shape } from '../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { appendIntegers } from './integers.ts';
import type { Prepared } from './prepare.ts';
import { writeRows } from './texts.ts';

/**
 * What the published tables are made of: `clean` (rid, datasource and the standardised columns), `flags` (which bad values a
 * record had), `removed` (those values), `bad_list`, `bad_auto` and `nickname`. Texts go over once for all records that have them.
 */
export async function writeClean(
  session: DuckDbSession,
  { records, flags, removed, shared }: Prepared,
  shape: Shape,
  settings: StitchSettings,
): Promise<void> {
  const columns = [...records.columns].filter(([, column]) => !column.isEmpty);
  const codes = columns.map((_, i) => `c${i}`);
  const run = (sql: string) => session.run('stitch: clean', sql);
  const integers = ['rid', 'flags', ...codes].map((name) => `${name} INTEGER`);
  await run(`CREATE TABLE coded (${integers.join(', ')})`);
  const rids = flags.map((_, rid) => rid);
  await appendIntegers(session, 'coded', [rids, flags, ...columns.map(([, column]) => column.codes)]);
  const tables = await writeTexts(session, columns);
  const read = columns.map(([name], i) => `${typed(name, `t${i}.value`)} AS ${ident(name)}`);
  const empty = [...records.columns].flatMap(([name, column]) =>
    column.isEmpty ? [`${typed(name, 'NULL')} AS ${ident(name)}`] : [],
  );
  const joins = tables.map((table, i) => `LEFT JOIN ${table} t${i} ON t${i}.code = c.c${i}`);
  await run(`CREATE VIEW clean AS SELECT c.rid, r.datasource, ${[...read, ...empty].join(', ')}
FROM coded c JOIN record r USING (rid) ${joins.join(' ')}`);
  await run(`CREATE VIEW flags AS ${flagsSql('coded')}`);
  await writeRows(
    session,
    'removed',
    { rid: 'BIGINT', semantic: 'VARCHAR', value: 'VARCHAR' },
    removed.map(({ record, semantic, value }) => [record, semantic, value]),
  );
  await writeKnown(session, shape, settings, shared);
}

/** Of them `bad_list`, `bad_auto` and `nickname`, which no record is needed for. */
export async function writeKnown(
  session: DuckDbSession,
  shape: Shape,
  settings: StitchSettings,
  shared: readonly SharedValue[],
): Promise<void> {
  await writeRows(
    session,
    'bad_list',
    { semantic: 'VARCHAR', datasource: 'VARCHAR', value: 'VARCHAR' },
    listedValues(shape, settings).map(({ semantic, datasource, value }) => [semantic, datasource, value]),
  );
  await writeRows(
    session,
    'bad_auto',
    { semantic: 'VARCHAR', value: 'VARCHAR', num_values: 'BIGINT', num_proxy: 'BIGINT' },
    shared.map(({ semantic, value, num_values, num_proxy }) => [semantic, value, num_values, num_proxy]),
  );
  await session.run('stitch: nicknames', nicknameSql(settings));
}

/** Which of the flagged columns had a bad value, from a number that holds a bit for each. */
export const flagsSql = (relation: string): string =>
  `SELECT rid, ${flagged.map((name, bit) => `(flags & ${1 << bit}) <> 0 AS blv_${name}`).join(', ')} FROM ${relation}`;

/** A standardised text as tables have it. */
export function typed(name: string, value: string): string {
  if (listColumns.includes(name)) return `string_split(${value}::VARCHAR, chr(${marks.value}))`;
  return `${value}::${name === 'birthdate' ? 'DATE' : 'VARCHAR'}`;
}

/** A table of the texts behind each column; gives their names. Columns that share their texts share the table. */
export async function writeTexts(
  session: DuckDbSession,
  columns: readonly (readonly [string, Column])[],
): Promise<string[]> {
  const dictionaries = [...new Set(columns.map(([, { dictionary }]) => dictionary))];
  const nameOf = (dictionary: Dictionary) => `text_${dictionaries.indexOf(dictionary)}`;
  for (const dictionary of dictionaries)
    await session.run('stitch: texts', `CREATE TABLE ${nameOf(dictionary)} (code INTEGER, value VARCHAR)`);
  const left = piecesOf(dictionaries, nameOf);
  // A piece is cut by one processor.
  await session.abreast(async (by) => {
    for (const { insert, values } of left) await by.run('stitch: texts', insert, values);
  });
  return columns.map(([, { dictionary }]) => nameOf(dictionary));
}

function* piecesOf(dictionaries: readonly Dictionary[], nameOf: (dictionary: Dictionary) => string) {
  for (const dictionary of dictionaries) {
    const insert = `INSERT INTO ${nameOf(dictionary)} SELECT $2::INTEGER + generate_subscripts(texts, 1) - 1, unnest(texts)
FROM (SELECT string_split(decode($1), chr(${marks.row})) AS texts)`;
    for (const { first, bytes } of dictionary.pieces(marks.row)) yield { insert, values: [blobValue(bytes), first] };
  }
}
