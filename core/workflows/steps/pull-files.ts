import type { z } from 'zod';
import type { AwaitedFiles } from '../../contracts/runs.ts';
import type { Courier } from '../../contracts/sources.ts';
import type { CourierPlan, LandedFile, PullFilesInput, PullFilesOutput } from '../../contracts/steps.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { FilesAwaited, MissingFile, OutOfTime, TooLarge } from '../../errors.ts';
import { type FilesetMatch, matchFileset, missingFiles } from '../../feeds/fileset.ts';
import type { CourierSource, Services } from '../../ports.ts';
import { isLanded, landingKey, noteLanded, readSeen, writeSeen } from '../landing.ts';

/** Lands what is new at one courier's source: bytes unchanged, keyed by their hash. */
export async function pullFiles(
  input: z.infer<typeof PullFilesInput>,
  services: Services,
): Promise<z.infer<typeof PullFilesOutput>> {
  const { plan } = input;
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const courier = configuration.get('courier', plan.courier);
  const source = services.courier(courier);
  const matches = matchFileset(courier.files, await source.list(courier.files), { from: plan.from, to: plan.to });
  const missing = missingFiles(courier.files, matches, { from: plan.from, to: plan.to });
  if (missing.length > 0 && !plan.skip_missing) {
    const until = new Date(Date.parse(input.as_of) + plan.wait * 1000);
    if (services.clock() < until) throw awaitedError(courier, missing, until.toISOString());
    if (plan.stop_when_missing) throw missingError(courier, missing);
    return { courier: courier.id, files_seen: matches.length, files_landed: 0, missing };
  }
  const landed = await land(courier, source, matches, services);
  return { courier: courier.id, files_seen: matches.length, files_landed: landed, missing };
}

async function land(
  courier: Courier,
  source: CourierSource,
  matches: FilesetMatch[],
  services: Services,
): Promise<number> {
  const seen = await readSeen(services.objects, courier.id);
  const fresh = matches.filter((match) => !isLanded(seen, match.source));
  let landed = 0;
  try {
    for (const match of fresh) {
      services.progress(landed, fresh.length);
      const { name, bytes, modified, etag } = match.source;
      const sha256 = await landFile(courier, source, match, services);
      seen[name] = { bytes, modified, ...(etag !== undefined && { etag }), sha256 };
      landed += 1;
    }
  } catch (cause) {
    throw cause instanceof OutOfTime && landed === 0 ? new TooLarge(cause.message, { cause, data: cause.data }) : cause;
  } finally {
    // What was landed needn't be read again, whatever became of the rest.
    if (landed > 0) await writeSeen(services.objects, courier.id, seen);
  }
  services.progress(fresh.length, fresh.length);
  return fresh.length;
}

async function landFile(
  courier: Courier,
  source: CourierSource,
  match: FilesetMatch,
  { objects, scratch, signal }: Services,
): Promise<string> {
  const { bytes, sha256, land } = await source.fetch(match.source, `${scratch}/fetched`, signal);
  const file: LandedFile = { key: '', name: match.source.name, sha256, bytes, date: match.date, file: match.file };
  file.key = landingKey(courier.id, file);
  await land(objects, file.key);
  await noteLanded(objects, courier.id, file);
  return sha256;
}

function awaitedError(courier: Courier, missing: string[], until: string): FilesAwaited {
  const awaited: AwaitedFiles = { courier: courier.id, missing, until };
  return new FilesAwaited(`${courier.id} waits until ${until} for ${missing.join(', ')}`, { data: { ...awaited } });
}

const missingError = (courier: Courier, missing: CourierPlan['courier'][]) =>
  new MissingFile(
    `${courier.id}: ${missing.length} required ${missing.length === 1 ? 'file is' : 'files are'} not there: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ' …' : ''}; deliver them, mark them optional in the courier, or run with skip missing`,
    { data: { courier: courier.id, missing } },
  );
