import { z } from 'zod';
import { noteExecutionEnd } from '../../adapters/workflows/run-states.ts';
import { keepSchedule } from '../../core/workflows/keep-schedule.ts';
import { warnOfSlowRun } from '../../core/workflows/run-warnings.ts';
import { tellKept } from '../shared/kept.ts';
import { placeOfStep } from '../shared/place.ts';
import { tellSlow } from '../shared/slow.ts';
import { openStarts } from '../shared/starts.ts';

/** What EventBridge says of an execution of `run-courier-group` that ended. */
const Event = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/** Marks a run whose execution ended without a task of ours that could, and starts the run that its courier group is owed. */
export async function handler(event: unknown): Promise<void> {
  const { detail } = Event.parse(event);
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  const now = place.clock().toISOString();
  const run = await noteExecutionEnd(place.objects, detail, now);
  const slow = await warnOfSlowRun(place.objects, run, now);
  if (slow) tellSlow(place, slow);
  tellKept(place, await keepSchedule(place, run.name));
}
