import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type ParquetDelta, schemas, type TableEntry } from '../../core/contracts/catalog.ts';
import type { Column } from '../../core/contracts/types.ts';
import { deltaName } from '../../core/customer360/renewal.ts';
import { tableFinder } from '../../core/environments/table-names.ts';
import type { ObjectStore } from '../../core/ports.ts';
import type {
  BuiltTable,
  DomainLoads,
  OverlayRequest,
  PhysicalQuery,
  ResultSet,
  Scattered,
  Scattering,
  StoredTable,
  UpsertCounts,
  UpsertRequest,
  Warehouse,
} from '../../core/sql/port.ts';
import { ident, qualified, text } from '../../core/sql/quote.ts';
import { translate } from '../../core/sql/translate.ts';
import { columnType } from '../../core/sql/types.ts';
import { showTables, unreferencedObjects } from './duckdb/expose.ts';
import { followFolder, refuseRows } from './duckdb/home.ts';
import { macroStatements, settings } from './duckdb/macros.ts';
import { type Overlaid, overlay } from './duckdb/overlay.ts';
import { ParquetObjects, tableKey } from './duckdb/parquet.ts';
import { forgottenObjects, isSegment, rowsOf, Segments } from './duckdb/segments.ts';
import { explain, guarded } from './duckdb/session.ts';
import { dropLoaded, ledgerStatements, loadedOf, loadsOf, upsert } from './duckdb/upsert.ts';
import { jsonRow } from './duckdb/values.ts';

export interface DuckDbWarehouseOptions {
  /** The environment's table file; this process owns it. */
  file: string;
  objects: ObjectStore;
  /** The folder of those objects: the only one that the engine may read and write. */
  objectsFolder: string;
  spillFolder: string;
  threads?: number;
  memoryLimit?: string;
}

/**
 * The tables of one environment: rows in Parquet objects, and one DuckDB file that knows them by name, opened by one
 * process and locked down before the first query.
 */
export class DuckDbWarehouse implements Warehouse {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #objects: ObjectStore;
  readonly #spillFolder: string;
  readonly #parquet: ParquetObjects;
  /** What changes the file goes one after the other: DuckDB refuses concurrent writers of one table. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection, options: DuckDbWarehouseOptions) {
    this.#instance = instance;
    this.#writer = writer;
    this.#objects = options.objects;
    this.#spillFolder = options.spillFolder;
    this.#parquet = new ParquetObjects(writer, options.objects, options.spillFolder);
  }

  static async open(options: DuckDbWarehouseOptions): Promise<DuckDbWarehouse> {
    const config: Record<string, string> = {
      temp_directory: options.spillFolder,
      // Macros with typed parameters are stored from this version on.
      storage_compatibility_version: 'v1.4.0',
      // Rows of a table have no order; keeping one costs memory and time.
      preserve_insertion_order: 'false',
    };
    if (options.threads !== undefined) config.threads = String(options.threads);
    if (options.memoryLimit !== undefined) config.memory_limit = options.memoryLimit;
    const instance = await DuckDBInstance.create(options.file, config);
    const writer = await instance.connect();
    const lockDown = [
      ...settings,
      ...macroStatements,
      ...schemas.map((schema) => `CREATE SCHEMA IF NOT EXISTS ${qualified(schema)}`),
      ...ledgerStatements,
      `SET GLOBAL allowed_directories = [${text(`${options.objectsFolder}/`)}, ${text(`${options.spillFolder}/`)}]`,
      'SET GLOBAL enable_external_access = false',
      'SET GLOBAL lock_configuration = true',
    ];
    for (const sql of lockDown) await writer.run(sql);
    await refuseRows(writer, options.file);
    await followFolder(writer, options.objectsFolder);
    return new DuckDbWarehouse(instance, writer, options);
  }

  upsert(request: UpsertRequest): Promise<UpsertCounts> {
    return this.#write(`load into ${request.table}`, async () => {
      const counts = await upsert(this.#parquet, request);
      if (!(await isSegment(this.#writer, request.stagedKey))) await this.#objects.delete(request.stagedKey);
      return counts;
    });
  }

  loads(table: string): Promise<DomainLoads> {
    return this.#write(`loads of ${table}`, () => loadsOf(this.#writer, table));
  }

  loaded(table: string, ids: readonly string[]): Promise<string[]> {
    return this.#write(`loads of ${table}`, () => loadedOf(this.#writer, table, ids));
  }

  async build(table: StoredTable, query: PhysicalQuery): Promise<BuiltTable> {
    const sql = onDuckDb(query);
    const key = tableKey(table.schema, table.physical);
    await this.#aside(query.name, (parquet) => parquet.write(key, sql), sql, query.signal);
    await this.#show(table, key);
    return { ...(await this.#described(table)), parquet: key };
  }

  async view(table: StoredTable, query: PhysicalQuery): Promise<Pick<BuiltTable, 'columns'>> {
    const target = qualified(table.schema, table.physical);
    const statement = `CREATE OR REPLACE VIEW ${target} AS ${onDuckDb(query)}`;
    await this.#write(query.name, () => this.#writer.run(statement), statement);
    return { columns: await this.#columns(table) };
  }

  async overlay(request: OverlayRequest): Promise<Overlaid> {
    const laid = await this.#aside(request.physical, (parquet) => overlay(parquet, request), '', request.signal);
    await this.#show(request, laid.parquet, laid.parquet_delta);
    const beside = { [laid.changes.table]: tableKey(request.schema, laid.changes.table) };
    if (laid.parquet_delta) beside[deltaName(request.physical)] = laid.parquet_delta.rows;
    for (const [physical, key] of Object.entries(beside)) await this.#show({ schema: request.schema, physical }, key);
    return laid;
  }

  async attach(table: StoredTable, key: string, delta?: ParquetDelta): Promise<Omit<BuiltTable, 'rows'>> {
    await this.#show(table, key, delta);
    return { columns: await this.#columns(table), parquet: key };
  }

  async unload(query: PhysicalQuery, key: string): Promise<{ rows: number }> {
    const sql = onDuckDb(query);
    return { rows: await this.#aside(query.name, (parquet) => parquet.write(key, sql), sql) };
  }

  async scatter(table: StoredTable, query: PhysicalQuery, { column, objects }: Scattering): Promise<Scattered> {
    const sql = onDuckDb(query);
    const folder = `tables/${table.schema}/${table.physical}`;
    const counts = new Map<string, number>();
    await this.#aside(query.name, async (parquet) => {
      for (let n = 0; n < objects; n++) {
        const key = `${folder}/${n}.parquet`;
        const rows = await parquet.write(key, `SELECT * FROM (${sql}) WHERE ${ident(column)} % ${objects} = ${n}`);
        counts.set(key, rows);
      }
    });
    await this.gather(table, folder, []);
    const keys = [...counts].flatMap(([key, rows]) => (rows > 0 ? [key] : []));
    const { rows, columns } = await this.#described(table);
    return { keys, columns, rows };
  }

  async gather(table: StoredTable, folder: string, _columns: readonly Column[]): Promise<void> {
    const keys = (await this.#objects.list(`${folder}/`)).map(({ key }) => key);
    const paths = await Promise.all(keys.map((key) => this.#objects.locate(key)));
    const statement = `CREATE OR REPLACE VIEW ${qualified(table.schema, table.physical)} AS SELECT * FROM read_parquet([${paths.map(text).join(', ')}])`;
    await this.#write(`gather ${folder}`, () => this.#writer.run(statement), statement);
  }

  async query(query: PhysicalQuery, options: { limit: number; signal?: AbortSignal }): Promise<ResultSet> {
    const sql = onDuckDb(query);
    return this.#rows(query.name, `SELECT * FROM (${sql})`, options.limit, options.signal);
  }

  async read(key: string, { limit, offset }: { limit: number; offset: number }): Promise<ResultSet> {
    const source = await this.#parquet.relation(key);
    const rows = `SELECT * FROM ${source} WHERE file_row_number >= ${offset} ORDER BY file_row_number`;
    return this.#rows(key, rows, limit);
  }

  async describe(table: StoredTable): Promise<BuiltTable | undefined> {
    const found = await this.#writer.runAndReadAll(
      'SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2',
      [table.schema, table.physical],
    );
    if (found.currentRowCount === 0) return undefined;
    const key = tableKey(table.schema, table.physical);
    const isStored = (await this.#objects.list(key)).length > 0;
    return { ...(await this.#described(table)), ...(isStored && { parquet: key }) };
  }

  async drop(table: string): Promise<void> {
    await this.#write(`drop ${table}`, () => dropLoaded(this.#parquet, table));
  }

  async expose(entries: TableEntry[]): Promise<void> {
    const stale = await unreferencedObjects(this.#objects, entries);
    await this.#write('expose tables', () => showTables(this.#writer, entries, stale));
    // Not within a load that may yet fail: what it forgets is not forgotten before it is committed.
    const forgotten = await this.#write('forgotten objects', () => forgottenObjects(this.#writer));
    for (const key of [...stale, ...forgotten]) await this.#objects.delete(key);
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.#writer.closeSync();
    this.#instance.closeSync();
  }

  async #rows(name: string, sql: string, limit: number, signal?: AbortSignal): Promise<ResultSet> {
    const bounded = `${sql} LIMIT ${limit + 1}`;
    const connection = await this.#instance.connect();
    try {
      return await guarded(connection, { name, sql: bounded, signal }, async () => {
        const reader = await connection.runAndReadAll(bounded);
        const types = reader.columnTypes().map(String);
        const columns = reader.columnNames().map((name, n) => ({ name, type: columnType(types[n] ?? 'VARCHAR') }));
        const rows = reader.getRowsJson().map((row) => jsonRow(row, columns));
        return { columns, rows: rows.slice(0, limit), truncated: rows.length > limit };
      });
    } finally {
      connection.closeSync();
    }
  }

  /** Gives Parquet objects the name of a table. */
  async #show(table: StoredTable, key: string, delta?: ParquetDelta): Promise<void> {
    const statement = `CREATE OR REPLACE VIEW ${qualified(table.schema, table.physical)} AS ${await this.#parquet.rows(key, delta)}`;
    await this.#write(`attach ${table.physical}`, () => this.#writer.run(statement), statement);
  }

  async #columns(table: StoredTable): Promise<Column[]> {
    const described = await this.#writer.runAndReadAll(`DESCRIBE ${qualified(table.schema, table.physical)}`);
    return described.getRows().map((row) => ({ name: String(row[0]), type: columnType(String(row[1])) }));
  }

  async #described(table: StoredTable): Promise<{ rows: number; columns: Column[] }> {
    const relation = qualified(table.schema, table.physical);
    try {
      const rows = (await this.#fedRows(table)) ?? (await this.#parquet.count(relation));
      return { rows, columns: await this.#columns(table) };
    } catch (cause) {
      throw explain(table.physical, relation, cause);
    }
  }

  /** The rows of a fed table, which need not be counted; undefined of any other. */
  async #fedRows({ schema, physical }: StoredTable): Promise<number | undefined> {
    if (schema !== 'domain') return undefined;
    const segments = await new Segments(this.#parquet, physical).list();
    return segments.length === 0 ? undefined : rowsOf(segments);
  }

  /** Makes objects, beside all else that goes on. */
  async #aside<T>(
    name: string,
    work: (parquet: ParquetObjects) => Promise<T>,
    sql = '',
    signal?: AbortSignal,
  ): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      const parquet = new ParquetObjects(connection, this.#objects, this.#spillFolder);
      return await guarded(connection, { name, sql, signal }, () => work(parquet));
    } finally {
      connection.closeSync();
    }
  }

  /** After every earlier write; a failure rolls back what it began. */
  #write<T>(name: string, work: () => Promise<T>, sql = ''): Promise<T> {
    const mine = this.#writing.then(async () => {
      try {
        return await work();
      } catch (cause) {
        await this.#writer.run('ROLLBACK').catch(() => undefined);
        throw explain(name, sql, cause);
      }
    });
    this.#writing = mine.catch(() => undefined);
    return mine;
  }
}

/** A query in DuckDB's words, its tables under the names that they are stored by. */
function onDuckDb({ sql, tables, asOf }: PhysicalQuery): string {
  const stored = new Map(
    tables.map((entry) => [`${entry.schema}.${entry.name}`, qualified(entry.schema, entry.physical)]),
  );
  const known = [...stored.keys()];
  const find = tableFinder(known);
  return translate(sql, { tables: (name) => stored.get(find(name) ?? ''), asOf, known }).sql;
}
