import { type RunTask, RunTask as Task } from '../../core/contracts/runs.ts';
import { HandedOver } from '../../core/contracts/steps.ts';
import { readJson, writeJson } from '../../core/environments/json-objects.ts';
import { errorNamed, StatementAwaited } from '../../core/errors.ts';
import type { ObjectStore, Progress } from '../../core/ports.ts';
import { changeRun, taskPrefix } from '../../core/workflows/runs.ts';
import { asRunError, neverNoted, taskId, waitOf } from './run-journal.ts';

/** A task as its state machine knows it. */
export interface TaskOfRun {
  runId: string;
  /** Name of its state. */
  name: string;
  label: string;
  /** When its state was entered, ISO 8601 UTC. */
  enteredAt: string;
  /** Whether an earlier call of the same attempt has begun it. */
  goesOn?: boolean;
  /** The form that does it, where that is not the usual one. */
  form?: RunTask['form'];
}

/**
 * Does a task in a process of its own and notes it beside the run's record. A task that is noted as done answers with
 * what it gave: a run that failed goes on from where it was. So does one that another form has done for it, or failed at.
 */
export async function notedTask<T>(
  { objects, clock }: { objects: ObjectStore; clock: () => Date },
  { runId, name, label, enteredAt, goesOn = false, form }: TaskOfRun,
  input: unknown,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const id = taskId(name, input);
  const key = `${taskPrefix(runId)}${id}.json`;
  const noted = (await readJson(objects, key, Task))?.value;
  if (noted?.state === 'succeeded' && !neverNoted.has(name)) return noted.output as T;
  if (form === undefined && noted?.form && noted.state === 'failed' && noted.error)
    throw errorNamed(noted.error.type, noted.error.message, noted.error.data);
  const started = clock();
  const task: RunTask = {
    ...(noted ?? { id, name, label, created_at: enteredAt, working_ms: 0, attempts: 0 }),
    ...(form && { form }),
    state: 'in progress',
    started_at: noted?.started_at ?? started.toISOString(),
    waiting_ms: 0,
    attempts: (noted?.attempts ?? 0) + (goesOn ? 0 : 1),
  };
  task.waiting_ms = Math.max(0, Date.parse(task.started_at ?? '') - Date.parse(task.created_at));
  const save = (change: Partial<RunTask>) => writeJson(objects, key, Object.assign(task, change));
  const ended = () => ({
    ended_at: clock().toISOString(),
    working_ms: task.working_ms + clock().getTime() - started.getTime(),
  });
  await save({});
  const { progress, noted: isNoted } = slowProgress({ began: started.getTime(), clock, save });
  try {
    const output = await work(progress).finally(isNoted);
    delete task.error;
    // What is handed over is not done: who takes it notes that.
    if (HandedOver.safeParse(output).success) await save({ state: 'scheduled', ...ended() });
    else await save({ state: 'succeeded', output, ...ended() });
    return output;
  } catch (cause) {
    if (cause instanceof StatementAwaited) {
      await save({ working_ms: ended().working_ms });
      throw cause;
    }
    const wait = waitOf(cause);
    if (wait) await changeRun(objects, runId, (run) => ({ ...run, ...wait }));
    await save({ ...(wait ? { state: 'scheduled' } : { state: 'failed', error: asRunError(cause) }), ...ended() });
    throw cause;
  }
}

/** How often it is noted how far a task is: each time is a write. */
const PROGRESS_MS = 10_000;

/** Notes how far a task is, now and then; `noted` resolves when nothing of that is being written any more. */
function slowProgress({
  began,
  clock,
  save,
}: {
  began: number;
  clock: () => Date;
  save: (change: Partial<RunTask>) => Promise<unknown>;
}): { progress: Progress; noted: () => Promise<unknown> } {
  let last = began;
  let saving: Promise<unknown> = Promise.resolve();
  const progress: Progress = (done, total) => {
    const now = clock().getTime();
    if (now - last < PROGRESS_MS) return;
    last = now;
    // One that is lost is made up for by the next.
    saving = saving.then(() => save({ done, ...(total !== undefined && { total }) })).catch(() => undefined);
  };
  return { progress, noted: () => saving };
}
