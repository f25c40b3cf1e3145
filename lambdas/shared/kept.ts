import type { Kept } from '../../core/workflows/keep-schedule.ts';
import { log } from './log.ts';
import { metricLine } from './metrics.ts';

/** Says in the log, and to the alarms, what came of a look at a schedule. */
export function tellKept(place: { workgroup: string; clock(): Date }, kept: Kept): Kept {
  const slots = kept.missed.reduce((sum, missed) => sum + missed.slots, 0);
  if (slots > 0) console.log(metricLine(place.workgroup, { MissedSlots: slots }, place.clock()));
  if (slots > 0 || kept.started) log.info('schedule', { ...kept });
  return kept;
}
