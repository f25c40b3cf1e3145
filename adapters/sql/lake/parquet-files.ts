import { randomUUID } from 'node:crypto';
import type { Column } from '../../../core/contracts/types.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import type { ResultSet } from '../../../core/sql/port.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { columnType, engineType } from '../../../core/sql/types.ts';
import { DuckDbSession, PARQUET, type SessionOptions } from '../duckdb/session.ts';
import { jsonRow } from '../duckdb/values.ts';
import type { ParquetFiles } from './files.ts';

/** Parquet objects of a lake, opened by a DuckDB of this machine. */
export class DuckDbParquetFiles implements ParquetFiles {
  readonly #objects: ObjectStore;
  readonly #folder: string;
  readonly #session: SessionOptions;

  /** `folder` is where objects are written before they are moved in. */
  constructor(objects: ObjectStore, folder: string, session: SessionOptions = {}) {
    this.#objects = objects;
    this.#folder = folder;
    this.#session = session;
  }

  async read(key: string, { limit, offset }: { limit: number; offset: number }): Promise<ResultSet> {
    const source = await this.#relation([key]);
    return this.#open(async (session) => {
      const rows = `SELECT * FROM ${source} WHERE file_row_number >= ${offset} ORDER BY file_row_number LIMIT ${limit + 1}`;
      const reader = await session.connection.runAndReadAll(rows);
      const columns = columnsOf(reader.columnNames(), reader.columnTypes().map(String));
      const found = reader.getRowsJson().map((row) => jsonRow(row, columns));
      return { columns, rows: found.slice(0, limit), truncated: found.length > limit };
    });
  }

  async withMicroseconds(from: string, to: string): Promise<void> {
    const source = await this.#relation([from]);
    await this.#open(async (session) => {
      const reader = await session.connection.runAndReadAll(`FROM ${source} LIMIT 0`);
      const times = columnsOf(reader.columnNames(), reader.columnTypes().map(String)).filter(isDatetime);
      const counted = times.map(({ name }) => `epoch_us(${ident(name)}) AS ${ident(name)}`);
      const all = counted.length === 0 ? '*' : `* REPLACE (${counted.join(', ')})`;
      await this.#write(session, to, `SELECT ${all} FROM ${source}`);
    });
  }

  async join(from: readonly string[], to: string, columns: readonly Column[]): Promise<void> {
    const cast = ({ name, type }: Column, value: string) =>
      `CAST(${value} AS ${engineType(type, 'duckdb')}) AS ${ident(name)}`;
    const told = columns.map((column) =>
      cast(column, isDatetime(column) ? `make_timestamp(${ident(column.name)})` : ident(column.name)),
    );
    const none = columns.map((column) => cast(column, 'NULL'));
    const sql =
      from.length === 0
        ? `SELECT ${none.join(', ')} WHERE FALSE`
        : `SELECT ${told.join(', ')} FROM ${await this.#relation(from)}`;
    await this.#open((session) => this.#write(session, to, sql));
  }

  async #relation(keys: readonly string[]): Promise<string> {
    const paths = await Promise.all(keys.map((key) => this.#objects.locate(key)));
    return `read_parquet([${paths.map(text).join(', ')}])`;
  }

  async #write(session: DuckDbSession, key: string, sql: string): Promise<void> {
    const path = `${this.#folder}/${randomUUID()}.parquet`;
    await session.run(`write ${key}`, `COPY (${sql}) TO ${text(path)} ${PARQUET}`);
    await this.#objects.adopt(path, key);
  }

  async #open<T>(work: (session: DuckDbSession) => Promise<T>): Promise<T> {
    const session = await DuckDbSession.open(this.#session);
    try {
      return await work(session);
    } finally {
      session.close();
    }
  }
}

const columnsOf = (names: readonly string[], types: readonly string[]): Column[] =>
  names.map((name, n) => ({ name, type: columnType(types[n] ?? 'VARCHAR') }));

const isDatetime = ({ type }: Column): boolean => type === 'Datetime';
