import { type DuckDBConnection, DuckDBInstance, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { DiskFull, QueryFailed, RunStopped } from '../../../core/errors.ts';
import { ident } from '../../../core/sql/quote.ts';
import { saidByMacro } from './macros/failing.ts';

/** Dictionaries of columns that differ in most rows, such as keys, cost a fifth of the time and save no room. */
export const PARQUET = '(FORMAT parquet, DICTIONARY_SIZE_LIMIT 2000, WRITE_BLOOM_FILTER false)';

export type Row = Record<string, unknown>;

export interface SessionOptions {
  /** Threads of the engine. @default all cores */
  threads?: number;
  /** Such as `1500MB`; beyond it the engine spills to `spillFolder`. */
  memoryLimit?: string;
  spillFolder?: string;
  /** Interrupts the statement under way. */
  signal?: AbortSignal;
}

/**
 * One in-memory DuckDB of its own, for reading files and for Stitch: from files to Parquet, then closed.
 * It never opens an environment's table file.
 */
export class DuckDbSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, signal: AbortSignal | undefined) {
    this.#instance = instance;
    this.#connection = connection;
    this.#signal = signal;
  }

  static async open(options: SessionOptions = {}): Promise<DuckDbSession> {
    const config: Record<string, string> = { preserve_insertion_order: 'true' };
    if (options.threads !== undefined) config.threads = String(options.threads);
    if (options.memoryLimit !== undefined) config.memory_limit = options.memoryLimit;
    if (options.spillFolder !== undefined) config.temp_directory = options.spillFolder;
    const instance = await DuckDBInstance.create(':memory:', config);
    const connection = await instance.connect();
    // As an option of the instance it is refused: the extension that knows zones is loaded after the options are read.
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    return new DuckDbSession(instance, connection, options.signal);
  }

  /** Runs a statement for its effect; `name` is what a failure calls it. Returns the rows that it changed. */
  async run(name: string, sql: string, values?: DuckDBValue[]): Promise<number> {
    return this.#guard(name, sql, async () => (await this.#connection.run(sql, values)).rowsChanged);
  }

  /** Runs a query whose rows fit in memory, as plain JavaScript values (integers beyond 2^53 as bigint). */
  async rows<T extends Row = Row>(name: string, sql: string, values?: DuckDBValue[]): Promise<T[]> {
    return this.#guard(name, sql, async () => {
      const reader = await this.#connection.runAndReadAll(sql, values);
      return reader.getRowObjectsJS() as T[];
    });
  }

  /** The columns of a relation, without its rows. */
  async types(name: string, relation: string): Promise<{ name: string; type: DuckDBType }[]> {
    const sql = `SELECT * FROM ${relation} LIMIT 0`;
    const result = await this.#guard(name, sql, () => this.#connection.run(sql));
    return result.columnNames().map((column, n) => ({ name: column, type: result.columnType(n) }));
  }

  /** The bare connection, for streaming chunks and appenders. */
  get connection(): DuckDBConnection {
    return this.#connection;
  }

  /** Has the same work done by this connection and by another one to the same tables, which share what is left of it between them. */
  async abreast(work: (by: DuckDbSession) => Promise<void>): Promise<void> {
    const connection = await this.#instance.connect();
    try {
      const [used] = await this.rows<{ database: string }>('database in use', 'SELECT current_database() AS database');
      if (used) await connection.run(`USE ${ident(used.database)}`);
      const working = [this, new DuckDbSession(this.#instance, connection, this.#signal)].map(work);
      // A failure of one doesn't end the other, which works until what is left is done.
      await Promise.allSettled(working);
      await Promise.all(working);
    } finally {
      connection.closeSync();
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  #guard<T>(name: string, sql: string, work: () => Promise<T>): Promise<T> {
    return guarded(this.#connection, { name, sql, signal: this.#signal }, work);
  }
}

/** Has a connection work until the signal interrupts it; a failure has its logical name and text. */
export async function guarded<T>(
  connection: DuckDBConnection,
  { name, sql, signal }: { name: string; sql: string; signal: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new RunStopped(`${name} was stopped`);
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } catch (cause) {
    throw explain(name, sql, cause, signal);
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Gives an engine's failure its logical name and text. */
export function explain(name: string, sql: string, cause: unknown, signal?: AbortSignal): Error {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (signal?.aborted) return new RunStopped(`${name} was stopped`, { cause });
  if (/No space left on device|disk is full|max_temp_directory_size/i.test(text)) {
    return new DiskFull(`${name}: no space left on the disk: free some and run again`, { cause, data: { sql } });
  }
  // What follows shows a line of SQL that is not as anybody wrote it.
  const [said = text] = text.split('\n\nLINE ');
  return new QueryFailed(`${name}: ${saidByMacro(said) ?? said}`, { cause, data: { sql } });
}
