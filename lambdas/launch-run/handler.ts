import { z } from 'zod';
import { RunRequest } from '../../core/contracts/runs.ts';
import { launchOnArrival } from '../../core/workflows/arrivals.ts';
import { launchRun } from '../../core/workflows/launch.ts';
import { openEnvironment } from '../shared/environment.ts';
import { placeOfStep } from '../shared/place.ts';

/** What a schedule asks for: a run, or one if files that arrived are worth it. */
const Event = RunRequest.extend({ on_arrival: z.boolean().default(false) });

/** Starts a run that a schedule asks for. */
export async function handler(event: unknown): Promise<object> {
  const { on_arrival, ...request } = Event.parse(event);
  const environment = openEnvironment(placeOfStep(), { folder: '/tmp' });
  if (!on_arrival) return { run: (await launchRun(environment, request, 'schedule')).id };
  const arrival = await launchOnArrival(environment, request.courier_group);
  console.log(JSON.stringify({ courier_group: request.courier_group, ...arrival }));
  return arrival;
}
