import { RunRequest } from '../contracts/runs.ts';
import { type LaunchPlace, launchRun } from './launch.ts';
import { runsNotEnded } from './runs.ts';
import { isWhole } from './runs-of-group.ts';

/** What came of a courier group's start by files that arrived: the run that it is, or why there is none. */
export type SelfStart = { run: string } | { left: string };

/**
 * Starts a run of everything that a courier group has, unless one waits for its turn: that has yet to look for files, and so
 * does all that this one would. Starts that come faster than runs end don't pile up.
 */
export async function startByItself(place: LaunchPlace, courierGroup: string): Promise<SelfStart> {
  const waiting = await waitingRun(place, courierGroup);
  if (waiting !== undefined) return { left: `${waiting} waits for its turn, and takes all that there is` };
  return { run: (await launchRun(place, RunRequest.parse({ courier_group: courierGroup }), 'arrival')).id };
}

async function waitingRun({ objects }: LaunchPlace, courierGroup: string): Promise<string | undefined> {
  const waiting = (await runsNotEnded(objects)).filter(
    ({ name, state }) => name === courierGroup && state === 'scheduled',
  );
  return waiting.find(({ request }) => isWhole(request))?.id;
}
