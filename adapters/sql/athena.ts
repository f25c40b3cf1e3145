import { randomUUID } from 'node:crypto';
import {
  type AthenaClient,
  type ColumnInfo,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { BegunStatement } from '../../core/contracts/steps.ts';
import { StatementAwaited } from '../../core/errors.ts';
import { athenaDdl } from './lake/athena-ddl.ts';
import { BegunStatements } from './lake/begun.ts';
import type { EngineColumn, LakeEngine, Statement } from './lake/engine.ts';
import { failed, isPassing, stopped } from './lake/failures.ts';
import { Queue } from './lake/queue.ts';
import { pause, retrying } from './lake/retry.ts';
import { jsonValue } from './lake/values.ts';

export interface AthenaOptions {
  client: AthenaClient;
  /** The work group that statements run in; it says where their results go. */
  workgroup: string;
  /** Statements under way at once, so that one run doesn't use up what the account may have. @default 5 */
  atOnce?: number;
  /** For who can be called again: what an earlier call began, and how long this one waits itself. @default as long as it takes */
  wait?: { patienceMs: number; begun: readonly BegunStatement[] };
}

const THROTTLED = { attempts: 10, firstMs: 100, longestMs: 20_000 };
const PASSING = { attempts: 6, firstMs: 250, longestMs: 10_000 };
/** Waits between two looks at a statement: short ones are over at once, and long ones needn't be asked often. */
const LOOKS = { firstMs: 50, growth: 1.5, longestMs: 2_000 };
/** The most that Athena gives at once. */
const PAGE_ROWS = 1000;

const isThrottled = (cause: unknown): boolean =>
  ['TooManyRequestsException', 'ThrottlingException'].includes((cause as Error).name);

/** A session with Athena: statements are started, looked at until they end, and their rows are fetched in pages. */
export class AthenaEngine implements LakeEngine {
  readonly ddl = athenaDdl;
  readonly #client: AthenaClient;
  readonly #workgroup: string;
  readonly #queue: Queue;
  readonly #begun: BegunStatements;

  constructor({ client, workgroup, atOnce = 5, wait }: AthenaOptions) {
    this.#client = client;
    this.#workgroup = workgroup;
    this.#queue = new Queue(atOnce);
    this.#begun = new BegunStatements(wait ?? { patienceMs: Number.POSITIVE_INFINITY, begun: [] });
  }

  async run(statement: Statement): Promise<number | undefined> {
    const { id, execution } = await this.#finished(statement);
    if (execution.SubstatementType !== 'CREATE_TABLE_AS_SELECT') return undefined;
    const command = new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 });
    return (await this.#told(statement, id, () => this.#client.send(command))).UpdateCount;
  }

  async query(statement: Statement, limit: number): Promise<{ columns: EngineColumn[]; rows: unknown[][] }> {
    const { id } = await this.#finished(statement);
    const rows: unknown[][] = [];
    for (let token: string | undefined, isFirst = true; ; isFirst = false) {
      const command = new GetQueryResultsCommand({
        QueryExecutionId: id,
        // Names of the columns are a row too.
        MaxResults: Math.min(PAGE_ROWS, limit - rows.length + (isFirst ? 1 : 0)),
        NextToken: token,
      });
      const page = await this.#told(statement, id, () => this.#client.send(command));
      const columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(columnOf);
      for (const { Data = [] } of (page.ResultSet?.Rows ?? []).slice(isFirst ? 1 : 0))
        rows.push(columns.map(({ type }, n) => jsonValue(Data[n]?.VarCharValue, type)));
      token = page.NextToken;
      if (token === undefined || rows.length >= limit) return { columns, rows: rows.slice(0, limit) };
    }
  }

  #finished(statement: Statement): Promise<{ id: string; execution: QueryExecution }> {
    return this.#queue.run(() => retrying(() => this.#once(statement), isPassing, PASSING, statement.signal));
  }

  async #once(statement: Statement): Promise<{ id: string; execution: QueryExecution }> {
    if (statement.signal?.aborted) throw stopped(statement);
    const earlier = this.#begun.earlier(statement);
    const begun = earlier ?? (await this.#start(statement));
    try {
      const execution = await this.#end(statement, begun);
      if (!earlier) this.#begun.forget(begun);
      return { id: begun.id, execution };
    } catch (cause) {
      if (cause instanceof StatementAwaited) throw cause;
      this.#begun.forget(begun);
      if (!statement.signal?.aborted) throw cause;
      await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: begun.id }));
      throw stopped(statement);
    }
  }

  /** The token lets a state machine wait for the very statement that is started here. */
  async #start(statement: Statement): Promise<BegunStatement> {
    const token = randomUUID();
    const request = { QueryString: statement.sql, WorkGroup: this.#workgroup, ClientRequestToken: token };
    const started = await this.#told(statement, undefined, () =>
      this.#client.send(new StartQueryExecutionCommand(request)),
    );
    return this.#begun.began(statement, { id: started.QueryExecutionId ?? '', token });
  }

  /** Looks at a statement until it has ended well. */
  async #end(statement: Statement, begun: BegunStatement): Promise<QueryExecution> {
    const { id } = begun;
    let waited = 0;
    for (let wait = LOOKS.firstMs; ; wait = Math.min(wait * LOOKS.growth, LOOKS.longestMs)) {
      await pause(wait, statement.signal);
      if (statement.signal?.aborted) throw stopped(statement);
      const command = new GetQueryExecutionCommand({ QueryExecutionId: id });
      const { QueryExecution: execution = {} } = await this.#told(statement, id, () => this.#client.send(command));
      const state = execution.Status?.State;
      if (state === 'SUCCEEDED') return execution;
      if (state === 'FAILED' || state === 'CANCELLED') throw ended(statement, id, execution);
      waited += wait;
      this.#begun.lookedFor(waited, statement, begun);
    }
  }

  /** An answer of the service, asked for again while it is busy. */
  async #told<T>(statement: Statement, queryId: string | undefined, ask: () => Promise<T>): Promise<T> {
    try {
      return await retrying(ask, isThrottled, THROTTLED, statement.signal);
    } catch (cause) {
      const { name, message } = cause as Error;
      const isInternal = name !== 'InvalidRequestException';
      throw failed(statement, { reason: isInternal ? `${name}: ${message}` : message, queryId, isInternal, cause });
    }
  }
}

const SYSTEM = 1;

function ended(statement: Statement, queryId: string, { Status }: QueryExecution): Error {
  if (Status?.State === 'CANCELLED') return failed(statement, { reason: 'was cancelled in Athena', queryId });
  const { ErrorCategory, ErrorMessage, Retryable } = Status?.AthenaError ?? {};
  const reason = Status?.StateChangeReason ?? ErrorMessage ?? 'no reason given';
  return failed(statement, { reason, queryId, isInternal: ErrorCategory === SYSTEM, isPassing: Retryable });
}

/** Of a decimal, Athena says the digits apart. */
const columnOf = ({ Name = '', Type = 'varchar', Precision, Scale }: ColumnInfo): EngineColumn => ({
  name: Name,
  type: Type === 'decimal' ? `decimal(${Precision},${Scale})` : Type,
});
