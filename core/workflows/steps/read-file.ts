import type { z } from 'zod';
import type { ReadFileInput, ReadFileOutput } from '../../contracts/steps.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { ErrorThresholdExceeded, LoadFailed } from '../../errors.ts';
import { PgpKeys } from '../../pgp/keys.ts';
import type { Services } from '../../ports.ts';
import { isReplacedWhole, storedTable, zoneOf } from '../domain-tables.ts';
import { loadId } from '../landing.ts';
import { plannedFile, plannedFiles } from '../planned-loads.ts';
import { isRefusal, noteRead, noteRefused, refusedError, refusedOf } from '../refused-files.ts';

/** Turns the landed bytes of a file into typed rows and quarantine, and notes a file whose content the table does not take. */
export async function readFile(
  input: z.infer<typeof ReadFileInput>,
  services: Services,
): Promise<z.infer<typeof ReadFileOutput>> {
  const file = await plannedFile(services.objects, input);
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const feed = configuration.get('feed', input.feed);
  const table = storedTable(configuration, feed);
  if (isReplacedWhole(configuration, feed)) await refuseBehindRefused(input, table, services);
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
      generatedUpdated: BigInt(Date.parse(file.date ?? file.landed_at)) * 1000n,
      outFolder: services.scratch,
      signal: services.signal,
      progress: services.progress,
    });
    await services.objects.adopt(`${services.scratch}/staged.parquet`, `staged/${place}`);
    if (counts.rows_rejected > 0) await quarantine();
    await noteRead(services.objects, table, file);
    return { feed: feed.id, staged: `staged/${place}`, counts };
  } catch (cause) {
    if (cause instanceof ErrorThresholdExceeded) await quarantine();
    if (isRefusal(cause)) {
      const { name, message } = cause;
      const planned = await plannedFiles(services.objects, input.list);
      await noteRefused(services.objects, table, file, { name, message, planned });
    }
    throw cause;
  }
}

/** Files behind one that was refused would be rows of what the table no longer has, in a table that is emptied first. */
async function refuseBehindRefused(
  { list, file }: z.infer<typeof ReadFileInput>,
  table: string,
  { objects }: Services,
): Promise<void> {
  const before = (await plannedFiles(objects, list)).slice(0, file);
  const refused = await refusedOf(objects, table, before);
  if (refused.length === 0) return;
  const { name, message } = refusedError(refused);
  throw new LoadFailed(
    `the table is emptied before it is loaded, so nothing behind a refused file was: ${name}: ${message}`,
  );
}
