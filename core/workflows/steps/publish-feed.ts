import type { z } from 'zod';
import type { PublishFeedInput, PublishFeedOutput } from '../../contracts/steps.ts';
import { publish, publishedTables } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { NotFound } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { domainTableEntry, isReplacedWhole, storedTable } from '../domain-tables.ts';
import { plannedFiles } from '../planned-loads.ts';
import { refusedError, refusedOf } from '../refused-files.ts';

/**
 * Shows readers the domain table that the run's files went into. Fails by those that were refused, once the others are shown:
 * unless readers would lose rows by it, of a table that is loaded anew.
 */
export async function publishFeed(
  input: z.infer<typeof PublishFeedInput>,
  services: Services,
): Promise<z.infer<typeof PublishFeedOutput>> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const feed = configuration.get('feed', input.feed);
  const table = storedTable(configuration, feed);
  const planned = await plannedFiles(services.objects, input.list);
  const refused = (await refusedOf(services.objects, table, planned)).filter(({ refusal }) => !refusal.replaced);
  if (refused.length > 0 && isReplacedWhole(configuration, feed)) throw refusedError(refused);
  const entry = await domainTableEntry(services.warehouse, configuration, feed, {
    id: input.run_id,
    at: services.clock().toISOString(),
  });
  if (!entry) throw refused.length > 0 ? refusedError(refused) : new NotFound(`${feed.id} has loaded no file yet`);
  const before = (await publishedTables(services.objects))[`domain.${entry.name}`];
  const isAnew = before !== undefined && before.physical !== entry.physical;
  if (refused.length > 0 && isAnew) throw refusedError(refused);
  const tables = await publish(services.objects, { id: input.run_id, at: services.clock() }, [entry]);
  await services.warehouse.expose(Object.values(tables));
  // The table of the feed's last shape: it can be made again from the landed bytes.
  if (isAnew) await services.warehouse.drop(before.physical);
  if (refused.length > 0) throw refusedError(refused);
  return { table: entry.name, rows: entry.rows };
}
