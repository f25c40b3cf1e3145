import type { BegunStatement, StatementWait } from '../../../core/contracts/steps.ts';
import { contentHash } from '../../../core/environments/canonical.ts';
import { StatementAwaited } from '../../../core/errors.ts';
import type { Statement } from './engine.ts';

/** Letters of a statement that can be told on: a state of Step Functions holds 256 KiB, and the rest of it needs room too. */
const LONGEST = 100_000;

/** The statements of a step that outlast a call of it: the next call takes them up where they are. */
export class BegunStatements {
  readonly #begun: Map<string, BegunStatement>;
  /** Those of earlier calls that this one has not come to yet. */
  readonly #earlier: Set<string>;
  readonly #patienceMs: number;
  #awaited: StatementAwaited | undefined;

  constructor({ patienceMs, begun }: { patienceMs: number; begun: readonly BegunStatement[] }) {
    this.#patienceMs = patienceMs;
    this.#begun = new Map(begun.map((one) => [one.asks, one]));
    this.#earlier = new Set(this.#begun.keys());
  }

  /** What an earlier call began, once: who asks the same again wants to see what came between. */
  earlier(statement: Statement): BegunStatement | undefined {
    if (this.#awaited) throw this.#awaited;
    const asks = asksOf(statement);
    return asks !== undefined && this.#earlier.delete(asks) ? this.#begun.get(asks) : undefined;
  }

  began(statement: Statement, { id, token }: Pick<BegunStatement, 'id' | 'token'>): BegunStatement {
    const begun = { asks: asksOf(statement) ?? '', id, token };
    if (begun.asks !== '') this.#begun.set(begun.asks, begun);
    return begun;
  }

  /** Forgets a statement that needs no second look: it failed, or it is so short that it may be asked again. */
  forget({ asks }: BegunStatement): void {
    this.#begun.delete(asks);
  }

  /** Gives up a call that has waited long enough for a statement; its state machine waits on. */
  lookedFor(waitedMs: number, statement: Statement, { asks, token }: BegunStatement): void {
    const { name, sql } = statement;
    if (asks === '' || sql.length > LONGEST || waitedMs < this.#patienceMs) return;
    const data: StatementWait = { sql, token, begun: [...this.#begun.values()] };
    this.#awaited = new StatementAwaited(`${name} is under way`, { data });
    throw this.#awaited;
  }
}

const asksOf = ({ asks }: Statement): string | undefined =>
  asks === undefined ? undefined : contentHash(asks).slice(0, 20);
