import { z } from 'zod';
import { inboxFolderOf } from '../../adapters/couriers/inbox-folder.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { groupsStartedBy } from '../../core/workflows/arrivals.ts';
import { placeOfStep } from '../shared/place.ts';
import { openStarts } from '../shared/starts.ts';

/** What EventBridge says of an object that is whole, however it came. */
const Event = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });

/** Has the courier groups looked after soon that a file in the inbox may start. */
export async function handler(event: unknown): Promise<void> {
  const { key } = Event.parse(event).detail.object;
  const { objects, schedules, clock } = openStarts(placeOfStep(), { folder: '/tmp' });
  const groups = groupsStartedBy(await headConfiguration(objects), key, inboxFolderOf);
  for (const group of groups) await schedules.lookSoon(group, clock());
}
