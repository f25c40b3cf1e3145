import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ParquetDelta, TableEntry } from '../../core/contracts/catalog.ts';
import type { Column } from '../../core/contracts/types.ts';
import { tableFinder } from '../../core/environments/table-names.ts';
import type {
  DomainLoads,
  ObjectStore,
  OverlayRequest,
  PhysicalQuery,
  ResultSet,
  UpsertCounts,
  UpsertRequest,
  Warehouse,
} from '../../core/ports.ts';
import { qualified, text } from '../../core/sql/quote.ts';
import { translate } from '../../core/sql/translate.ts';
import { columnType } from '../../core/sql/types.ts';
import { macroStatements, settings } from './duckdb-macros.ts';
import { type Overlaid, overlay, parquetRows, storedParts } from './duckdb-overlay.ts';
import { explain, PARQUET } from './duckdb-session.ts';
import { dropLoaded, ledgerStatements, loadsOf, upsert } from './duckdb-upsert.ts';
import { jsonRow } from './duckdb-values.ts';

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

type StoredTable = { schema: string; physical: string };

/** The tables of one environment in one DuckDB file, opened by one process and locked down before the first query. */
export class DuckDbWarehouse implements Warehouse {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #options: DuckDbWarehouseOptions;
  /** Statements that change tables go one after the other: DuckDB refuses concurrent writers of one table. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection, options: DuckDbWarehouseOptions) {
    this.#instance = instance;
    this.#writer = writer;
    this.#options = options;
  }

  static async open(options: DuckDbWarehouseOptions): Promise<DuckDbWarehouse> {
    const config: Record<string, string> = {
      temp_directory: options.spillFolder,
      // Macros with typed parameters are stored from this version on.
      storage_compatibility_version: 'v1.4.0',
      // Rows of a table have no order; keeping one costs memory and time.
      preserve_insertion_order: 'false',
      // The log keeps commits; folding it into the file after each small one would cost seconds in a large file.
      checkpoint_threshold: '256MB',
    };
    if (options.threads !== undefined) config.threads = String(options.threads);
    if (options.memoryLimit !== undefined) config.memory_limit = options.memoryLimit;
    const instance = await DuckDBInstance.create(options.file, config);
    const writer = await instance.connect();
    const lockDown = [
      ...settings,
      ...macroStatements,
      ...['domain', 'stitch', 'customer360'].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${qualified(schema)}`),
      ...ledgerStatements,
      `SET GLOBAL allowed_directories = [${text(`${options.objectsFolder}/`)}, ${text(`${options.spillFolder}/`)}]`,
      'SET GLOBAL enable_external_access = false',
      'SET GLOBAL lock_configuration = true',
    ];
    for (const sql of lockDown) await writer.run(sql);
    return new DuckDbWarehouse(instance, writer, options);
  }

  upsert(request: UpsertRequest): Promise<UpsertCounts> {
    const staged = () => this.#options.objects.locate(request.stagedKey);
    return this.#write(`load into ${request.table}`, () => upsert(this.#writer, request, staged));
  }

  loads(table: string): Promise<DomainLoads> {
    return this.#write(`loads of ${table}`, () => loadsOf(this.#writer, table));
  }

  async build(
    table: StoredTable,
    query: PhysicalQuery,
    kind: 'table' | 'view' = 'table',
  ): Promise<{ rows: number; columns: Column[] }> {
    const sql = onDuckDb(query);
    const target = qualified(table.schema, table.physical);
    const statement = `CREATE OR REPLACE ${kind} ${target} AS ${sql}`;
    await this.#write(query.name, () => this.#writer.run(statement), statement);
    return this.#mustDescribe(table);
  }

  overlay(request: OverlayRequest): Promise<Overlaid> {
    return this.#write(request.physical, () => overlay(this.#writer, request));
  }

  async attach(table: StoredTable, key: string, delta?: ParquetDelta): Promise<{ rows: number; columns: Column[] }> {
    const rows = await parquetRows((one) => this.#options.objects.locate(one), key, delta);
    const statement = `CREATE OR REPLACE VIEW ${qualified(table.schema, table.physical)} AS ${rows}`;
    await this.#write(`attach ${table.physical}`, () => this.#writer.run(statement), statement);
    return this.#mustDescribe(table);
  }

  async unload(query: PhysicalQuery, key: string): Promise<{ rows: number; columns: Column[] }> {
    const sql = onDuckDb(query);
    const path = `${this.#options.spillFolder}/${key.replaceAll('/', '-')}`;
    const statement = `COPY (${sql}) TO ${text(path)} ${PARQUET}`;
    await this.#write(query.name, () => this.#writer.run(statement), statement);
    await this.#options.objects.adopt(path, key);
    return this.#read(query.name, `SELECT * FROM read_parquet(${text(await this.#options.objects.locate(key))})`);
  }

  async query(query: PhysicalQuery, options: { limit: number; signal?: AbortSignal }): Promise<ResultSet> {
    const sql = onDuckDb(query);
    return this.#rows(query.name, `SELECT * FROM (${sql})`, options.limit, options.signal);
  }

  async read(key: string, { limit, offset }: { limit: number; offset: number }): Promise<ResultSet> {
    const source = `read_parquet(${text(await this.#options.objects.locate(key))}, file_row_number = true)`;
    const rows = `SELECT * EXCLUDE (file_row_number) FROM ${source} WHERE file_row_number >= ${offset} ORDER BY file_row_number`;
    return this.#rows(key, rows, limit);
  }

  async describe(table: StoredTable): Promise<{ rows: number; columns: Column[] } | undefined> {
    const found = await this.#writer.runAndReadAll(
      'SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2',
      [table.schema, table.physical],
    );
    return found.currentRowCount === 0 ? undefined : this.#mustDescribe(table);
  }

  async drop(table: string): Promise<void> {
    await this.#write(`drop ${table}`, () => dropLoaded(this.#writer, table));
  }

  async expose(entries: TableEntry[]): Promise<void> {
    await this.#write('expose tables', async () => {
      const keep = new Set(
        entries.flatMap((entry) => [...storedParts(entry), entry.name].map((name) => `${entry.schema}.${name}`)),
      );
      const stored = await this.#writer.runAndReadAll(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema IN ('stitch', 'customer360')",
      );
      await this.#writer.run('BEGIN');
      for (const entry of entries) {
        if (entry.physical === entry.name) continue;
        await this.#writer.run(
          `CREATE OR REPLACE VIEW ${qualified(entry.schema, entry.name)} AS SELECT * FROM ${qualified(entry.schema, entry.physical)}`,
        );
      }
      for (const [schema, name, type] of stored.getRows().map((row) => row.map(String))) {
        if (schema === undefined || name === undefined || keep.has(`${schema}.${name}`)) continue;
        await this.#writer.run(`DROP ${type === 'VIEW' ? 'VIEW' : 'TABLE'} ${qualified(schema, name)}`);
      }
      await this.#writer.run('COMMIT');
    });
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.#writer.closeSync();
    this.#instance.closeSync();
  }

  async #rows(name: string, sql: string, limit: number, signal?: AbortSignal): Promise<ResultSet> {
    const bounded = `${sql} LIMIT ${limit + 1}`;
    const connection = await this.#instance.connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      const reader = await connection.runAndReadAll(bounded);
      const types = reader.columnTypes().map(String);
      const columns = reader.columnNames().map((name, n) => ({ name, type: columnType(types[n] ?? 'VARCHAR') }));
      const rows = reader.getRowsJson().map((row) => jsonRow(row, columns));
      return { columns, rows: rows.slice(0, limit), truncated: rows.length > limit };
    } catch (cause) {
      throw explain(name, bounded, cause, signal);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      connection.closeSync();
    }
  }

  async #mustDescribe(table: StoredTable): Promise<{ rows: number; columns: Column[] }> {
    return this.#read(table.physical, `SELECT * FROM ${qualified(table.schema, table.physical)}`);
  }

  /** Rows and columns of a relation. */
  async #read(name: string, relation: string): Promise<{ rows: number; columns: Column[] }> {
    try {
      const described = await this.#writer.runAndReadAll(`DESCRIBE ${relation}`);
      const counted = await this.#writer.runAndReadAll(`SELECT count(*) FROM (${relation})`);
      return {
        rows: Number(counted.getRows()[0]?.[0] ?? 0),
        columns: described.getRows().map((row) => ({ name: String(row[0]), type: columnType(String(row[1])) })),
      };
    } catch (cause) {
      throw explain(name, relation, cause);
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
