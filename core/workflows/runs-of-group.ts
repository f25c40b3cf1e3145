import type { Run, RunRequest } from '../contracts/runs.ts';
import type { ObjectStore } from '../ports.ts';
import { runsFrom } from './find-runs.ts';
import type { RunOfGroup } from './missed-slots.ts';
import { hasEnded, runsNotEnded } from './runs.ts';

/** The oldest run of a courier group that looks for files and has not ended. */
export async function runningRun(objects: ObjectStore, courierGroup: string): Promise<RunOfGroup | undefined> {
  const run = (await runsNotEnded(objects)).find(
    ({ name, request }) => name === courierGroup && !request.people_only && !request.retrain,
  );
  return run && ofGroup(run);
}

/** The run of a courier group that was asked for last, of those that look for files. */
export async function latestRun(objects: ObjectStore, courierGroup: string): Promise<RunOfGroup | undefined> {
  for await (const run of runsFrom(objects, { courierGroup, pulling: true })) return ofGroup(run);
  return undefined;
}

/** Whether a run takes all files that there are, as one does that a schedule starts. */
export const isWhole = ({ range_from, run_type, ingest_only, people_only, retrain }: RunRequest): boolean =>
  range_from === undefined && run_type === undefined && !ingest_only && !people_only && !retrain;

function ofGroup(run: Run): RunOfGroup {
  const began = run.started_at ?? (hasEnded(run) ? run.created_at : undefined);
  return {
    run: run.id,
    created: new Date(run.created_at),
    began: began === undefined ? undefined : new Date(began),
    whole: isWhole(run.request) && (run.started_at !== undefined || !hasEnded(run)),
  };
}
