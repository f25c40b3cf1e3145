import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionInput,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { EngineColumn, Statement } from '../lake/engine.ts';
import { failed } from '../lake/failures.ts';
import { pause, retrying } from '../lake/retry.ts';
import { jsonValue } from '../lake/values.ts';

const THROTTLED = { attempts: 10, firstMs: 100, longestMs: 20_000 };
/** Waits between two looks at a statement: short ones are over at once, and long ones needn't be asked often. */
const LOOKS = { firstMs: 50, growth: 1.5, longestMs: 2_000 };
/** The most that Athena gives at once. */
const PAGE_ROWS = 1000;
const SYSTEM = 1;
/** Each of the first types of error is "Query exhausted resources at this scale factor". */
const LAST_EXHAUSTED = 8;

const isThrottled = (cause: unknown): boolean =>
  ['TooManyRequestsException', 'ThrottlingException'].includes((cause as Error).name);

export const hasEnded = ({ Status }: QueryExecution): boolean =>
  ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(Status?.State ?? '');

/** Statements in a work group of Athena, by the ids that it gives them. */
export class AthenaExecutions {
  readonly #client: AthenaClient;
  readonly #workgroup: string;

  constructor({ client, workgroup }: { client: AthenaClient; workgroup: string }) {
    this.#client = client;
    this.#workgroup = workgroup;
  }

  async start(statement: Statement, options: Partial<StartQueryExecutionInput> = {}): Promise<string> {
    const command = new StartQueryExecutionCommand({
      QueryString: statement.sql,
      WorkGroup: this.#workgroup,
      ...options,
    });
    const started = await answered(statement, undefined, () => this.#client.send(command));
    return started.QueryExecutionId ?? '';
  }

  /** Looks at a statement until it has ended, the wait is over or its signal is given; `looked` hears of each look in vain. */
  async follow(
    statement: Statement,
    id: string,
    { waitMs = Number.POSITIVE_INFINITY, looked }: { waitMs?: number; looked?: (waitedMs: number) => void },
  ): Promise<QueryExecution> {
    const command = new GetQueryExecutionCommand({ QueryExecutionId: id });
    const until = Date.now() + waitMs;
    let waited = 0;
    for (let wait = LOOKS.firstMs; ; wait = Math.min(wait * LOOKS.growth, LOOKS.longestMs)) {
      await pause(Math.min(wait, until - Date.now()), statement.signal);
      const { QueryExecution: execution = {} } = await answered(statement, id, () => this.#client.send(command));
      if (hasEnded(execution) || statement.signal?.aborted || Date.now() >= until) return execution;
      waited += wait;
      looked?.(waited);
    }
  }

  /** The first rows of a query that succeeded. */
  async rows(statement: Statement, id: string, limit: number): Promise<{ columns: EngineColumn[]; rows: unknown[][] }> {
    const rows: unknown[][] = [];
    for (let token: string | undefined, isFirst = true; ; isFirst = false) {
      const command = new GetQueryResultsCommand({
        QueryExecutionId: id,
        // Names of the columns are a row too.
        MaxResults: Math.min(PAGE_ROWS, limit - rows.length + (isFirst ? 1 : 0)),
        NextToken: token,
      });
      const page = await answered(statement, id, () => this.#client.send(command));
      const columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(columnOf);
      for (const { Data = [] } of (page.ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0))
        rows.push(columns.map(({ type }, n) => jsonValue(Data[n]?.VarCharValue, type)));
      token = page.NextToken;
      if (token === undefined || rows.length >= limit) return { columns, rows: rows.slice(0, limit) };
    }
  }

  /** How many rows a statement wrote. */
  async written(statement: Statement, id: string): Promise<number | undefined> {
    const command = new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 });
    return (await answered(statement, id, () => this.#client.send(command))).UpdateCount;
  }

  async stop(id: string): Promise<void> {
    await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
  }
}

/** An answer of the service, asked for again while it is busy. */
export async function answered<T>(
  statement: Statement,
  queryId: string | undefined,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await retrying(ask, isThrottled, THROTTLED, statement.signal);
  } catch (cause) {
    const { name, message } = cause as Error;
    const isInternal = name !== 'InvalidRequestException';
    throw failed(statement, { reason: isInternal ? `${name}: ${message}` : message, queryId, isInternal, cause });
  }
}

/** Why a statement ended that did not succeed. */
export function failureOf(statement: Statement, queryId: string, { Status }: QueryExecution) {
  if (Status?.State === 'CANCELLED') return failed(statement, { reason: 'was cancelled in Athena', queryId });
  const { ErrorCategory, ErrorType, ErrorMessage, Retryable } = Status?.AthenaError ?? {};
  const reason = Status?.StateChangeReason ?? ErrorMessage ?? 'no reason given';
  return failed(statement, {
    reason,
    queryId,
    isInternal: ErrorCategory === SYSTEM,
    isExhausted: ErrorType !== undefined && ErrorType <= LAST_EXHAUSTED,
    isPassing: Retryable,
  });
}

/** Of a decimal, Athena says the digits apart. */
const columnOf = ({ Name = '', Type = 'varchar', Precision, Scale }: ColumnInfo): EngineColumn => ({
  name: Name,
  type: Type === 'decimal' ? `decimal(${Precision},${Scale})` : Type,
});
