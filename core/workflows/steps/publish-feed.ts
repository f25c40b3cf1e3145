import type { z } from 'zod';
import type { PublishFeedInput, PublishFeedOutput } from '../../contracts/steps.ts';
import { publish, publishedTables } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { NotFound } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { domainTableEntry } from '../domain-tables.ts';

/** Shows readers the domain table that the run's files went into. */
export async function publishFeed(
  input: z.infer<typeof PublishFeedInput>,
  services: Services,
): Promise<z.infer<typeof PublishFeedOutput>> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const feed = configuration.get('feed', input.feed);
  const entry = await domainTableEntry(services.warehouse, configuration, feed, {
    id: input.run_id,
    at: services.clock().toISOString(),
  });
  if (!entry) throw new NotFound(`${feed.id} has loaded no file yet`);
  const before = (await publishedTables(services.objects))[`domain.${entry.name}`];
  const tables = await publish(services.objects, { id: input.run_id, at: services.clock() }, [entry]);
  await services.warehouse.expose(Object.values(tables));
  // The table of the feed's last shape: it can be made again from the landed bytes.
  if (before && before.physical !== entry.physical) await services.warehouse.drop(before.physical);
  return { table: entry.name, rows: entry.rows };
}
