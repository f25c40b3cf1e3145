import type { z } from 'zod';
import type { CourierLoad, Feed } from '../../contracts/sources.ts';
import type { CourierPlan, FileLoad, LandedFile, PlanLoadsInput, PlanLoadsOutput } from '../../contracts/steps.ts';
import { publishedTables } from '../../environments/catalog.ts';
import { type Configuration, tableOfFeed } from '../../environments/configuration.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { replacedByDelivery } from '../deliveries.ts';
import { storedTable } from '../domain-tables.ts';
import { loadId } from '../landing.ts';
import { loadingsOf } from '../loadings.ts';
import { keepPlannedFiles } from '../planned-loads.ts';
import { keepLearnt, unloadedFiles } from '../unloaded.ts';

/**
 * Which landed files each feed has not loaded, in the order of their dates. What a feed has loaded, its table says: a
 * file that failed is due again from its landed bytes, and so is everything when the feed has another shape now.
 */
export async function planLoads(
  input: z.infer<typeof PlanLoadsInput>,
  services: Services,
): Promise<z.infer<typeof PlanLoadsOutput>> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const due = new Map<string, FileLoad[]>();
  for (const plan of input.couriers) {
    const courier = configuration.get('courier', plan.courier);
    for (const load of courier.loads) {
      const definition = courier.files.find((one) => one.name === load.file);
      if (!definition) continue;
      const feed = configuration.get('feed', load.feed);
      const files = (await dueFiles(courier.id, load.file, { feed, configuration, plan }, services)).map((file) => ({
        ...file,
        format: definition.format,
        ...howToLoad(configuration, load),
      }));
      due.set(load.feed, [...(due.get(load.feed) ?? []), ...files]);
    }
  }
  const planned = [...due].filter(([, files]) => files.length > 0);
  const keep = async ([feed, files]: [string, FileLoad[]]) => {
    const loadings = loadingsOf(configuration, configuration.get('feed', feed));
    const ordered = await replacedByDelivery(files, loadings, services);
    return keepPlannedFiles(services.objects, { runId: input.run_id, feed }, ordered);
  };
  return { feeds: await Promise.all(planned.map(keep)) };
}

/** Files that a feed has not loaded: those of the run's dates, and those that the table which readers see was made of. */
async function dueFiles(
  courier: string,
  file: string,
  { feed, configuration, plan }: { feed: Feed; configuration: Configuration; plan: CourierPlan },
  { objects, warehouse, clock }: Services,
): Promise<LandedFile[]> {
  const loading = { courier, file, feed: feed.id, table: storedTable(configuration, feed) };
  const { files, learnt } = await unloadedFiles({ objects, warehouse }, loading, clock());
  if (learnt) await keepLearnt(objects, loading, learnt);
  const published = (await publishedTables(objects))[`domain.${tableOfFeed(feed)}`]?.physical;
  const others = files.filter((one) => !isInRange(one, plan)).map(loadId);
  const shown = new Set(published === undefined ? [] : await warehouse.loaded(published, others));
  return files.filter((one) => isInRange(one, plan) || shown.has(loadId(one)));
}

const isInRange = (file: LandedFile, plan: CourierPlan) =>
  file.date === null || ((plan.from === null || file.date >= plan.from) && (plan.to === null || file.date < plan.to));

const howToLoad = (configuration: Configuration, load: CourierLoad) => ({
  mode: load.mode,
  ...(load.ingest_query && { ingest_query: configuration.get('ingest-query', load.ingest_query).sql }),
});
