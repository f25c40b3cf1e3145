import { randomUUID } from 'node:crypto';
import type { AthenaClient, QueryExecution } from '@aws-sdk/client-athena';
import type { BegunStatement } from '../../core/contracts/steps.ts';
import { StatementAwaited } from '../../core/errors.ts';
import { AthenaCatalog } from './athena/catalog.ts';
import { AthenaExecutions, failureOf } from './athena/executions.ts';
import { athenaDdl } from './lake/athena-ddl.ts';
import { BegunStatements } from './lake/begun.ts';
import type { EngineColumn, LakeEngine, LakeTable, ListedTable, Statement } from './lake/engine.ts';
import { isPassing, stopped } from './lake/failures.ts';
import { Queue } from './lake/queue.ts';
import { retrying } from './lake/retry.ts';

export interface AthenaOptions {
  client: AthenaClient;
  /** The work group that statements run in; it says where their results go. */
  workgroup: string;
  /** Statements under way at once, so that one run doesn't use up what the account may have. @default 5 */
  atOnce?: number;
  /** For who can be called again: what an earlier call began, and how long this one waits itself. @default as long as it takes */
  wait?: { patienceMs: number; begun: readonly BegunStatement[] };
}

const PASSING = { attempts: 6, firstMs: 250, longestMs: 10_000 };

/** A session with Athena: statements are started, looked at until they end, and their rows are fetched in pages. */
export class AthenaEngine implements LakeEngine {
  readonly ddl = athenaDdl;
  readonly #executions: AthenaExecutions;
  readonly #catalog: AthenaCatalog;
  readonly #queue: Queue;
  readonly #begun: BegunStatements;

  constructor({ client, workgroup, atOnce = 5, wait }: AthenaOptions) {
    this.#executions = new AthenaExecutions({ client, workgroup });
    this.#catalog = new AthenaCatalog(client);
    this.#queue = new Queue(atOnce);
    this.#begun = new BegunStatements(wait ?? { patienceMs: Number.POSITIVE_INFINITY, begun: [] });
  }

  async run(statement: Statement): Promise<number | undefined> {
    const { id, execution } = await this.#finished(statement);
    if (execution.SubstatementType !== 'CREATE_TABLE_AS_SELECT') return undefined;
    return this.#executions.written(statement, id);
  }

  async query(statement: Statement, limit: number): Promise<{ columns: EngineColumn[]; rows: unknown[][] }> {
    const { id } = await this.#finished(statement);
    return this.#executions.rows(statement, id, limit);
  }

  columns(table: LakeTable): Promise<EngineColumn[] | undefined> {
    return this.#catalog.columns(table);
  }

  tables(database: string): Promise<ListedTable[]> {
    return this.#catalog.tables(database);
  }

  #finished(statement: Statement): Promise<{ id: string; execution: QueryExecution }> {
    return this.#queue.run(() => retrying(() => this.#once(statement), isPassing, PASSING, statement.signal));
  }

  async #once(statement: Statement): Promise<{ id: string; execution: QueryExecution }> {
    if (statement.signal?.aborted) throw stopped(statement);
    const earlier = this.#begun.earlier(statement);
    const begun = earlier ?? (await this.#start(statement));
    const looked = (waitedMs: number) => this.#begun.lookedFor(waitedMs, statement, begun);
    try {
      const execution = await this.#executions.follow(statement, begun.id, { looked });
      if (execution.Status?.State !== 'SUCCEEDED') throw failureOf(statement, begun.id, execution);
      if (!earlier) this.#begun.forget(begun);
      return { id: begun.id, execution };
    } catch (cause) {
      if (cause instanceof StatementAwaited) throw cause;
      this.#begun.forget(begun);
      if (!statement.signal?.aborted) throw cause;
      await this.#executions.stop(begun.id);
      throw stopped(statement);
    }
  }

  /** The token lets a state machine wait for the very statement that is started here. */
  async #start(statement: Statement): Promise<BegunStatement> {
    const token = randomUUID();
    const id = await this.#executions.start(statement, { ClientRequestToken: token });
    return this.#begun.began(statement, { id, token });
  }
}
