import { keepSchedules } from '../../core/workflows/keep-schedule.ts';
import { tellKept } from '../shared/kept.ts';
import { log } from '../shared/log.ts';
import { placeOfStep } from '../shared/place.ts';
import { openStarts } from '../shared/starts.ts';

/**
 * Renews the leases of runs that go on and ends those that are lost, since who should have said so may be lost too; and looks at each
 * schedule, for slots in an hour that a clock jumps over, and for a start that went wrong.
 */
export async function handler(): Promise<void> {
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  for (const { id, state } of await place.workflows.endLost()) log.warn('a run was lost', { run_id: id, state });
  for (const kept of await keepSchedules(place)) tellKept(place, kept);
}
