import { RunRequest } from '../contracts/runs.ts';
import type { MissedSlots, ScheduleState } from '../contracts/schedules.ts';
import type { CourierGroup } from '../contracts/sources.ts';
import { Configuration } from '../environments/configuration.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import type { ObjectStore } from '../ports.ts';
import { type LaunchPlace, launchAt, newRun } from './launch.ts';
import { decideSlots } from './missed-slots.ts';
import { newRunId, runKey } from './runs.ts';
import { latestRun, runningRun } from './runs-of-group.ts';
import { changeScheduleState, pauseAt, stateUnder } from './schedule-state.ts';
import { startsByItself } from './schedules.ts';
import { slotsBetween } from './slots.ts';

/** What came of a look at a schedule: the run that was started, and slots that were found missed. */
export interface Kept {
  courierGroup: string;
  started?: { run: string; slot: string };
  missed: MissedSlots[];
}

type Claim = NonNullable<ScheduleState['started']>;
type Decision = { state: ScheduleState; told: { missed: MissedSlots[]; claim?: Claim | undefined } };
type Scheduled = CourierGroup & { schedule: string };

/** Who said which run it starts may have died before the run was stored: another starts it after this long. */
const CLAIM_MS = 5 * 60_000;

/** Looks at every schedule of an environment. */
export async function keepSchedules(place: LaunchPlace): Promise<Kept[]> {
  const configuration = await configurationOf(place);
  const groups = configuration?.all('courier-group').filter(isScheduled) ?? [];
  const kept: Kept[] = [];
  for (const group of groups) kept.push(await keep(place, group, configuration as Configuration));
  return kept;
}

/**
 * Looks at a courier group's schedule: decides on the slots that have come, and starts the run that is due, if none of the group
 * is under way. It is called at each slot, when a run of the group has ended and now and then between; nothing hangs on who
 * calls it, how often or how late, since what it decided is kept, by compare-and-swap, before anything is started.
 */
export async function keepSchedule(place: LaunchPlace, courierGroup: string): Promise<Kept> {
  const configuration = await configurationOf(place);
  const group = configuration?.find('courier-group', courierGroup);
  if (!configuration || !group || !isScheduled(group)) return { courierGroup, missed: [] };
  return keep(place, group, configuration);
}

async function keep(place: LaunchPlace, group: Scheduled, configuration: Configuration): Promise<Kept> {
  const { missed, claim } = await changeScheduleState(place.objects, group.id, (found) => decide(place, group, found));
  if (!claim) return { courierGroup: group.id, missed };
  const { run, slot, at } = claim;
  const launch = launchAt(place, wholeRun(group.id), 'schedule', new Date(at));
  await place.workflows.start(newRun(configuration, wholeRun(group.id), { ...launch, scheduledFor: slot }));
  return { courierGroup: group.id, started: { run, slot }, missed };
}

/** What is to be known of a schedule from now on, and told: slots that were missed, and the run to start now. */
async function decide(place: LaunchPlace, group: Scheduled, found: ScheduleState | undefined): Promise<Decision> {
  const { objects } = place;
  const now = place.clock();
  const state = await stateUnder(group, found, objects);
  const unstored = await unstoredRun(objects, state);
  const isBeingStarted = unstored !== undefined && Date.parse(unstored.at) > now.getTime() - CLAIM_MS;
  if (isBeingStarted || pauseAt(state, now)) return { state, told: { missed: [] } };
  const running = await runningRun(objects, group.id);
  const due = slotsBetween({ cron: group.schedule, timeZone: group.time_zone }, new Date(state.decided_to), now);
  const latest = due.length > 0 && !running ? await latestRun(objects, group.id) : undefined;
  const decided = decideSlots(state, { now, rule: group.missed_slots, due, running, latest });
  if (running) return { state: decided.state, told: { missed: decided.missed } };
  const next = unstored ? { state: decided.state, claim: unstored } : claimNext(place, group.id, decided.state, now);
  return { state: next.state, told: { missed: decided.missed, claim: next.claim } };
}

/** Says which run is started next, before it is. */
function claimNext(place: LaunchPlace, courierGroup: string, state: ScheduleState, now: Date) {
  const [slot, ...owed] = state.owed;
  if (slot === undefined) return { state, claim: undefined };
  const { entropy } = launchAt(place, wholeRun(courierGroup), 'schedule', now);
  const claim: Claim = { slot, run: newRunId(now, entropy), at: now.toISOString() };
  return { state: { ...state, owed, started: claim }, claim };
}

/** A run that was said to be started, and of which there is no record. */
async function unstoredRun(objects: ObjectStore, { started }: ScheduleState): Promise<Claim | undefined> {
  return started && !(await objects.get(runKey(started.run))) ? started : undefined;
}

async function configurationOf({ environment, objects }: LaunchPlace): Promise<Configuration | undefined> {
  const store = new ConfigurationStore(objects);
  const head = startsByItself(environment) ? await store.head() : undefined;
  return head && new Configuration(head.id, await store.documents(head));
}

const wholeRun = (courierGroup: string): RunRequest => RunRequest.parse({ courier_group: courierGroup });
const isScheduled = (group: CourierGroup): group is Scheduled => group.schedule !== undefined;
