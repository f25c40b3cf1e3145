import type { QuarantinedRow } from '../../core/contracts/loads.ts';
import type { Feed } from '../../core/contracts/sources.ts';
import { problemRows, type StagingOptions } from '../../core/feeds/staging.ts';
import { ident, text } from '../../core/sql/quote.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { LINE, type RawTable } from './formats/format.ts';

const JSON_ROW = 'the row as JSON';

/** Where bad rows come from: the positions of the staged file without a key, records and documents that can't be read. */
export interface BadRows {
  name: string;
  table: RawTable;
  /** DuckDB SQL of 0-based positions, ascending. */
  positions: string;
  /** A table whose unreadable rows and records count, when `table` is what an ingest query made of it. */
  before?: RawTable;
}

/** Writes every bad row with its line and its reason; returns how many there are. */
export async function writeQuarantine(
  session: DuckDbSession,
  bad: BadRows,
  feed: Feed,
  options: StagingOptions,
  path: string,
): Promise<number> {
  const { rejected } = bad.before ?? bad.table;
  const sources = [
    ...(await problems(session, bad, feed, options)),
    ...(await unreadableBefore(session, bad)),
    ...(rejected === undefined ? [] : [rejected]).map(
      (records) =>
        `SELECT line, '' AS "column", value, expected, CAST(to_json(value) AS VARCHAR) AS raw FROM read_json(${text(records)},
        format = 'newline_delimited', maximum_object_size = 67108864, columns = {'line': 'BIGINT', 'value': 'VARCHAR', 'expected': 'VARCHAR'})`,
    ),
    `SELECT CAST(0 AS BIGINT) AS line, '' AS "column", '' AS value, '' AS expected, '' AS raw WHERE false`,
  ];
  const rows = sources.map((source) => `(${source})`).join('\nUNION ALL ');
  return session.run(
    `quarantine of ${bad.name}`,
    `COPY (SELECT ${text(bad.name)} AS file, line, "column", value, expected, raw FROM (${rows}) ORDER BY line, "column")
     TO ${text(path)} (FORMAT parquet)`,
  );
}

/** The first quarantined rows, to show. */
export async function examples(session: DuckDbSession, path: string): Promise<QuarantinedRow[]> {
  const rows = await session.rows<QuarantinedRow>(
    'examples',
    `SELECT * FROM read_parquet(${text(path)}) ORDER BY line LIMIT 3`,
  );
  return rows.map((row) => ({ ...row, line: Number(row.line) }));
}

async function problems(session: DuckDbSession, bad: BadRows, feed: Feed, options: StagingOptions): Promise<string[]> {
  const picked = await pickRows(session, bad.table, bad.positions);
  if (picked === undefined) return [];
  const { unreadable } = bad.table;
  const json = `${rowAsJson(bad.table)} AS ${ident(JSON_ROW)}`;
  const readable = unreadable === undefined ? '' : ` WHERE NOT (${unreadable.when})`;
  const relation = `(SELECT *, ${json} FROM ${picked}${readable})`;
  const rows = problemRows(feed, { ...bad.table, relation }, options, [LINE, JSON_ROW]);
  const told = `SELECT ${ident(LINE)} AS line, "column", value, expected, ${ident(JSON_ROW)} AS raw FROM (${rows})`;
  return unreadable === undefined ? [told] : [told, unreadableRows(bad.table, picked)];
}

/** Rows that an ingest query never saw, since they can't be read. */
async function unreadableBefore(session: DuckDbSession, { before }: BadRows): Promise<string[]> {
  if (before?.unreadable === undefined) return [];
  const positions = `SELECT place - 1 AS position FROM (SELECT *, row_number() OVER () AS place FROM ${before.relation}) WHERE ${before.unreadable.when} ORDER BY place`;
  const picked = await pickRows(session, before, positions);
  return picked === undefined ? [] : [unreadableRows(before, picked)];
}

function unreadableRows(table: RawTable, picked: string): string {
  const { when, value, expected } = table.unreadable ?? { when: 'false', value: 'NULL', expected: '' };
  return `SELECT ${ident(LINE)} AS line, '' AS "column", ${value} AS value, ${text(expected)} AS expected, ${rowAsJson(table)} AS raw
    FROM ${picked} WHERE ${when}`;
}

/** DuckDB SQL of the rows at some positions with their lines; undefined when there are none. */
async function pickRows(session: DuckDbSession, table: RawTable, positions: string): Promise<string | undefined> {
  const [first] = await session.rows('looking for bad rows', `SELECT position FROM (${positions}) LIMIT 1`);
  if (first === undefined) return undefined;
  if (table.pick !== undefined) return table.pick(streamed(session, positions));
  return `(SELECT * FROM (SELECT *, row_number() OVER () AS ${ident(LINE)} FROM ${table.relation})
    WHERE ${ident(LINE)} - 1 IN (SELECT position FROM (${positions})))`;
}

async function* streamed(session: DuckDbSession, positions: string): AsyncGenerator<bigint> {
  const result = await session.connection.stream(positions);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const value of chunk.getColumnValues(0)) yield BigInt(value as bigint);
  }
}

function rowAsJson(table: RawTable): string {
  if (table.json !== undefined) return table.json;
  const pairs = table.columns.map(({ name }) => `${text(name)}, ${ident(name)}`).join(', ');
  return `CAST(json_object(${pairs}) AS VARCHAR)`;
}
