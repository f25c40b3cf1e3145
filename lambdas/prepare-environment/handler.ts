import { z } from 'zod';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { migrate } from '../../core/environments/data-format.ts';
import { startingDocuments } from '../../core/environments/new-tenant.ts';
import { followSchedules } from '../../core/workflows/schedules.ts';
import { customResource } from '../shared/custom-resource.ts';
import { placeOfStep } from '../shared/place.ts';
import { openStarts } from '../shared/starts.ts';

const Properties = z.looseObject({ administrator: z.email().optional() });

/**
 * Makes a new environment's starting documents at its first deploy; at each brings its data to the format of this version, and makes
 * its schedules those of its configuration. Deletes nothing.
 */
export const handler = customResource(Properties, 'prepared', async (request, { administrator }) => {
  if (request === 'Delete') return;
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  await migrate(place);
  await begin(place, administrator);
  await followSchedules(place);
});

async function begin({ tenant, objects, clock }: ReturnType<typeof openStarts>, administrator?: string) {
  const store = new ConfigurationStore(objects);
  if (await store.head()) return;
  const documents = startingDocuments({ name: tenant, amp_iq: false, administrator_email: administrator });
  await store.commit(undefined, documents, { author: 'deployment', at: clock(), message: `Create tenant ${tenant}` });
}
