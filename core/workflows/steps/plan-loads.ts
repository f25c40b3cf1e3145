import type { z } from 'zod';
import type { CourierLoad } from '../../contracts/sources.ts';
import type { CourierPlan, FileLoad, LandedFile, PlanLoadsInput, PlanLoadsOutput } from '../../contracts/steps.ts';
import type { Configuration } from '../../environments/configuration.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { storedTable } from '../domain-tables.ts';
import { landedFiles } from '../landing.ts';

/**
 * Which landed files each feed has not loaded, in the order of their dates. What a feed has loaded, its table says: a
 * file that failed, or that an earlier shape of the feed loaded, is due again from its landed bytes.
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
      const landed = (await landedFiles(services.objects, courier.id, load.file)).filter((file) =>
        isInRange(file, plan),
      );
      const loaded = new Set(await services.warehouse.loads(storedTable(configuration.get('feed', load.feed))));
      const files = landed
        .filter((file) => !loaded.has(file.sha256))
        .map((file) => ({ ...file, format: definition.format, ...howToLoad(configuration, load) }));
      due.set(load.feed, [...(due.get(load.feed) ?? []), ...files]);
    }
  }
  return {
    feeds: [...due]
      .filter(([, files]) => files.length > 0)
      .map(([feed, files]) => ({ feed, files: truncateOnce(files) })),
  };
}

const isInRange = (file: LandedFile, plan: CourierPlan) =>
  file.date === null || ((plan.from === null || file.date >= plan.from) && (plan.to === null || file.date < plan.to));

const howToLoad = (configuration: Configuration, load: CourierLoad) => ({
  mode: load.mode,
  ...(load.ingest_query && { ingest_query: configuration.get('ingest-query', load.ingest_query).sql }),
});

/** A feed is emptied before the first file of a run that replaces it, never between files. */
const truncateOnce = (files: FileLoad[]): FileLoad[] => {
  const truncates = files.some((file) => file.mode === 'truncate_and_load');
  return files.map((file, n) => ({ ...file, mode: truncates && n === 0 ? 'truncate_and_load' : 'load' }));
};
