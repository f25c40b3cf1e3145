import { InternalError } from '../../core/errors.ts';
import { qualified, text } from '../../core/sql/quote.ts';
import type { EngineColumn, LakeDdl, LakeEngine, LakeTable, ListedTable, Statement } from './lake/engine.ts';
import { failed, isPassing, isTableAbsent, stopped } from './lake/failures.ts';
import { Queue } from './lake/queue.ts';
import { retrying } from './lake/retry.ts';
import { type TrinoCatalogs, trinoDdl } from './lake/trino-ddl.ts';
import { jsonValue } from './lake/values.ts';

export interface TrinoOptions {
  /** Of the coordinator. */
  url: string;
  user: string;
  catalogs: TrinoCatalogs;
  /** Databases by name, with the URI of the folder that each keeps its tables in; those that are absent are made. */
  databases: Readonly<Record<string, string>>;
  /** Statements under way at once. @default 5 */
  atOnce?: number;
}

interface Page {
  id?: string;
  columns?: EngineColumn[];
  data?: unknown[][];
  updateCount?: number;
  error?: { errorName: string; errorType: string; message: string };
  nextUri?: string;
}

const BUSY = { attempts: 10, firstMs: 100, longestMs: 10_000 };
const PASSING = { attempts: 6, firstMs: 250, longestMs: 10_000 };

/** The coordinator, or what stands before it, asks to come again later. */
const isBusy = (cause: unknown): boolean =>
  cause instanceof InternalError && [429, 502, 503, 504].includes(Number(cause.data.status));

/** A session with a Trino cluster over its HTTP protocol: each answer leads on to the next. */
export class TrinoEngine implements LakeEngine {
  readonly ddl: LakeDdl;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #queue: Queue;

  private constructor({ url, user, catalogs, atOnce = 5 }: TrinoOptions) {
    this.ddl = trinoDdl(catalogs);
    this.#url = url;
    this.#queue = new Queue(atOnce);
    this.#headers = {
      'X-Trino-User': user,
      'X-Trino-Source': 'tributary',
      'X-Trino-Catalog': catalogs.hive,
      'X-Trino-Time-Zone': 'UTC',
      // Without it, times are cut to milliseconds.
      'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    };
  }

  static async open(options: TrinoOptions): Promise<TrinoEngine> {
    const engine = new TrinoEngine(options);
    for (const [database, location] of Object.entries(options.databases)) {
      const sql = `CREATE SCHEMA IF NOT EXISTS ${qualified(options.catalogs.iceberg, database)} WITH (location = ${text(location)})`;
      await engine.run({ name: `make ${database}`, sql });
    }
    return engine;
  }

  async run(statement: Statement): Promise<number | undefined> {
    return (await this.#finished(statement, 0)).updateCount;
  }

  async query(statement: Statement, limit: number): Promise<{ columns: EngineColumn[]; rows: unknown[][] }> {
    const { columns, rows } = await this.#finished(statement, limit);
    return { columns, rows: rows.map((row) => row.map((value, n) => jsonValue(value, columns[n]?.type ?? 'varchar'))) };
  }

  async columns({ database, name }: LakeTable): Promise<EngineColumn[] | undefined> {
    const sql = `SELECT * FROM ${qualified(database, name)} LIMIT 0`;
    try {
      return (await this.query({ name: `columns of ${name}`, sql }, 0)).columns;
    } catch (cause) {
      if (isTableAbsent(cause)) return undefined;
      throw cause;
    }
  }

  async tables(database: string): Promise<ListedTable[]> {
    const sql = `SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = ${text(database)}`;
    const { rows } = await this.query({ name: `tables of ${database}`, sql }, Number.POSITIVE_INFINITY);
    return rows.map(([name, type]) => ({ name: String(name), isView: type === 'VIEW' }));
  }

  #finished(statement: Statement, limit: number) {
    return this.#queue.run(() => retrying(() => this.#once(statement, limit), isPassing, PASSING, statement.signal));
  }

  async #once(statement: Statement, limit: number) {
    let columns: EngineColumn[] = [];
    const rows: unknown[][] = [];
    let page = await this.#page(statement, `${this.#url}/v1/statement`, { method: 'POST', body: statement.sql });
    for (;;) {
      if (page.error) throw ended(statement, page);
      columns = page.columns ?? columns;
      for (const row of page.data ?? []) if (rows.length < limit) rows.push(row);
      if (page.nextUri === undefined) return { columns, rows, updateCount: page.updateCount };
      if (statement.signal?.aborted) {
        await fetch(page.nextUri, { method: 'DELETE' });
        throw stopped(statement);
      }
      page = await this.#page(statement, page.nextUri, { method: 'GET' });
    }
  }

  async #page(statement: Statement, url: string, request: { method: string; body?: string }): Promise<Page> {
    const ask = async () => {
      const answer = await fetch(url, { ...request, headers: this.#headers });
      const body = await answer.text();
      const { ok, status } = answer;
      if (!ok) throw new InternalError(`Trino answered ${status}: ${body}`, { data: { status } });
      return JSON.parse(exact(body)) as Page;
    };
    try {
      return await retrying(ask, isBusy, BUSY, statement.signal);
    } catch (cause) {
      throw failed(statement, { reason: (cause as Error).message, queryId: undefined, isInternal: true, cause });
    }
  }
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Integers beyond 2^53 become strings, so that parsing leaves every digit. */
const exact = (json: string): string =>
  json.replace(STRING_OR_NUMBER, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));

function ended(statement: Statement, { id, error }: Page): Error {
  const reason = `${error?.errorName}: ${error?.message}`;
  return failed(statement, { reason, queryId: id, isInternal: error?.errorType === 'INTERNAL_ERROR' });
}
