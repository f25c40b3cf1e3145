import type { Run } from '../contracts/runs.ts';
import { dropProposals, publishedAt } from '../environments/catalog.ts';
import { Conflict } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';

/** A run that failed or was stopped, as it goes on: with the tasks whose results still hold. */
export async function toRetry(objects: ObjectStore, run: Run): Promise<Run> {
  if (!['failed', 'stopped'].includes(run.state)) {
    throw new Conflict(`run ${run.id} is ${run.state}: only a run that failed or was stopped can be retried`);
  }
  const since = ((await publishedAt(objects)) ?? '') > (run.ended_at ?? '');
  // What others published since is newer than this one's results: then every task is done anew, and finds little to do.
  if (since) await dropProposals(objects, run.id);
  const tasks = since ? [] : run.tasks.filter((task) => task.state === 'succeeded');
  const { ended_at, error, warn_at, ...rest } = run;
  const warnings = since ? [] : run.warnings.filter(({ type }) => type !== 'SlowRun');
  return { ...rest, state: 'scheduled', warnings, tasks };
}
