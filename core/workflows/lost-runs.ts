import { Run, type RunError, type RunState } from '../contracts/runs.ts';
import { readJson } from '../environments/json-objects.ts';
import { releaseLease, renewLease } from '../environments/lease.ts';
import { endRunLease, holdRunLease, isLeaseOver, runsWithLease } from '../environments/run-leases.ts';
import type { ObjectStore } from '../ports.ts';
import { endRun, hasEnded, runKey } from './runs.ts';

/**
 * What who does the runs knows of one whose record says that it waits or is under way: it goes on, it has ended so, it is gone,
 * or nothing, as of one that another process does or did.
 */
export type Standing = 'goes on' | 'gone' | 'unknown' | { state: RunState; error?: RunError };

/**
 * Renews the leases of the runs of an environment that go on, and ends the others: as they have ended, and as lost when they are
 * gone or their lease is over. Tells those that it ended.
 */
export async function endLostRuns(
  { objects, clock }: { objects: ObjectStore; clock(): Date },
  standingOf: (run: Run) => Promise<Standing>,
): Promise<Run[]> {
  const ended: Run[] = [];
  for (const id of await runsWithLease(objects)) {
    const run = (await readJson(objects, runKey(id), Run))?.value;
    const now = clock();
    const isOver = await isLeaseOver(objects, id, now);
    // Without a record yet, it is being started, unless who did so died.
    if (run ? hasEnded(run) : isOver) await endRunLease(objects, id);
    if (!run || hasEnded(run)) continue;
    const standing = await standingOf(run);
    if (standing === 'goes on') {
      await holdRunLease(objects, id, now);
      await renewLease(objects, id, now);
    } else if (standing !== 'unknown' || isOver) {
      const end = typeof standing === 'object' ? standing : { state: 'failed' as const, error: lost(run) };
      ended.push(await endRun(objects, id, { ...end, ended_at: now.toISOString() }));
      await releaseLease(objects, id);
    }
  }
  return ended;
}

const lost = ({ id, state, execution }: Run): RunError => ({
  type: 'RunLost',
  message: `the record of the run says that it is ${state}, and nothing does it any more: ${execution ? 'its execution is gone' : 'its process died, and none went on with it in time'}; \`tributary runs retry ${id}\` goes on from the task that was under way`,
  attribution: 'platform',
  data: {},
});
