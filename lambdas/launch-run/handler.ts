import { RunRequest } from '../../core/contracts/runs.ts';
import { launchRun } from '../../core/workflows/launch.ts';
import { openEnvironment } from '../shared/environment.ts';
import { placeOfStep } from '../shared/place.ts';

/** Starts a run that a schedule asks for. */
export async function handler(event: unknown): Promise<{ run_id: string }> {
  const environment = openEnvironment(placeOfStep(), { folder: '/tmp' });
  const run = await launchRun(environment, RunRequest.parse(event), 'schedule');
  return { run_id: run.id };
}
