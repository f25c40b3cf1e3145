import { Cron } from 'croner';
import type { ConfigurationVersion } from '../contracts/configuration.ts';
import { Configuration } from '../environments/configuration.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import type { GroupSchedule, ObjectStore } from '../ports.ts';
import { findRuns } from './find-runs.ts';
import { schedulesOf } from './schedules.ts';

/** A courier group, and the first time that it should have started at and did not. */
export interface MissedSchedule {
  courierGroup: string;
  due: Date;
}

/**
 * Courier groups that were due since they were last run, and since they are scheduled as they are: one run, whoever asks for
 * it, makes up for every time that was missed before it, since it takes all that is not loaded yet.
 */
export async function missedSchedules(objects: ObjectStore, now: Date): Promise<MissedSchedule[]> {
  const store = new ConfigurationStore(objects);
  const head = await store.head();
  if (!head) return [];
  const missed: MissedSchedule[] = [];
  for (const schedule of schedulesOf(new Configuration(head.id, await store.documents(head)))) {
    const { courierGroup } = schedule;
    const { runs } = await findRuns(objects, { courierGroup, pulling: true }, 1);
    const after = [await scheduledSince(store, head, courierGroup), ...runs.map((run) => run.created_at)].sort().at(-1);
    const due = nextAfter(schedule, after);
    if (due && due <= now) missed.push({ courierGroup, due });
  }
  return missed;
}

const nextAfter = ({ cron, timeZone }: GroupSchedule, after: string | undefined): Date | null =>
  new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(after ?? 0));

/** When the document of a courier group became what it is. */
async function scheduledSince(store: ConfigurationStore, head: ConfigurationVersion, id: string): Promise<string> {
  let since = head;
  for (let [parent] = head.parents; parent !== undefined; [parent] = since.parents) {
    const before = await store.version(parent);
    if (before.objects[id] !== head.objects[id]) break;
    since = before;
  }
  return since.at;
}
