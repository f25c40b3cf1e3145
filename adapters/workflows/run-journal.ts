import { AwaitedFiles, type Run, type RunError, type RunState, type RunTask } from '../../core/contracts/runs.ts';
import { canonicalJson, contentHash } from '../../core/environments/canonical.ts';
import { writeJson } from '../../core/environments/json-objects.ts';
import { Conflict, FilesAwaited, TributaryError } from '../../core/errors.ts';
import type { ObjectStore, Progress } from '../../core/ports.ts';
import { slowRun, toldBy } from '../../core/workflows/run-warnings.ts';
import { saveRun, taskPrefix } from '../../core/workflows/runs.ts';

/** Tasks whose result is no longer true once the run has ended: done again whenever the run goes on. */
export const neverNoted = new Set(['StartRun', 'FinishRun', 'FailRun']);

/** A task that is told to stop, and doesn't for so long, is left to itself. */
const longestStopMs = 60_000;

/** Keeps the record of one run: what each task is doing, and what it gave when it was done. */
export class RunJournal {
  readonly run: Run;
  readonly #objects: ObjectStore;
  readonly #clock: () => Date;
  readonly #changed: (run: Run) => void;
  #saving: Promise<unknown> = Promise.resolve();
  /** The record as it was saved last, but for its tasks. */
  #saved = '';
  /** Tasks of the record: what is done since is noted beside it until the run has ended. */
  #recorded: RunTask[];
  /** The error behind what the interpreter tells of a failed task, which keeps only its name and text. */
  #lastError: unknown;
  #suspended = false;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(run: Run, options: { objects: ObjectStore; clock: () => Date }, changed: (run: Run) => void) {
    this.run = structuredClone(run);
    this.#recorded = [...this.run.tasks];
    this.#objects = options.objects;
    this.#clock = options.clock;
    this.#changed = changed;
  }

  /** True when the process ends and the run is to go on in the next one. */
  get suspended(): boolean {
    return this.#suspended;
  }

  suspend(): void {
    this.#suspended = true;
  }

  async began(): Promise<void> {
    this.run.state = 'in progress';
    this.run.started_at ??= this.#now();
    await this.#save();
  }

  async ended(state: RunState, cause?: unknown): Promise<void> {
    if (this.#suspended) return;
    this.run.state = state;
    this.#waitOver();
    this.run.ended_at = this.#now();
    if (cause !== undefined) this.run.error = asRunError(cause);
    this.#recorded = this.run.tasks;
    await this.warnIfSlow();
    await this.#save();
    for (const { key } of await this.#objects.list(taskPrefix(this.run.id))) await this.#objects.delete(key);
  }

  /** Notes, once, that the run takes longer than its group says. */
  async warnIfSlow(): Promise<void> {
    const warning = slowRun(this.run, this.#now());
    if (warning === undefined) return;
    this.run.warnings.push(warning);
    await this.#save();
  }

  /** The error that a handler threw, for the one that the interpreter made of it. */
  causeOf(interpreted: unknown): unknown {
    return this.#lastError ?? interpreted;
  }

  /** Does a task and notes its result, or answers with what was noted. */
  async task(
    name: string,
    label: string,
    input: unknown,
    work: (progress: Progress) => Promise<unknown>,
  ): Promise<unknown> {
    const id = taskId(name, input);
    const noted = this.run.tasks.find((task) => task.id === id);
    if (noted?.state === 'succeeded' && !neverNoted.has(name)) return noted.output;
    const task =
      noted ??
      this.#add({
        id,
        name,
        label,
        state: 'scheduled',
        attempts: 0,
        created_at: this.#now(),
        waiting_ms: 0,
        working_ms: 0,
      });
    const started = this.#clock();
    Object.assign(task, { state: 'in progress', attempts: task.attempts + 1 });
    task.started_at ??= started.toISOString();
    task.waiting_ms = Date.parse(task.started_at) - Date.parse(task.created_at);
    await this.#save(task);
    try {
      task.output = await this.#tracked(work((done, total) => this.#progress(task, done, total)));
      task.state = 'succeeded';
      delete task.error;
      Object.assign(this.run, toldBy(this.run, name, task.output, this.#now()));
      this.#waitOver();
      return task.output;
    } catch (cause) {
      this.#failed(task, cause);
      throw cause;
    } finally {
      task.ended_at = this.#now();
      task.working_ms += this.#clock().getTime() - started.getTime();
      await this.#save(task);
    }
  }

  /**
   * Resolves when no task is at work, since the interpreter forgets tasks beside one that failed and they still write; or when
   * one that was told to stop has not for a while.
   */
  async settled(): Promise<void> {
    let isLeft = false;
    let timer: NodeJS.Timeout | undefined;
    const left = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestStopMs);
    }).then(() => {
      isLeft = true;
    });
    while (this.#underWay.size > 0 && !isLeft) await Promise.race([Promise.allSettled(this.#underWay), left]);
    clearTimeout(timer);
  }

  async #tracked<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #failed(task: RunTask, cause: unknown): void {
    this.#lastError = cause;
    if (this.#noteWait(cause)) {
      // Not a failure: the machine asks again, and the working time has not begun.
      task.state = 'scheduled';
      delete task.started_at;
      return;
    }
    task.state = 'failed';
    task.error = asRunError(cause);
  }

  /** True of what says only that it is too early, for a run that queues or files that are late. */
  #noteWait(cause: unknown): boolean {
    const wait = waitOf(cause);
    Object.assign(this.run, wait);
    return wait !== undefined;
  }

  #waitOver(): void {
    delete this.run.waits_for;
    delete this.run.awaits;
  }

  #add(task: RunTask): RunTask {
    this.run.tasks.push(task);
    return task;
  }

  #progress(task: RunTask, done: number, total: number | undefined): void {
    task.done = done;
    if (total !== undefined) task.total = total;
    this.#changed(this.run);
  }

  /**
   * Notes a task, and the record where more has changed than its tasks: of a run of years these are thousands, and all of them would
   * be written for each. One write of the record after the other; the last one holds everything.
   */
  async #save(task?: RunTask): Promise<void> {
    this.#changed(this.run);
    if (task) await writeJson(this.#objects, `${taskPrefix(this.run.id)}${task.id}.json`, task);
    const facts = canonicalJson({ ...this.run, tasks: [] });
    if (facts !== this.#saved) {
      this.#saved = facts;
      this.#saving = this.#saving.then(() => saveRun(this.#objects, { ...this.run, tasks: this.#recorded }));
    }
    await this.#saving;
  }

  #now(): string {
    return this.#clock().toISOString();
  }
}

/** Names a task by its state and what it is given: with the same id it has the same result. */
export const taskId = (name: string, input: unknown): string => `${name}-${contentHash(input).slice(0, 12)}`;

/** What a run's record says of an error that says only that it is too early; undefined of any other. */
export function waitOf(cause: unknown): Pick<Run, 'waits_for' | 'awaits'> | undefined {
  if (cause instanceof Conflict && typeof cause.data.behind === 'string') return { waits_for: cause.data.behind };
  if (cause instanceof FilesAwaited) return { awaits: AwaitedFiles.parse(cause.data) };
  return undefined;
}

/** An error as a run's record holds it: ours say who can mend them, any other is a defect of the platform. */
export function asRunError(cause: unknown): RunError {
  if (cause instanceof TributaryError) {
    return { type: cause.name, message: cause.message, attribution: cause.attribution, data: { ...cause.data } };
  }
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  return { type: name, message, attribution: 'platform', data: {} };
}
