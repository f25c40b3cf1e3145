import type { z } from 'zod';
import type { ReadFileInput, ReadFileOutput } from '../../contracts/steps.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { TributaryError } from '../../errors.ts';
import { PgpKeys } from '../../pgp/keys.ts';
import type { Services } from '../../ports.ts';
import { zoneOf } from '../domain-tables.ts';
import { loadId } from '../landing.ts';
import { plannedFile } from '../planned-loads.ts';

/** Turns the landed bytes of a file into typed rows and quarantine. */
export async function readFile(
  input: z.infer<typeof ReadFileInput>,
  services: Services,
): Promise<z.infer<typeof ReadFileOutput>> {
  const file = await plannedFile(services.objects, input);
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const feed = configuration.get('feed', input.feed);
  const place = `${feed.id.replace('feed/', '')}/${input.run_id}/${loadId(file)}.parquet`;
  const quarantine = () => services.objects.adopt(`${services.scratch}/quarantine.parquet`, `quarantine/${place}`);
  try {
    const counts = await services.files.read({
      path: await services.objects.locate(file.key),
      name: file.name,
      format: file.format,
      feed,
      decryptionKeys: await new PgpKeys(services).privateKeys(),
      ...(file.ingest_query && { ingestQuery: file.ingest_query }),
      timeZone: zoneOf(configuration, feed),
      generatedUpdated: BigInt(Date.parse(file.date ?? input.as_of)) * 1000n,
      outFolder: services.scratch,
      signal: services.signal,
      progress: services.progress,
    });
    await services.objects.adopt(`${services.scratch}/staged.parquet`, `staged/${place}`);
    if (counts.rows_rejected > 0) await quarantine();
    return { staged: `staged/${place}`, counts };
  } catch (cause) {
    if (cause instanceof TributaryError && cause.name === 'ErrorThresholdExceeded') await quarantine();
    throw cause;
  }
}
