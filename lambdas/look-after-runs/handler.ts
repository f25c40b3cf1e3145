import { keepSchedules } from '../../core/workflows/keep-schedule.ts';
import { warnOfSlowRuns } from '../../core/workflows/run-warnings.ts';
import { tellKept } from '../shared/kept.ts';
import { log } from '../shared/log.ts';
import { placeOfStep } from '../shared/place.ts';
import { tellSlow } from '../shared/slow.ts';
import { openStarts } from '../shared/starts.ts';

/**
 * Renews the leases of runs that go on and ends those that are lost, since who should have said so may be lost too; warns of
 * those that take too long; and looks at each schedule, for slots in an hour that a clock jumps over, and for a start that went wrong.
 */
export async function handler(): Promise<void> {
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  for (const { id, state } of await place.workflows.endLost()) log.warn('a run was lost', { run_id: id, state });
  for (const run of await warnOfSlowRuns(place)) tellSlow(place, run);
  for (const kept of await keepSchedules(place)) tellKept(place, kept);
}
