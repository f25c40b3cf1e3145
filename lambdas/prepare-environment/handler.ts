import { z } from 'zod';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { checkFormat } from '../../core/environments/data-format.ts';
import { startingDocuments } from '../../core/environments/new-tenant.ts';
import { customResource } from '../shared/custom-resource.ts';
import { openEnvironment } from '../shared/environment.ts';
import { placeOfStep } from '../shared/place.ts';

const Properties = z.looseObject({ administrator: z.email().optional() });

/** Makes a new environment's starting documents at its first deploy, and checks its data's format at each. Deletes nothing. */
export const handler = customResource(Properties, 'prepared', async (request, { administrator }) => {
  if (request === 'Delete') return;
  const { tenant, objects, clock } = openEnvironment(placeOfStep(), { folder: '/tmp' });
  await checkFormat(objects);
  const store = new ConfigurationStore(objects);
  if (await store.head()) return;
  await store.commit(
    undefined,
    startingDocuments({ name: tenant, amp_iq: false, administrator_email: administrator }),
    {
      author: 'deployment',
      at: clock(),
      message: `Create tenant ${tenant}`,
    },
  );
});
