import type { ScheduleView } from '../contracts/schedules.ts';
import type { CourierGroup } from '../contracts/sources.ts';
import { headConfiguration } from '../environments/load-configuration.ts';
import { Conflict, InvalidInput, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { changeScheduleState, pauseAt, scheduleState, stateUnder } from './schedule-state.ts';
import { followSchedules, type ScheduledPlace, startsByItself } from './schedules.ts';
import { slotsAfter } from './slots.ts';

type Place = Omit<ScheduledPlace, 'schedules'>;
type Scheduled = CourierGroup & { schedule: string };

/** The schedules of an environment's courier groups, each with its next `count` runs. */
export async function showSchedules(place: Place, count: number): Promise<ScheduleView[]> {
  const groups = (await headConfiguration(place.objects)).all('courier-group');
  const scheduled = groups.filter((group): group is Scheduled => group.schedule !== undefined);
  return Promise.all(scheduled.map((group) => viewOf(place, group, count)));
}

/** One of them. `NotFound` for a group that is not there, or that no schedule starts. */
export const showSchedule = async (place: Place, courierGroup: string, count: number): Promise<ScheduleView> =>
  viewOf(place, await scheduledGroup(place.objects, courierGroup), count);

/** Starts no run of a group by its schedule from now on, until it is resumed or until an instant. What is owed stays so. */
export async function pauseSchedule(
  place: ScheduledPlace,
  courierGroup: string,
  { by, until }: { by: string; until?: string | undefined },
): Promise<void> {
  const group = await scheduledGroup(place.objects, courierGroup);
  const at = place.clock().toISOString();
  if (until !== undefined && until <= at)
    throw new InvalidInput(`until is ${until}, and it is ${at} now: expected an instant to come, or none`);
  await changeScheduleState(place.objects, courierGroup, async (found) => {
    const state = await stateUnder(group, found, place.objects);
    return { state: { ...state, paused: { by, at, ...(until !== undefined && { until }) } }, told: undefined };
  });
  await followSchedules(place);
}

/** Lets a paused schedule start runs again, at slots that come from now on. `Conflict` when it is not paused. */
export async function resumeSchedule(place: ScheduledPlace, courierGroup: string): Promise<void> {
  const group = await scheduledGroup(place.objects, courierGroup);
  const now = place.clock();
  await changeScheduleState(place.objects, courierGroup, async (found) => {
    if (!pauseAt(found, now)) throw new Conflict(`the schedule of ${courierGroup} is not paused`);
    const { paused, ...state } = await stateUnder(group, found, place.objects);
    return { state: { ...state, decided_to: now.toISOString() }, told: undefined };
  });
  await followSchedules(place);
}

async function scheduledGroup(objects: ObjectStore, courierGroup: string): Promise<Scheduled> {
  const group = (await headConfiguration(objects)).get('courier-group', courierGroup);
  const { schedule } = group;
  if (schedule === undefined)
    throw new NotFound(`${courierGroup} has no schedule: give its document one, such as schedule: "0 5 * * *"`);
  return { ...group, schedule };
}

async function viewOf(place: Place, group: Scheduled, count: number): Promise<ScheduleView> {
  const now = place.clock();
  const state = await scheduleState(place.objects, group.id);
  const paused = pauseAt(state, now);
  const isOpen = paused !== undefined && paused.until === undefined;
  const startsRuns = startsByItself(place.environment) && !isOpen;
  return {
    courier_group: group.id,
    schedule: group.schedule,
    time_zone: group.time_zone,
    missed_slots: group.missed_slots,
    active: startsByItself(place.environment) && paused === undefined,
    ...(paused && { paused }),
    next: startsRuns ? nextOf(group, paused?.until === undefined ? now : new Date(paused.until), count) : [],
    owed: state?.owed ?? [],
    ...(state?.started && { last: { slot: state.started.slot, run: state.started.run } }),
    missed: state?.missed ?? [],
  };
}

function nextOf({ schedule, time_zone }: Scheduled, after: Date, count: number): string[] {
  const next: string[] = [];
  for (const slot of slotsAfter({ cron: schedule, timeZone: time_zone }, after)) {
    if (next.push(slot.toISOString()) >= count) break;
  }
  return next;
}
