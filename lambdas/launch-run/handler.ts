import { z } from 'zod';
import { startOnArrival } from '../../core/workflows/arrivals.ts';
import { type SelfStart, startByItself } from '../../core/workflows/self-start.ts';
import { log } from '../shared/log.ts';
import { placeOfStep } from '../shared/place.ts';
import { openStarts } from '../shared/starts.ts';

/** What a schedule asks for: a run, or one if files that arrived are worth it. */
const Event = z.strictObject({ courier_group: z.string(), on_arrival: z.boolean().default(false) });

/** Starts a run that a schedule asks for. */
export async function handler(event: unknown): Promise<SelfStart> {
  const { courier_group, on_arrival } = Event.parse(event);
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  const start = on_arrival
    ? await startOnArrival(place, courier_group)
    : await startByItself(place, courier_group, 'schedule');
  log.info('start', { courier_group, ...start });
  return start;
}
