import { Run, type RunState } from '../contracts/runs.ts';
import { readJson } from '../environments/json-objects.ts';
import type { ObjectStore } from '../ports.ts';

export interface RunFilter {
  state?: RunState;
  /** Id of a courier group. */
  courierGroup?: string;
  /** Only those that look for files. */
  pulling?: true;
  /** Instants in ISO 8601 UTC with milliseconds; `from` inclusive, `to` exclusive. */
  createdFrom?: string;
  createdTo?: string;
  /** Runs older than the one of this id. */
  before?: string;
}

/** Runs that fit, newest first, up to `limit`, and whether there are more. */
export async function findRuns(
  objects: ObjectStore,
  filter: RunFilter,
  limit: number,
): Promise<{ runs: Run[]; more: boolean }> {
  const runs: Run[] = [];
  for await (const run of runsFrom(objects, filter)) {
    if (runs.length === limit) return { runs, more: true };
    runs.push(run);
  }
  return { runs, more: false };
}

/** Runs that fit, newest first. Reads no more records than it must, as far as they are asked for. */
export async function* runsFrom(objects: ObjectStore, filter: RunFilter): AsyncGenerator<Run> {
  for await (const key of newestKeys(objects)) {
    const id = key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
    if (filter.before !== undefined && id >= filter.before) continue;
    const run = (await readJson(objects, key, Run))?.value;
    if (!run) continue;
    if (filter.createdFrom !== undefined && run.created_at < filter.createdFrom) return;
    if (filter.createdTo !== undefined && run.created_at >= filter.createdTo) continue;
    if (filter.state !== undefined && run.state !== filter.state) continue;
    if (filter.courierGroup !== undefined && run.name !== filter.courierGroup) continue;
    if (filter.pulling && (run.request.people_only || run.request.retrain)) continue;
    yield run;
  }
}

/** Ids, and so keys, are in the order of their making. There are years of days: one is listed when it is come to. */
async function* newestKeys(objects: ObjectStore): AsyncGenerator<string> {
  for (const day of (await objects.folders('runs/')).reverse())
    for (const { key } of (await objects.list(`runs/${day}/`)).reverse()) yield key;
}
