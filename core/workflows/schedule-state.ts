import { type Pause, ScheduleState } from '../contracts/schedules.ts';
import { canonicalJson } from '../environments/canonical.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import { readJson } from '../environments/json-objects.ts';
import { Conflict } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { latestRun } from './runs-of-group.ts';

const keyOf = (courierGroup: string): string => `schedules/${courierGroup.slice(courierGroup.indexOf('/') + 1)}.json`;

/** What is known of a group's schedule beside its document; undefined before it first came to anything. */
export const scheduleState = async (objects: ObjectStore, courierGroup: string): Promise<ScheduleState | undefined> =>
  (await readJson(objects, keyOf(courierGroup), ScheduleState))?.value;

/**
 * Changes what is known of a group's schedule, whoever else does so meanwhile; `change` may be asked again, and what it gives
 * beside the state is told. The same state is not written.
 */
export async function changeScheduleState<T>(
  objects: ObjectStore,
  courierGroup: string,
  change: (state: ScheduleState | undefined) => Promise<{ state: ScheduleState; told: T }>,
): Promise<T> {
  const key = keyOf(courierGroup);
  for (let attempt = 0; ; attempt++) {
    const found = await readJson(objects, key, ScheduleState);
    const { state, told } = await change(found?.value);
    const text = canonicalJson(state);
    if (found && text === canonicalJson(found.value)) return told;
    try {
      await objects.put(key, text, found ? { ifMatch: found.etag } : { ifNoneMatch: '*' });
      return told;
    } catch (cause) {
      if (!(cause instanceof Conflict) || attempt >= 10) throw cause;
    }
  }
}

/** The pause that holds at an instant. */
export const pauseAt = (state: ScheduleState | undefined, now: Date): Pause | undefined =>
  state?.paused && (state.paused.until === undefined || state.paused.until > now.toISOString())
    ? state.paused
    : undefined;

/** The schedule that the document of a courier group says. */
export interface DocumentSchedule {
  id: string;
  schedule: string;
  time_zone: string;
}

/**
 * The state as of a document: begun anew where there is none, or where the document has another schedule by now. Slots count from
 * when the document became what it is, from the last run that looked for the group's files, or from the end of a pause.
 */
export async function stateUnder(
  { id, schedule, time_zone }: DocumentSchedule,
  found: ScheduleState | undefined,
  objects: ObjectStore,
): Promise<ScheduleState> {
  const isSame = found?.cron === schedule && found.time_zone === time_zone;
  const since = isSame ? found.decided_to : await firstLook(objects, id);
  const resumed = found?.paused?.until ?? '';
  return {
    ...(found ?? { owed: [], missed: [] }),
    cron: schedule,
    time_zone,
    decided_to: resumed > since ? resumed : since,
  };
}

async function firstLook(objects: ObjectStore, id: string): Promise<string> {
  const since = await scheduledSince(new ConfigurationStore(objects), id);
  const latest = (await latestRun(objects, id))?.created.toISOString();
  return latest !== undefined && latest > since ? latest : since;
}

/** When the document of a courier group became what it is. */
async function scheduledSince(store: ConfigurationStore, id: string): Promise<string> {
  const head = await store.head();
  if (!head) return new Date(0).toISOString();
  let since = head;
  for (let [parent] = head.parents; parent !== undefined; [parent] = since.parents) {
    const before = await store.version(parent);
    if (before.objects[id] !== head.objects[id]) break;
    since = before;
  }
  return since.at;
}
