import type { Run } from '../../core/contracts/runs.ts';
import { log } from './log.ts';
import { metricLine } from './metrics.ts';

/** Says in the log, and to the alarms, that a run takes, or took, longer than its group says. */
export function tellSlow(place: { workgroup: string; clock(): Date }, { id, name, warnings }: Run): void {
  console.log(metricLine(place.workgroup, { SlowRuns: 1 }, place.clock()));
  log.warn(warnings.findLast(({ type }) => type === 'SlowRun')?.message ?? '', { run_id: id, courier_group: name });
}
