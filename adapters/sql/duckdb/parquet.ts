import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ParquetDelta } from '../../../core/contracts/catalog.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { PARQUET } from './session.ts';

/** Where the rows of a stored table are, and those that belong to it. */
export const tableKey = (schema: string, physical: string): string => `tables/${schema}/${physical}.parquet`;

/** The Parquet objects of an environment, as one connection writes and reads them. */
export class ParquetObjects {
  readonly connection: DuckDBConnection;
  readonly #objects: ObjectStore;
  readonly #spillFolder: string;

  constructor(connection: DuckDBConnection, objects: ObjectStore, spillFolder: string) {
    this.connection = connection;
    this.#objects = objects;
    this.#spillFolder = spillFolder;
  }

  /** Writes the rows of a query, at once or not at all; gives how many there are. */
  async write(key: string, sql: string): Promise<number> {
    const path = `${this.#spillFolder}/${key.replaceAll('/', '-')}`;
    try {
      const { rowsChanged } = await this.connection.run(`COPY (${sql}) TO ${text(path)} ${PARQUET}`);
      await this.#objects.adopt(path, key);
      return rowsChanged;
    } finally {
      // Of a failed one, which would keep a full disk full.
      await rm(path, { force: true });
    }
  }

  /** An object as a relation; rows have their place in it as `file_row_number`. */
  async relation(key: string): Promise<string> {
    return `read_parquet(${text(await this.#objects.locate(key))})`;
  }

  /** The rows of an object, or of one with others laid over it, as SQL. */
  async rows(key: string, delta?: ParquetDelta): Promise<string> {
    const base = await this.relation(key);
    if (!delta) return `SELECT * FROM ${base}`;
    const gone = await this.relation(delta.gone);
    const staying = delta.keys ? without(gone, isSame(delta.keys)) : withoutPlaced(gone);
    return `SELECT * FROM ${base} r${staying} UNION ALL BY NAME SELECT * FROM ${await this.relation(delta.rows)}`;
  }

  async count(relation: string): Promise<number> {
    const counted = await this.connection.runAndReadAll(`SELECT count(*) FROM ${relation}`);
    return Number(counted.getRows()[0]?.[0] ?? 0);
  }
}

/** Whether a row `r` is the one that `g` has the place of. */
const PLACED = 'g.place = r.file_row_number';

/** Whether a row `r` has the key of `g`. */
const isSame = (columns: readonly string[]): string =>
  columns.map((column) => `g.${ident(column)} IS NOT DISTINCT FROM r.${ident(column)}`).join(' AND ');

/** Leaves out rows `r` for which there is a `g`. A join: within a larger query DuckDB keeps a NOT EXISTS correlated, and counts all rows once more. */
const without = (gone: string, isGone: string): string => ` ANTI JOIN ${gone} g ON ${isGone}`;

/** Leaves out the rows `r` of an object whose places are among those of a relation. */
export const withoutPlaced = (gone: string): string => without(gone, PLACED);

/** Whether a row `r` has one of the keys of a relation, as a condition. */
export const isAmong = (columns: readonly string[], keys: string): string =>
  `EXISTS (SELECT 1 FROM ${keys} g WHERE ${isSame(columns)})`;
