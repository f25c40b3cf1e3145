import { EventEmitter, setMaxListeners } from 'node:events';
import type { Run } from '../../core/contracts/runs.ts';
import { releaseLease } from '../../core/environments/lease.ts';
import { endRunLease, holdRunLease } from '../../core/environments/run-leases.ts';
import { Conflict, InternalError, OutOfTime, RunStopped } from '../../core/errors.ts';
import type { ObjectStore, Progress } from '../../core/ports.ts';
import { endLostRuns } from '../../core/workflows/lost-runs.ts';
import { toRetry } from '../../core/workflows/retry.ts';
import { getRun, runInput, runsNotEnded, saveRun } from '../../core/workflows/runs.ts';
import { RunJournal } from './run-journal.ts';
import {
  interpreter,
  isContainerTask,
  isFinal,
  placeholder,
  type State,
  type StateMachineDefinition,
  tasksOf,
} from './state-machine.ts';

/** Does one task; `signal` says that nobody waits for it any more. */
export type TaskHandler = (input: unknown, context: { signal: AbortSignal; progress: Progress }) => Promise<unknown>;

export interface LocalWorkflowsOptions {
  objects: ObjectStore;
  /** By the name of their file. */
  machines: Readonly<Record<string, StateMachineDefinition>>;
  /** By the name of their folder under `lambdas/`. */
  handlers: Readonly<Record<string, TaskHandler>>;
  clock: () => Date;
}

/** Seconds of a task whose file says nothing; those of ours do. */
const longestTask = 86_400;
/** Long before the lease of a run is over. */
const beatMs = 3_600_000;
/** How often it is looked whether a run takes too long. */
const watchMs = 10_000;

interface Execution {
  journal: RunJournal;
  abort: AbortController;
  ended: Promise<Run>;
}

/**
 * Runs the state machines in this process. Every finished task is noted with its result before the next one starts, so
 * that a run whose process died, or that failed, goes on from where it was: noted tasks answer with what they noted.
 */
export class LocalWorkflows {
  /** `run` with the run, each time that something of it changed. */
  readonly changes = new EventEmitter<{ run: [Run] }>();
  readonly #options: LocalWorkflowsOptions;
  readonly #executions = new Map<string, Execution>();
  readonly #beat: NodeJS.Timeout;
  readonly #watch: NodeJS.Timeout;

  constructor(options: LocalWorkflowsOptions) {
    this.#options = options;
    // One that fails is made up for by the next.
    this.#beat = setInterval(() => this.endLost().catch(() => undefined), beatMs).unref();
    this.#watch = setInterval(() => {
      for (const { journal } of this.#executions.values()) journal.warnIfSlow().catch(() => undefined);
    }, watchMs).unref();
  }

  /** Starts a run that is new, or goes on with one that is noted. Resolves when its record is stored. */
  async start(run: Run): Promise<void> {
    if (this.#executions.has(run.id)) throw new Conflict(`run ${run.id} is under way already`);
    await holdRunLease(this.#options.objects, run.id, this.#options.clock());
    await saveRun(this.#options.objects, run);
    const abort = new AbortController();
    // Every machine and task under way hears of a stop.
    setMaxListeners(0, abort.signal);
    const journal = new RunJournal(run, this.#options, (changed) => this.changes.emit('run', changed));
    const deadline = this.#endInTime(run, abort);
    const ended = this.#execute(journal, abort.signal).finally(() => {
      clearTimeout(deadline);
      this.#executions.delete(run.id);
    });
    this.#executions.set(run.id, { journal, abort, ended });
  }

  /** The run as it is this moment, when it is under way here. */
  underWay(id: string): Run | undefined {
    return this.#executions.get(id)?.journal.run;
  }

  /** Resolves with the run when it has ended. */
  async ended(id: string): Promise<Run | undefined> {
    return this.#executions.get(id)?.ended;
  }

  /** Stops the task under way; what was loaded stays. */
  async stop(id: string): Promise<void> {
    const execution = this.#executions.get(id);
    if (!execution) throw new Conflict(`run ${id} is not under way`);
    execution.abort.abort();
    await execution.ended;
  }

  /** Those that this process does go on; of others their leases tell. */
  endLost(): Promise<Run[]> {
    return endLostRuns(this.#options, async ({ id }) => (this.#executions.has(id) ? 'goes on' : 'unknown'));
  }

  /** Goes on with a run that failed or was stopped, from the task that failed. */
  async retry(run: Run): Promise<void> {
    await this.start(await toRetry(this.#options.objects, run));
  }

  /** Goes on with every run that was under way when the last process ended. */
  async recover(): Promise<Run[]> {
    const interrupted = await runsNotEnded(this.#options.objects);
    for (const { id } of interrupted) {
      const run = await getRun(this.#options.objects, id);
      await this.start({ ...run, tasks: run.tasks.filter((task) => task.state === 'succeeded') });
    }
    return interrupted;
  }

  /** Interrupts what is under way, to go on at the next start. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    clearInterval(this.#watch);
    const executions = [...this.#executions.values()];
    for (const { journal, abort } of executions) {
      journal.suspend();
      abort.abort();
    }
    await Promise.allSettled(executions.map(({ ended }) => ended));
  }

  async #execute(journal: RunJournal, signal: AbortSignal): Promise<Run> {
    const { run } = journal;
    await journal.began();
    try {
      await this.#interpret('run-courier-group', runInput(run), journal, signal);
      await journal.ended('succeeded');
    } catch (cause) {
      await journal.settled();
      if (signal.reason instanceof OutOfTime) await journal.ended('failed', signal.reason);
      else if (signal.aborted) await journal.ended('stopped', new RunStopped('the run was stopped', { cause }));
      else await journal.ended('failed', cause);
      if (!journal.suspended) await releaseLease(this.#options.objects, run.id);
    }
    if (!journal.suspended) await endRunLease(this.#options.objects, run.id);
    return journal.run;
  }

  /** A run ends by the time that its machine may take, counted from when it was asked for. */
  #endInTime({ id, created_at }: Run, abort: AbortController): NodeJS.Timeout | undefined {
    const seconds = this.#options.machines['run-courier-group']?.TimeoutSeconds;
    if (seconds === undefined) return undefined;
    const end = Date.parse(created_at) + seconds * 1000;
    const late = () =>
      abort.abort(new OutOfTime(`run ${id} did not end within ${seconds} seconds, all that a run has`));
    return setTimeout(late, Math.max(0, end - this.#options.clock().getTime())).unref();
  }

  async #interpret(name: string, input: unknown, journal: RunJournal, signal: AbortSignal): Promise<unknown> {
    const definition = this.#options.machines[name];
    if (!definition) throw new InternalError(`no state machine ${name}`);
    const { StateMachine } = await interpreter();
    // The files are validated by a test, with the deploy's placeholders filled; here these stand as they are.
    const machine = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
    // The interpreter goes on with the other items of a Map when one has failed; Step Functions does not.
    let failed: unknown;
    const handlers = tasksOf(definition.States).map(([name, state]) => {
      const handler = async (given: unknown) => {
        if (failed !== undefined) throw failed;
        try {
          return await this.#task(name, state, given, journal, signal);
        } catch (cause) {
          if (isFinal(definition, state, cause)) failed = cause;
          throw cause;
        }
      };
      return [name, handler] as const;
    });
    // A stop that came while the interpreter was loaded: nothing has begun that would hear it.
    signal.throwIfAborted();
    const execution = machine.run(input as never, {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) as never },
      // The interpreter tells a state nothing of itself, and fails where one asks.
      context: { State: { EnteredTime: this.#options.clock().toISOString() } } as never,
    });
    const stop = () => execution.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await execution.result;
    } catch (cause) {
      throw journal.causeOf(cause);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #task(name: string, state: State, input: unknown, journal: RunJournal, signal: AbortSignal): Promise<unknown> {
    const nested = placeholder(state.Parameters?.StateMachineArn);
    if (nested !== undefined) {
      return { Output: await this.#interpret(nested, (input as { Input: unknown }).Input, journal, signal) };
    }
    // Nothing is too much for this machine's own form of the step, which is the next state.
    if (isContainerTask(state)) return {};
    const lambda = placeholder(state.Resource) ?? '';
    const handler = this.#options.handlers[lambda];
    if (!handler) throw new InternalError(`state ${name} names no lambda of ours: ${lambda || 'nothing'}`);
    // Nobody may take the lease while a task of this run is still at work.
    if (lambda === 'fail-run') await journal.settled();
    return journal.task(name, state.Comment ?? name, input, (progress) => {
      // The interpreter gives a task up when its time is over, and doesn't tell it.
      const inTime = AbortSignal.any([signal, AbortSignal.timeout((state.TimeoutSeconds ?? longestTask) * 1000)]);
      setMaxListeners(0, inTime);
      return handler(input, { signal: inTime, progress });
    });
  }
}
