import { z } from 'zod';
import { noteExecutionEnd } from '../../adapters/workflows/run-states.ts';
import { openEnvironment } from '../shared/environment.ts';
import { placeOfStep } from '../shared/place.ts';

/** What EventBridge says of an execution of `run-courier-group` that ended badly. */
const Event = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/** Marks a run whose execution ended without a task of ours that could. */
export async function handler(event: unknown): Promise<void> {
  const { detail } = Event.parse(event);
  const { objects, clock } = openEnvironment(placeOfStep(), { folder: '/tmp' });
  await noteExecutionEnd(objects, detail, clock().toISOString());
}
