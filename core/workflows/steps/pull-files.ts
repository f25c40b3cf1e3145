import type { z } from 'zod';
import type { AwaitedFiles } from '../../contracts/runs.ts';
import type { Courier } from '../../contracts/sources.ts';
import type { CourierPlan, LandedFile, PullFilesInput, PullFilesOutput } from '../../contracts/steps.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { FilesAwaited, MissingFile } from '../../errors.ts';
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
  for (const [n, match] of fresh.entries()) {
    services.progress(n, fresh.length);
    const { name, modified, etag } = match.source;
    const path = `${services.scratch}/fetched`;
    const { bytes, sha256 } = await source.fetch(match.source, path, services.signal);
    const file: LandedFile = { key: '', name, sha256, bytes, date: match.date, file: match.file };
    file.key = landingKey(courier.id, file);
    await services.objects.adopt(path, file.key);
    await noteLanded(services.objects, courier.id, file);
    seen[name] = { bytes: match.source.bytes, modified, ...(etag !== undefined && { etag }), sha256 };
  }
  if (fresh.length > 0) await writeSeen(services.objects, courier.id, seen);
  services.progress(fresh.length, fresh.length);
  return fresh.length;
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
