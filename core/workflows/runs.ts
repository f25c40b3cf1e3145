import { Run, type RunError, type RunState, RunTask } from '../contracts/runs.ts';
import { canonicalJson } from '../environments/canonical.ts';
import { readAllJson, readJson, readJsons, writeJson } from '../environments/json-objects.ts';
import { endRunLease, runsWithLease } from '../environments/run-leases.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';

/** A run's id says the day that it was made on, and so where its record is. */
export const runKey = (id: string): string =>
  `runs/${id.slice(4, 8)}-${id.slice(8, 10)}-${id.slice(10, 12)}/${id}.json`;

export const isRunId = (text: string): boolean => /^run-\d{8}-\d{6}-[0-9a-f]+$/.test(text);

/** Ids such as `run-20261123-101530-07b4f2a`, with the milliseconds as three hex digits: in the order of their making. */
export function newRunId(now: Date, entropy: string): string {
  const [day, time] = now.toISOString().split(/[T.]/);
  const milliseconds = now.getUTCMilliseconds().toString(16).padStart(3, '0');
  return `run-${day?.replaceAll('-', '')}-${time?.replaceAll(':', '')}-${milliseconds}${entropy}`;
}

export const saveRun = (objects: ObjectStore, run: Run): Promise<string> => writeJson(objects, runKey(run.id), run);

/**
 * Where a task is noted while its run is under way, and in a home where many processes do those of one run for good: they would fight
 * over the record.
 */
export const taskPrefix = (runId: string): string => `run-tasks/${runId}/`;

export async function getRun(objects: ObjectStore, id: string): Promise<Run> {
  const found = isRunId(id) ? await readJson(objects, runKey(id), Run) : undefined;
  if (!found) throw new NotFound(`no run ${JSON.stringify(id)}: see the list of runs`);
  const apart = await readAllJson(objects, taskPrefix(id), RunTask);
  if (apart.length === 0) return found.value;
  const began = (task: RunTask) => `${task.created_at} ${task.started_at}`;
  const ids = new Set(apart.map((task) => task.id));
  const others = found.value.tasks.filter((task) => !ids.has(task.id));
  const tasks = [...others, ...apart].sort((a, b) => (began(a) < began(b) ? -1 : 1));
  return { ...found.value, tasks: tasks.map((task) => endedWith(found.value, task)) };
}

/** A task whose process was lost has told nothing of its end: it has ended as its run did. */
function endedWith(run: Run, task: RunTask): RunTask {
  if (!hasEnded(run) || task.state !== 'in progress') return task;
  const { state, ended_at, error } = run;
  return { ...task, state, ...(ended_at && { ended_at }), ...(error && { error }) };
}

/** Changes a run's record, whoever else does so meanwhile. */
export async function changeRun(objects: ObjectStore, id: string, change: (run: Run) => Run): Promise<Run> {
  for (let attempt = 0; ; attempt++) {
    const found = await readJson(objects, runKey(id), Run);
    if (!found) throw new NotFound(`no run ${JSON.stringify(id)}: see the list of runs`);
    const run = change(found.value);
    try {
      await objects.put(runKey(id), canonicalJson(run), { ifMatch: found.etag });
      return run;
    } catch (cause) {
      if (!(cause instanceof Conflict) || attempt >= 10) throw cause;
    }
  }
}

/** Notes that a run has ended, and how: it waits for nothing any more, and nor do its tasks. */
export async function endRun(
  objects: ObjectStore,
  id: string,
  end: { state: RunState; ended_at: string; error?: RunError },
): Promise<Run> {
  const ended = await changeRun(objects, id, ({ waits_for, awaits, ...run }) => {
    const over = { ...run, ...end };
    return { ...over, tasks: over.tasks.map((task) => endedWith(over, task)) };
  });
  await endRunLease(objects, id);
  return ended;
}

/** What the state machine of a run is given. */
export const runInput = ({ id, as_of, configuration_version, request }: Run) => ({
  run_id: id,
  as_of,
  configuration_version,
  request,
});

/** Those that wait or are under way, oldest first. */
export async function runsNotEnded(objects: ObjectStore): Promise<Run[]> {
  const runs = await readJsons(objects, (await runsWithLease(objects)).map(runKey), Run);
  return runs.filter((run) => !hasEnded(run));
}

/** True of a run that will not go on by itself. */
export const hasEnded = (run: Run): boolean => ['stopped', 'succeeded', 'failed'].includes(run.state);
