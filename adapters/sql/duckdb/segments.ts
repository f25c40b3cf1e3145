import type { DuckDBConnection } from '@duckdb/node-api';
import { MOST_RENEWED } from '../../../core/contracts/catalog.ts';
import { LOAD } from '../../../core/feeds/columns.ts';
import { ident, qualified, text } from '../../../core/sql/quote.ts';
import { type ParquetObjects, tableKey, withoutPlaced } from './parquet.ts';

/** A domain table has this many segments at most, so that reading it stays cheap. */
const MOST_SEGMENTS = 8;

/** One Parquet object with rows of a domain table. */
interface Segment {
  n: number;
  key: string;
  rows: number;
  /** The load that all its rows are of; undefined when each row tells its own. */
  load: number | undefined;
  /** Rows that later loads have replaced. */
  gone: number;
}

/** What the rows of each domain table are in, and the places in it that don't count any more. */
export const segmentStatements = [
  'CREATE SEQUENCE IF NOT EXISTS tributary.segment_numbers',
  `CREATE TABLE IF NOT EXISTS tributary.segments (
    n BIGINT, table_name VARCHAR, key VARCHAR, row_count BIGINT, load BIGINT)`,
  'CREATE TABLE IF NOT EXISTS tributary.gone (segment BIGINT, place BIGINT)',
  'CREATE TABLE IF NOT EXISTS tributary.forgotten (key VARCHAR)',
];

/** The segments of one domain table. Changes are of the transaction that the connection is in. */
export class Segments {
  readonly #objects: ParquetObjects;
  readonly #table: string;

  constructor(objects: ParquetObjects, table: string) {
    this.#objects = objects;
    this.#table = table;
  }

  async list(): Promise<Segment[]> {
    const found = await this.#objects.connection.runAndReadAll(
      `SELECT s.n, s.key, s.row_count, s.load, (SELECT count(*) FROM tributary.gone g WHERE g.segment = s.n)
FROM tributary.segments s WHERE s.table_name = $1 ORDER BY s.n`,
      [this.#table],
    );
    return found.getRows().map(([n, key, rows, load, gone]) => ({
      n: Number(n),
      key: String(key),
      rows: Number(rows),
      load: load === null ? undefined : Number(load),
      gone: Number(gone),
    }));
  }

  /** SQL of all rows, with their segment and their place in it. */
  async placed(segments: readonly Segment[]): Promise<string> {
    const arms = segments.map(async (segment) => {
      const load = segment.load === undefined ? '' : `, ${segment.load}::BIGINT AS ${ident(LOAD.name)}`;
      const gone = `(SELECT place FROM tributary.gone WHERE segment = ${segment.n})`;
      const staying = segment.gone === 0 ? '' : withoutPlaced(gone);
      return `SELECT r.*, ${segment.n}::BIGINT AS segment, r.file_row_number AS place${load} FROM ${await this.#objects.relation(segment.key)} r${staying}`;
    });
    return (await Promise.all(arms)).join('\nUNION ALL BY NAME ');
  }

  /** Takes up the rows that a query gives, or all those of an object, which stays where it is. */
  async add(rows: { sql: string } | { key: string; count: number }, load: number | undefined): Promise<void> {
    const { connection } = this.#objects;
    const next = await connection.runAndReadAll("SELECT nextval('tributary.segment_numbers')");
    const n = Number(next.getRows()[0]?.[0]);
    const key = 'key' in rows ? rows.key : tableKey('domain', `${this.#table}/${n}`);
    const count = 'key' in rows ? rows.count : await this.#objects.write(key, rows.sql);
    await connection.run('INSERT INTO tributary.segments VALUES ($1, $2, $3, $4, $5)', [
      ...[BigInt(n), this.#table, key, BigInt(count)],
      load === undefined ? null : BigInt(load),
    ]);
  }

  /** Forgets segments; their objects stay until no reader may need them. */
  async forget(segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return;
    const numbers = segments.map(({ n }) => n).join(', ');
    for (const sql of [
      `INSERT INTO tributary.forgotten SELECT key FROM tributary.segments WHERE n IN (${numbers})`,
      `DELETE FROM tributary.gone WHERE segment IN (${numbers})`,
      `DELETE FROM tributary.segments WHERE n IN (${numbers})`,
    ])
      await this.#objects.connection.run(sql);
  }

  /** Writes segments together once there are many, or once much of them is gone. */
  async compact(): Promise<void> {
    const segments = await this.list();
    const merged = toMerge(segments);
    if (merged.length === 0) return;
    const sql = `SELECT * EXCLUDE (segment, place) FROM (${await this.placed(merged)})`;
    await this.add({ sql }, undefined);
    await this.forget(merged);
  }

  /** Shows readers the rows. Columns that the table has had stay, in their order; `columns` come after them. */
  async expose(columns: readonly string[]): Promise<void> {
    const { connection } = this.#objects;
    const view = qualified('domain', this.#table);
    const known = await connection.runAndReadAll(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'domain' AND table_name = ${text(this.#table)} ORDER BY ordinal_position`,
    );
    const names = new Set([...known.getRows().map(([name]) => String(name)), ...columns, LOAD.name]);
    const list = [...names].map(ident).join(', ');
    await connection.run(
      `CREATE OR REPLACE VIEW ${view} AS SELECT ${list} FROM (${await this.placed(await this.list())})`,
    );
  }
}

/**
 * The segments to write together: all when much of them is gone; when there are many, those that are small beside the
 * largest, so that no row is written again more often than the table has doubled.
 */
function toMerge(segments: readonly Segment[]): Segment[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const rows = sum(segments.map((segment) => segment.rows));
  if (sum(segments.map(({ gone }) => gone)) > rows * MOST_RENEWED) return [...segments];
  if (segments.length <= MOST_SEGMENTS) return [];
  const [largest, ...others] = segments.toSorted((a, b) => b.rows - a.rows);
  return largest && largest.rows > rows - largest.rows ? others : [...segments];
}

/** How many rows of a table count. */
export const rowsOf = (segments: readonly Segment[]): number =>
  segments.reduce((sum, segment) => sum + segment.rows - segment.gone, 0);

/** Whether rows of a domain table are in an object. */
export async function isSegment(connection: DuckDBConnection, key: string): Promise<boolean> {
  const found = await connection.runAndReadAll('SELECT 1 FROM tributary.segments WHERE key = $1', [key]);
  return found.currentRowCount > 0;
}

/** Objects whose rows are elsewhere by now; told once. */
export async function forgottenObjects(connection: DuckDBConnection): Promise<string[]> {
  const forgotten = await connection.runAndReadAll('DELETE FROM tributary.forgotten RETURNING key');
  return forgotten.getRows().map(([key]) => String(key));
}
