import type { AthenaClient, QueryExecution } from '@aws-sdk/client-athena';
import type { Place } from '../../core/contracts/deployment.ts';
import { RESULT_ROWS } from '../../core/contracts/query-answer.ts';
import { contentHash } from '../../core/environments/canonical.ts';
import { NotFound, TributaryError } from '../../core/errors.ts';
import { countCsvRows } from '../../core/queries/csv.ts';
import { resultGone } from '../../core/queries/results.ts';
import type { PhysicalQuery, Queries, QueryProgress, ResultFile, ResultSet } from '../../core/sql/port.ts';
import { columnType } from '../../core/sql/types.ts';
import type { S3Objects } from '../objects/s3.ts';
import { AthenaExecutions, failureOf } from '../sql/athena/executions.ts';
import { boundedOnLake, wasBounded } from '../sql/lake/query-text.ts';

export interface AthenaQueriesOptions {
  client: AthenaClient;
  place: Pick<Place, 'workgroup'>;
  /** The bucket that the work group's results go to. */
  objects: S3Objects;
}

/** The role's credentials are renewed five minutes before they end, so that a link made with them lives that long. */
const LINK_SECONDS = 300;
/** A result that is as old as this may answer again. */
const REUSED_MINUTES = 60;

/** Queries in the work group of an environment. Athena keeps all that is known of them: any process may ask. */
export class AthenaQueries implements Queries {
  readonly #executions: AthenaExecutions;
  readonly #place: Pick<Place, 'workgroup'>;
  readonly #objects: S3Objects;

  constructor({ client, place, objects }: AthenaQueriesOptions) {
    this.#executions = new AthenaExecutions({ client, workgroup: place.workgroup });
    this.#place = place;
    this.#objects = objects;
  }

  async start(query: PhysicalQuery): Promise<string> {
    const sql = `${heading(query)}\n${await boundedOnLake(this.#place, query, RESULT_ROWS)}`;
    const reuse = { Enabled: true, MaxAgeInMinutes: REUSED_MINUTES };
    const options = { ResultReuseConfiguration: { ResultReuseByAgeConfiguration: reuse } };
    return this.#executions.start({ name: query.name, sql }, options);
  }

  async follow(id: string, { waitMs, signal }: { waitMs: number; signal?: AbortSignal }): Promise<QueryProgress> {
    const { statement, execution } = await this.#find(id, waitMs, signal);
    const { name } = statement;
    switch (execution.Status?.State) {
      case 'SUCCEEDED':
        return { name, state: 'succeeded' };
      case 'FAILED':
        return { name, state: 'failed', error: failureOf(statement, id, execution) };
      case 'CANCELLED':
        return { name, state: 'cancelled' };
      default:
        return { name, state: execution.Status?.State === 'RUNNING' ? 'running' : 'queued' };
    }
  }

  async rows(id: string, limit: number): Promise<ResultSet> {
    const { statement } = await this.#find(id);
    const { columns, rows } = await this.#executions.rows(statement, id, limit + 1);
    const typed = columns.map(({ name, type }) => ({ name, type: columnType(type) }));
    return { columns: typed, rows: rows.slice(0, limit), truncated: rows.length > limit };
  }

  /** The file that Athena wrote. Athena doesn't tell its rows: they are counted where they may be too many, and are few then. */
  async csv(id: string): Promise<ResultFile> {
    const { statement, execution } = await this.#find(id);
    const key = this.#keyOf(execution);
    try {
      const { bytes } = await this.#objects.describe(key);
      if (!wasBounded(statement.sql, RESULT_ROWS)) return { key, bytes, isCut: false };
      const rows = await countCsvRows(this.#objects.read(key));
      return { key, bytes, rows, isCut: rows >= RESULT_ROWS };
    } catch (cause) {
      if (!(cause instanceof NotFound)) throw cause;
      throw resultGone(id, cause);
    }
  }

  async link(id: string): Promise<{ url: string; expiresAt: Date }> {
    const { execution } = await this.#find(id);
    const key = this.#keyOf(execution);
    const expiresAt = new Date(Date.now() + LINK_SECONDS * 1000);
    return { url: await this.#objects.link(key, { name: `${id}.csv`, seconds: LINK_SECONDS }), expiresAt };
  }

  async cancel(id: string): Promise<void> {
    await this.#find(id);
    await this.#executions.stop(id);
  }

  #keyOf({ ResultConfiguration }: QueryExecution): string {
    return (ResultConfiguration?.OutputLocation ?? '').slice(this.#objects.uri('').length);
  }

  /** A query that was started here, by its id. Those of runs and of other environments are none. */
  async #find(id: string, waitMs = 0, signal?: AbortSignal) {
    const execution = await this.#executions.follow({ name: id, sql: '', signal }, id, { waitMs }).catch((cause) => {
      throw isNobodys(cause) ? new NotFound(`no query ${JSON.stringify(id)} in this environment`, { cause }) : cause;
    });
    const name = nameIn(execution);
    if (name === undefined || execution.WorkGroup !== this.#place.workgroup) {
      throw new NotFound(`no query ${JSON.stringify(id)} in this environment`);
    }
    return { statement: { name, sql: execution.Query ?? '' }, execution };
  }
}

/** Athena says no more of an id that it doesn't know, or that is of a work group that the role may not see. */
function isNobodys(cause: unknown): boolean {
  const said = cause instanceof TributaryError ? (cause.cause as Error | undefined)?.name : undefined;
  return said === 'InvalidRequestException' || said === 'AccessDeniedException';
}

/**
 * The line before the SQL, by which a query is known again. It holds the versions of the tables too: Athena gives a result
 * again for the same text, whatever has been written to the tables since.
 */
function heading({ name, tables }: PhysicalQuery): string {
  const versions = tables.map((table) => `${table.schema}.${table.name} ${table.version}`).sort();
  return `-- ${JSON.stringify(name)} ${contentHash(versions).slice(0, 16)}`;
}

function nameIn({ Query = '' }: QueryExecution): string | undefined {
  const name = /^-- ("(?:[^"\\]|\\.)*") [0-9a-f]{16}\n/.exec(Query)?.[1];
  return name === undefined ? undefined : (JSON.parse(name) as string);
}
