import { z } from 'zod';
import { startOnArrival } from '../../core/workflows/arrivals.ts';
import { type Kept, keepSchedule } from '../../core/workflows/keep-schedule.ts';
import type { SelfStart } from '../../core/workflows/self-start.ts';
import { tellKept } from '../shared/kept.ts';
import { log } from '../shared/log.ts';
import { placeOfStep } from '../shared/place.ts';
import { openStarts } from '../shared/starts.ts';

/** What a schedule asks for: a look at it, since a slot has come, or one at files that arrived and may be worth a run. */
const Event = z.strictObject({ courier_group: z.string(), on_arrival: z.boolean().default(false) });

/** Starts a run that a schedule asks for. */
export async function handler(event: unknown): Promise<Kept | SelfStart> {
  const { courier_group, on_arrival } = Event.parse(event);
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  if (!on_arrival) return tellKept(place, await keepSchedule(place, courier_group));
  const start = await startOnArrival(place, courier_group);
  log.info('start', { courier_group, ...start });
  return start;
}
