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

/** Runs that fit, newest first, up to `limit`, and whether there are more. Reads no more records than it must. */
export async function findRuns(
  objects: ObjectStore,
  filter: RunFilter,
  limit: number,
): Promise<{ runs: Run[]; more: boolean }> {
  const runs: Run[] = [];
  // Ids, and so keys, are in the order of their making.
  const keys = (await objects.list('runs/')).map((object) => object.key).reverse();
  for (const key of keys) {
    const id = key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
    if (filter.before !== undefined && id >= filter.before) continue;
    const run = (await readJson(objects, key, Run))?.value;
    if (!run) continue;
    if (filter.createdFrom !== undefined && run.created_at < filter.createdFrom) break;
    if (filter.createdTo !== undefined && run.created_at >= filter.createdTo) continue;
    if (filter.state !== undefined && run.state !== filter.state) continue;
    if (filter.courierGroup !== undefined && run.name !== filter.courierGroup) continue;
    if (filter.pulling && (run.request.people_only || run.request.retrain)) continue;
    if (runs.length === limit) return { runs, more: true };
    runs.push(run);
  }
  return { runs, more: false };
}
