import type { Run, RunError } from '../../core/contracts/runs.ts';
import type { TaskFailure } from '../../core/contracts/steps.ts';
import { releaseLease } from '../../core/environments/lease.ts';
import { errorNamed } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { toldBy } from '../../core/workflows/run-warnings.ts';
import { changeRun, endRun, getRun, hasEnded } from '../../core/workflows/runs.ts';
import { failureOf } from '../../core/workflows/task-failure.ts';
import { asRunError } from './run-journal.ts';

/** Brings a run's record up to date after a task that begins or ends it, or that ends a wait. */
export async function noteRunState(
  objects: ObjectStore,
  runId: string,
  task: string,
  { now, output, failure }: { now: string; output: unknown; failure?: TaskFailure | undefined },
): Promise<void> {
  if (task === 'StartRun')
    await changeRun(objects, runId, ({ waits_for, ...run }) => ({
      ...run,
      ...toldBy(run, task, output, now),
      state: 'in progress',
      started_at: run.started_at ?? now,
    }));
  else if (task === 'PullCourier') {
    const run = await getRun(objects, runId);
    if (run.awaits || Object.keys(toldBy(run, task, output, now)).length > 0)
      await changeRun(objects, runId, ({ awaits, ...rest }) => ({ ...rest, ...toldBy(rest, task, output, now) }));
  } else if (task === 'FinishRun') await endRun(objects, runId, { state: 'succeeded', ended_at: now });
  else if (task === 'FailRun') {
    const error = errorOf(await getRun(objects, runId), failure);
    await endRun(objects, runId, { state: 'failed', ended_at: now, error });
  }
}

/** An execution that ended badly, as Step Functions tells of it. */
export interface EndedExecution {
  executionArn: string;
  name: string;
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  error?: string | null | undefined;
  cause?: string | null | undefined;
}

/** Marks the run of an execution that was ended from outside, or whose last task could not: the next run may start. Tells the run. */
export async function noteExecutionEnd(objects: ObjectStore, ended: EndedExecution, now: string): Promise<Run> {
  const [runId = ''] = /^run-\d{8}-\d{6}-[0-9a-f]+/.exec(ended.name) ?? [];
  const run = await getRun(objects, runId);
  if (hasEnded(run) || run.execution !== ended.executionArn) return run;
  const marked = await endRun(objects, runId, { ...endOf(run, ended), ended_at: now });
  await releaseLease(objects, runId);
  return marked;
}

/** How a run ended whose execution ended so. */
export function endOf(run: Run, { status, error, cause }: Pick<EndedExecution, 'status' | 'error' | 'cause'>) {
  if (status === 'SUCCEEDED') return { state: 'succeeded' as const };
  const state = status === 'ABORTED' ? ('stopped' as const) : ('failed' as const);
  return { state, error: errorOf(run, { Error: error ?? status, ...(cause && { Cause: cause }) }) };
}

/** The error of the task that failed last, which holds its facts; else what the state machine caught, such as a time-out. */
function errorOf(run: Run, failure: TaskFailure | undefined): RunError {
  const caught = failure && failureOf(failure);
  const noted = run.tasks.findLast((task) => task.state === 'failed')?.error;
  if (noted && (caught === undefined || caught.type === noted.type)) return noted;
  return asRunError(errorNamed(caught?.type ?? 'States.TaskFailed', caught?.message ?? 'no cause given'));
}
