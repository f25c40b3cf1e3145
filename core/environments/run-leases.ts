import { z } from 'zod';
import type { ObjectStore } from '../ports.ts';
import { readJson, writeJson } from './json-objects.ts';

const prefix = 'leases/runs/';
const keyOf = (runId: string): string => `${prefix}${runId}.json`;

/** Whoever does a run renews its lease long before. */
const lifetimeMs = 24 * 3_600_000;

/** Until when a run is believed to go on, unless its lease is renewed. */
const RunLease = z.object({ until: z.string() });

/** Holds that a run goes on: noted before its record is, and until after its record says how it ended. */
export const holdRunLease = (objects: ObjectStore, runId: string, now: Date): Promise<string> =>
  writeJson(objects, keyOf(runId), { until: new Date(now.getTime() + lifetimeMs).toISOString() });

export const endRunLease = (objects: ObjectStore, runId: string): Promise<void> => objects.delete(keyOf(runId));

/** Ids of the runs that wait or are under way, oldest first. */
export async function runsWithLease(objects: ObjectStore): Promise<string[]> {
  return (await objects.list(prefix)).map(({ key }) => key.slice(prefix.length, -'.json'.length));
}

/** Whether nobody has renewed the lease of a run in time. */
export async function isLeaseOver(objects: ObjectStore, runId: string, now: Date): Promise<boolean> {
  const lease = await readJson(objects, keyOf(runId), RunLease);
  return lease !== undefined && lease.value.until <= now.toISOString();
}
