import { randomUUID } from 'node:crypto';
import { setTimeout as after, setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { queryResultsPrefix } from '../../core/contracts/deployment.ts';
import { RESULT_ROWS } from '../../core/contracts/query-answer.ts';
import { Column } from '../../core/contracts/types.ts';
import { readJson, writeJson } from '../../core/environments/json-objects.ts';
import { InternalError, NotFound, QueryFailed, TributaryError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { csvLine } from '../../core/queries/csv.ts';
import { resultGone } from '../../core/queries/results.ts';
import type { PhysicalQuery, Queries, QueryProgress, ResultFile, ResultSet, Warehouse } from '../../core/sql/port.ts';

interface Begun {
  progress: QueryProgress;
  stop: AbortController;
  /** Resolves when it has ended, however it did. */
  ended: Promise<void>;
}

/** Results that are kept; older ones go. */
const KEPT = 100;
/** Athena ends a statement then. One that nobody follows any more would take the machine for ever. */
const LONGEST_MINUTES = 30;

const Result = z.object({ columns: z.array(Column), rows: z.array(z.array(z.unknown())), truncated: z.boolean() });

const keyOf = (id: string): string => `${queryResultsPrefix}${id}.json`;
const csvKeyOf = (id: string): string => `${queryResultsPrefix}${id}.csv`;

/** Queries that this process asks of a warehouse. Their results are objects; what is known of them ends with the process. */
export class InProcessQueries implements Queries {
  readonly #warehouse: Pick<Warehouse, 'query'>;
  readonly #objects: ObjectStore;
  readonly #begun = new Map<string, Begun>();

  constructor(options: { warehouse: Pick<Warehouse, 'query'>; objects: ObjectStore }) {
    this.#warehouse = options.warehouse;
    this.#objects = options.objects;
  }

  async start(query: PhysicalQuery): Promise<string> {
    const id = randomUUID();
    const stop = new AbortController();
    const progress: QueryProgress = { name: query.name, state: 'running' };
    const limit = setTimeout(() => stop.abort(tooLong(query)), LONGEST_MINUTES * 60_000).unref();
    const ended = this.#answer(id, query, stop.signal)
      .then(
        () => {
          progress.state = 'succeeded';
        },
        (cause) => {
          Object.assign(progress, endOf(cause, stop.signal));
        },
      )
      .finally(() => clearTimeout(limit));
    // The warehouse reads the SQL before anything else: refused, it has failed by the next turn.
    await Promise.race([ended, nextTurn()]);
    if (progress.error) throw progress.error;
    await this.#forgetOldest();
    this.#begun.set(id, { progress, stop, ended });
    return id;
  }

  async follow(id: string, { waitMs, signal }: { waitMs: number; signal?: AbortSignal }): Promise<QueryProgress> {
    const { ended, progress } = this.#find(id);
    const waited = new AbortController();
    const stops = AbortSignal.any([waited.signal, ...(signal ? [signal] : [])]);
    await Promise.race([ended, after(waitMs, undefined, { signal: stops }).catch(() => undefined)]);
    waited.abort();
    return { ...progress };
  }

  async rows(id: string, limit: number): Promise<ResultSet> {
    const { columns, rows, truncated } = await this.#result(id);
    return { columns, rows: rows.slice(0, limit), truncated: truncated || rows.length > limit };
  }

  async csv(id: string): Promise<ResultFile> {
    const { columns, rows, truncated } = await this.#result(id);
    const lines = [columns.map(({ name }) => name), ...rows].map(csvLine);
    const body = Buffer.from(lines.join(''));
    await this.#objects.put(csvKeyOf(id), body);
    return { key: csvKeyOf(id), bytes: body.length, rows: rows.length, isCut: truncated };
  }

  async link(): Promise<undefined> {
    return undefined;
  }

  async cancel(id: string): Promise<void> {
    const { stop, ended } = this.#find(id);
    stop.abort();
    await ended;
  }

  /** Stops what is under way, before the warehouse closes. */
  async close(): Promise<void> {
    await Promise.all([...this.#begun.keys()].map((id) => this.cancel(id)));
  }

  async #answer(id: string, query: PhysicalQuery, signal: AbortSignal): Promise<void> {
    const result = await this.#warehouse.query(query, { limit: RESULT_ROWS, signal });
    await writeJson(this.#objects, keyOf(id), result);
  }

  #find(id: string): Begun {
    const begun = this.#begun.get(id);
    if (begun) return begun;
    throw new NotFound(`no query ${JSON.stringify(id)} in this environment: it may be too old, ask again`);
  }

  async #result(id: string): Promise<z.infer<typeof Result>> {
    this.#find(id);
    const found = await readJson(this.#objects, keyOf(id), Result);
    if (!found) throw resultGone(id);
    return found.value;
  }

  async #forgetOldest(): Promise<void> {
    const ended = [...this.#begun].filter(([, { progress }]) => progress.state !== 'running').map(([id]) => id);
    for (const id of ended.slice(0, Math.max(0, ended.length - KEPT + 1))) {
      this.#begun.delete(id);
      for (const key of [keyOf(id), csvKeyOf(id)]) await this.#objects.delete(key);
    }
  }
}

/** How a query ended that gave no result. */
function endOf(cause: unknown, stop: AbortSignal): Partial<QueryProgress> {
  if (stop.aborted && !(stop.reason instanceof QueryFailed)) return { state: 'cancelled' };
  const known = stop.aborted ? stop.reason : cause;
  const error = known instanceof TributaryError ? known : new InternalError(String(cause), { cause });
  return { state: 'failed', error };
}

const tooLong = ({ name, sql }: PhysicalQuery): QueryFailed =>
  new QueryFailed(
    `${name} took longer than ${LONGEST_MINUTES} minutes and was ended: filter before it joins, or make a table of it`,
    { data: { sql } },
  );
