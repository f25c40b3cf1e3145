import { createHash } from 'node:crypto';
import type { ParquetDelta } from '../../../core/contracts/catalog.ts';
import type { Column } from '../../../core/contracts/types.ts';
import { InternalError } from '../../../core/errors.ts';
import type {
  BuiltTable,
  PhysicalQuery,
  ResultSet,
  Scattered,
  Scattering,
  StoredTable,
} from '../../../core/sql/port.ts';
import { ident } from '../../../core/sql/quote.ts';
import { engineType } from '../../../core/sql/types.ts';
import { without } from './keys.ts';
import { folderOf, type LakeTables } from './tables.ts';

/**
 * What is done with a Parquet object by an engine that opens it itself. Outside of Iceberg, Athena's times end at the
 * millisecond: there a Datetime is kept as an Integer, its microseconds since 1970.
 */
export interface ParquetFiles {
  /** Rows of an object, in its order, after the first `offset`. */
  read(key: string, options: { limit: number; offset: number }): Promise<ResultSet>;
  /** Writes an object's rows anew, each Datetime as its microseconds. */
  withMicroseconds(from: string, to: string): Promise<void>;
  /** Writes the rows of some objects to one; columns that are Datetimes are their microseconds there. */
  join(from: readonly string[], to: string, columns: readonly Column[]): Promise<void>;
}

/** The name of the table over a Parquet object, beside the table that it is a part of. */
const fileTable = ({ schema, physical }: StoredTable, key: string): StoredTable => ({
  schema,
  physical: `${filesName(physical)}${hashOf(key)}`,
});

/** How the names begin of the tables over Parquet objects that a table is made of. */
export const filesName = (physical: string): string => `${physical}__file_`;

/** There is one, unless an engine writes as it was not told to. */
const MOST_PARTS = 1000;

/** Partitions and buckets that Athena writes to in one statement at most. */
const AT_ONCE = 100;
/** The column that tells slices apart. */
const SLICE = 'slice_number';

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 12);

const isDatetime = ({ type }: Column): boolean => type === 'Datetime';

/** Parquet objects that are tables, and tables that become Parquet objects. */
export class LakeFiles {
  readonly #tables: LakeTables;
  readonly #parquet: ParquetFiles | undefined;

  constructor(tables: LakeTables, parquet: ParquetFiles | undefined) {
    this.#tables = tables;
    this.#parquet = parquet;
  }

  read(key: string, options: { limit: number; offset: number }): Promise<ResultSet> {
    return this.#opener(`reading ${key}`).read(key, options);
  }

  /** The rows of an object as a relation; they are part of `table`, and stay until it goes. */
  async relation(table: StoredTable, key: string, columns: readonly Column[]): Promise<string> {
    const file = fileTable(table, key);
    const folder = this.#folder(table, file);
    const inPlace = `${folder}rows.parquet`;
    const { engine, objects } = this.#tables;
    // An earlier call of the step may have put it there.
    if ((await objects.list(inPlace)).length === 0) {
      if (columns.some(isDatetime)) await this.#opener(`loading ${key}`).withMicroseconds(key, inPlace);
      else await objects.copy(key, inPlace);
    }
    const sql = engine.ddl.createFileTable(this.#tables.named(file), columns.map(inFile), objects.uri(folder));
    await this.#tables.run(`attach ${key}`, sql);
    return `(SELECT ${columns.map(fromFile).join(', ')} FROM ${this.#tables.relation(file)})`;
  }

  /** Lets go of an object that was a part of a table. */
  async release(table: StoredTable, key: string): Promise<void> {
    const file = fileTable(table, key);
    await this.#tables.run(`release ${key}`, this.#tables.engine.ddl.dropTable(this.#tables.named(file)));
    await this.#tables.removeObjects(this.#folder(table, file));
  }

  async attach(table: StoredTable, key: string, delta?: ParquetDelta): Promise<Omit<BuiltTable, 'rows'>> {
    const { columns } = await this.read(key, { limit: 0, offset: 0 });
    const base = await this.relation(table, key, columns);
    const all = `SELECT * FROM ${base}`;
    const sql = delta ? await this.#laidOver(table, base, { columns, delta }) : all;
    await this.#tables.view(table, `attach ${table.physical}`, sql);
    return { columns, parquet: key };
  }

  /** Writes a query's rows to one object, by way of a table that keeps them in one. */
  async unload(query: PhysicalQuery, key: string): Promise<{ rows: number }> {
    const { name } = query;
    const { columns, sql } = await this.#tables.storable(name, await this.#tables.onEngine(query));
    const gathering = columns.find(({ type }) => type === 'String') ?? columns.find(({ type }) => type === 'Integer');
    if (!gathering) throw new InternalError(`${name} can't be written to one object: it has no String and no Integer`);
    const table = { schema: 'customer360', physical: `unload_${hashOf(key)}` };
    const [named, { ddl }] = [this.#tables.named(table), this.#tables.engine];
    const spelt = `SELECT ${columns.map(toFile).join(', ')} FROM (\n${sql}\n)`;
    const create = ddl.createFileTableAs(named, spelt, { column: gathering.name, objects: 1 });
    await this.#tables.createAnew(table, () => this.#tables.runLong(name, create));
    const parts = await this.#partsOf(table);
    const [only, ...others] = parts.keys();
    if (only !== undefined && others.length === 0 && !columns.some(isDatetime))
      await this.#tables.objects.copy(only, key);
    else await this.#opener(`writing ${key}`).join([...parts.keys()], key, columns);
    await this.#tables.run(name, ddl.dropTable(named));
    await Promise.all([...parts.keys()].map((part) => this.#tables.objects.delete(part)));
    return { rows: [...parts.values()].reduce((sum, rows) => sum + rows, 0) };
  }

  /** More objects than one statement may write are written slice by slice of a table that holds them all. */
  async scatter(table: StoredTable, query: PhysicalQuery, { column, objects }: Scattering): Promise<Scattered> {
    const { name } = query;
    const { columns, sql } = await this.#tables.storable(name, await this.#tables.onEngine(query));
    const slices = Math.ceil(objects / AT_ONCE);
    if (slices > AT_ONCE)
      throw new InternalError(`${name} was to be laid into ${objects} objects: expected ${AT_ONCE * AT_ONCE} at most`);
    const scattered: Scattered = { columns, keys: [], rows: 0 };
    const lay = async (into: StoredTable, rows: string, most: number) => {
      const create = this.#tables.engine.ddl.createFileTableAs(this.#tables.named(into), rows, {
        column,
        objects: most,
      });
      await this.#tables.createAnew(into, () => this.#tables.runLong(name, create));
      const parts = await this.#partsOf(into, most);
      scattered.keys.push(...[...parts.keys()].sort());
      scattered.rows += [...parts.values()].reduce((sum, count) => sum + count, 0);
    };
    if (slices === 1) await lay(table, sql, objects);
    else {
      const each = Math.ceil(objects / slices);
      await this.#slice(name, table, { sql, column, each, slices });
      const list = columns.map((each) => ident(each.name)).join(', ');
      for (let slice = 0; slice < slices; slice++) {
        const rows = `SELECT ${list} FROM ${this.#tables.relation(table)} WHERE ${SLICE} = ${slice}`;
        await lay({ ...table, physical: `${table.physical}_${slice}` }, rows, each);
      }
    }
    return scattered;
  }

  /** By runs of the column's values, as long as a slice has objects: within a slice they fall into all of these alike. */
  async #slice(
    name: string,
    table: StoredTable,
    by: { sql: string; column: string; each: number; slices: number },
  ): Promise<void> {
    const rows = `SELECT q.*, MOD(q.${ident(by.column)} / ${by.each}, ${by.slices}) AS ${SLICE} FROM (\n${by.sql}\n) q`;
    const create = this.#tables.engine.ddl.createPartitionedAs(this.#tables.named(table), rows, SLICE);
    await this.#tables.createAnew(table, () => this.#tables.runLong(name, create));
  }

  async gather(table: StoredTable, folder: string, columns: readonly Column[]): Promise<void> {
    const { engine, objects } = this.#tables;
    const named = this.#tables.named(table);
    const create = engine.ddl.createFileTable(named, columns, objects.uri(`${folder}/`));
    // Of an earlier attempt, which may have had other columns.
    for (const sql of [engine.ddl.dropTable(named), create]) await this.#tables.run(`gather ${folder}`, sql);
  }

  /** The objects that a table's rows are in, each with how many. */
  async #partsOf(table: StoredTable, most = MOST_PARTS): Promise<Map<string, number>> {
    const sql = `SELECT "$path", count(*) FROM ${this.#tables.relation(table)} GROUP BY 1`;
    const { rows } = await this.#tables.rows(`objects of ${table.physical}`, sql, most);
    const root = this.#tables.objects.uri('');
    return new Map(rows.map(([uri, count]) => [`${uri}`.slice(root.length), Number(count)]));
  }

  async #laidOver(
    table: StoredTable,
    base: string,
    of: { columns: readonly Column[]; delta: ParquetDelta },
  ): Promise<string> {
    const { columns, delta } = of;
    if (!delta.keys)
      throw new InternalError(`${table.physical} tells the places of rows that are gone: expected their keys`);
    const laid = async (key: string) =>
      this.relation(table, key, (await this.read(key, { limit: 0, offset: 0 })).columns);
    const [rows, gone] = await Promise.all([laid(delta.rows), laid(delta.gone)]);
    const list = (of: string) => columns.map(({ name }) => `${of}.${ident(name)}`).join(', ');
    return `SELECT ${list('r')} FROM ${without(base, gone, delta.keys)} UNION ALL SELECT ${list('d')} FROM ${rows} d`;
  }

  #folder(table: StoredTable, file: StoredTable): string {
    return `${folderOf(table)}${file.physical.slice(table.physical.length + 2)}/`;
  }

  #opener(work: string): ParquetFiles {
    if (!this.#parquet) throw new InternalError(`${work} needs an engine that opens Parquet objects, and none is here`);
    return this.#parquet;
  }
}

const inFile = (column: Column): Column => (isDatetime(column) ? { ...column, type: 'Integer' } : column);

/** As decimals, since nanoseconds since 1970 as a bigint end in 2262. */
function fromFile(column: Column): string {
  const name = ident(column.name);
  if (!isDatetime(column)) return name;
  return `CAST(from_unixtime_nanos(CAST(${name} AS decimal(38,0)) * 1000) AS ${engineType('Datetime', 'trino')}) AS ${name}`;
}

/** Whole seconds and their fraction apart: there is no difference in microseconds, and doubles don't hold it. */
function toFile(column: Column): string {
  const name = ident(column.name);
  if (!isDatetime(column)) return name;
  return `date_diff('second', TIMESTAMP '1970-01-01 00:00:00', date_trunc('second', ${name})) * 1000000 + CAST(substr(CAST(${name} AS varchar), -6) AS bigint) AS ${name}`;
}
