import { randomUUID } from 'node:crypto';
import { databaseName, type Place } from '../../../core/contracts/deployment.ts';
import type { Column } from '../../../core/contracts/types.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import type { BuiltTable, PhysicalQuery, ResultSet, StoredTable } from '../../../core/sql/port.ts';
import { ident } from '../../../core/sql/quote.ts';
import { columnType, engineType } from '../../../core/sql/types.ts';
import type { EngineColumn, LakeEngine, LakeTable } from './engine.ts';
import { isTableThere } from './failures.ts';
import { onLake, relation } from './query-text.ts';

/** The objects of a lake, which its engine reads and writes too. */
export interface LakeObjects extends ObjectStore {
  /** What the engine calls a key. */
  uri(key: string): string;
  /** Copies an object, none of it by way of this machine. */
  copy(from: string, to: string): Promise<void>;
}

/** The tables of one environment, by the names of the port: made, asked and removed one by one. */
export class LakeTables {
  readonly engine: LakeEngine;
  readonly objects: LakeObjects;
  readonly place: Pick<Place, 'workgroup'>;

  constructor(engine: LakeEngine, objects: LakeObjects, place: Pick<Place, 'workgroup'>) {
    this.engine = engine;
    this.objects = objects;
    this.place = place;
  }

  database(schema: string): string {
    return databaseName(this.place, schema);
  }

  named({ schema, physical }: StoredTable): LakeTable {
    return { database: this.database(schema), name: physical };
  }

  /** A table as queries name it. */
  relation(table: StoredTable): string {
    return relation(this.place, table);
  }

  async run(name: string, sql: string): Promise<number | undefined> {
    return this.engine.run({ name, sql });
  }

  /** Runs a statement that may take long; `asks` when its text says also what is made up for it alone. */
  async runLong(name: string, sql: string, asks: string = sql): Promise<number | undefined> {
    return this.engine.run({ name, sql, asks });
  }

  async rows(name: string, sql: string, limit: number, signal?: AbortSignal): Promise<ResultSet> {
    const { columns, rows } = await this.engine.query({ name, sql, asks: sql, signal }, limit + 1);
    return { columns: columns.map(typed), rows: rows.slice(0, limit), truncated: rows.length > limit };
  }

  /** The numbers of the one row that a query gives. */
  async numbers(name: string, sql: string): Promise<number[]> {
    const { rows } = await this.engine.query({ name, sql, asks: sql }, 1);
    return (rows[0] ?? []).map(Number);
  }

  /** The columns of a table; undefined when there is none. */
  async columns(table: StoredTable): Promise<Column[] | undefined> {
    return (await this.engine.columns(this.named(table)))?.map(typed);
  }

  async describe(table: StoredTable): Promise<BuiltTable | undefined> {
    const columns = await this.columns(table);
    if (columns === undefined) return undefined;
    const [rows = 0] = await this.numbers(table.physical, `SELECT count(*) FROM ${this.relation(table)}`);
    return { rows, columns };
  }

  /** A query in the engine's words, its tables under the names that they are stored by. */
  onEngine(query: PhysicalQuery): Promise<string> {
    return onLake(this.place, query);
  }

  /**
   * Makes a table of a query's rows, at a place of its own; one of that name, which nobody has told of, goes. `known`: the
   * columns, where they are those of stored tables.
   */
  async create(table: StoredTable, name: string, sql: string, known?: readonly Column[]): Promise<BuiltTable> {
    const { columns, sql: query } = known ? { columns: [...known], sql } : await this.storable(name, sql);
    const createAt = (location: string) => this.engine.ddl.createTableAs(this.named(table), query, location);
    const rows = await this.createAnew(table, () =>
      this.runLong(name, createAt(this.freshLocation(table)), createAt('anywhere')),
    );
    if (rows !== undefined) return { rows, columns };
    return { rows: (await this.numbers(name, `SELECT count(*) FROM ${this.relation(table)}`))[0] ?? 0, columns };
  }

  /** Makes a table, once more when there was one of its name, which goes: not before, since an earlier call may have made it. */
  async createAnew<T>(table: StoredTable, make: () => Promise<T>): Promise<T> {
    return make().catch(async (cause) => {
      if (!isTableThere(cause)) throw cause;
      await this.run(`drop ${table.physical}`, this.engine.ddl.dropTable(this.named(table)));
      return make();
    });
  }

  async view({ schema, physical }: StoredTable, name: string, sql: string): Promise<void> {
    await this.run(name, `CREATE OR REPLACE VIEW ${this.relation({ schema, physical })} AS ${sql}`);
  }

  /** A query whose columns have types that a table can keep, and those columns. */
  async storable(name: string, sql: string): Promise<{ columns: Column[]; sql: string }> {
    const shape = await this.#shape(name, sql);
    const kept = shape.map(asKept);
    const isKept = shape.every((column, n) => kept[n] === ident(column.name));
    return { columns: shape.map(typed), sql: isKept ? sql : `SELECT ${kept.join(', ')} FROM (\n${sql}\n)` };
  }

  /** Removes a table and all that is under its key. */
  async drop(table: StoredTable): Promise<void> {
    await this.run(`drop ${table.physical}`, this.engine.ddl.dropTable(this.named(table)));
    await this.removeObjects(folderOf(table));
  }

  async removeObjects(prefix: string): Promise<void> {
    const keys = await this.objects.list(prefix);
    await Promise.all(keys.map(({ key }) => this.objects.delete(key)));
  }

  /** The URI of a new folder for a table's rows. */
  freshLocation(table: StoredTable): string {
    return this.objects.uri(`${folderOf(table)}${randomUUID().slice(0, 8)}/`);
  }

  async #shape(name: string, sql: string): Promise<EngineColumn[]> {
    return (await this.engine.query({ name, sql: `SELECT * FROM (\n${sql}\n) LIMIT 0` }, 0)).columns;
  }
}

/** Prefix of all that is kept of a table. */
export const folderOf = ({ schema, physical }: StoredTable): string => `tables/${schema}/${physical}/`;

const typed = ({ name, type }: EngineColumn): Column => ({ name, type: columnType(type) });

/** A column as Iceberg keeps it: times to the microsecond in UTC, text of any length, no types that only queries have. */
function asKept({ name, type }: EngineColumn): string {
  const column = ident(name);
  const kept = engineType(columnType(type), 'trino');
  if (type === 'json') return `json_format(${column}) AS ${column}`;
  if (/^timestamp.*with time zone$/.test(type)) return `CAST(${column} AT TIME ZONE 'UTC' AS ${kept}) AS ${column}`;
  return NOT_KEPT.test(type) ? `CAST(${column} AS ${kept}) AS ${column}` : column;
}

const NOT_KEPT = /^(timestamp|time|char|varchar\(|tinyint|smallint|unknown|interval|uuid|ipaddress)/i;
