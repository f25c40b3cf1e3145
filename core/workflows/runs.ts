import { Run } from '../contracts/runs.ts';
import { readAllJson, readJson, writeJson } from '../environments/json-objects.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';

/** A run's id says the day that it was made on, and so where its record is. */
export const runKey = (id: string): string =>
  `runs/${id.slice(4, 8)}-${id.slice(8, 10)}-${id.slice(10, 12)}/${id}.json`;

/** Ids such as `run-20261123-101530-07b4f2a`, with the milliseconds as three hex digits: in the order of their making. */
export function newRunId(now: Date, entropy: string): string {
  const [day, time] = now.toISOString().split(/[T.]/);
  const milliseconds = now.getUTCMilliseconds().toString(16).padStart(3, '0');
  return `run-${day?.replaceAll('-', '')}-${time?.replaceAll(':', '')}-${milliseconds}${entropy}`;
}

export const saveRun = (objects: ObjectStore, run: Run): Promise<string> => writeJson(objects, runKey(run.id), run);

export async function getRun(objects: ObjectStore, id: string): Promise<Run> {
  const found = /^run-\d{8}-\d{6}-[0-9a-f]+$/.test(id) ? await readJson(objects, runKey(id), Run) : undefined;
  if (!found) throw new NotFound(`no run ${JSON.stringify(id)}: see the list of runs`);
  return found.value;
}

/** Newest first. */
export async function listRuns(objects: ObjectStore): Promise<Run[]> {
  return (await readAllJson(objects, 'runs/', Run)).reverse();
}

/** True of a run that will not go on by itself. */
export const hasEnded = (run: Run): boolean => ['stopped', 'succeeded', 'failed'].includes(run.state);
