import type { z } from 'zod';
import type { AwaitedFiles } from '../../contracts/runs.ts';
import type { Courier } from '../../contracts/sources.ts';
import type { CourierPlan, PullFilesInput, PullFilesOutput } from '../../contracts/steps.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { DiskFull, FileChanged, FilesAwaited, MissingFile, OutOfTime, TooLarge } from '../../errors.ts';
import {
  completeSets,
  type DateRange,
  type FilesetMatch,
  fewOf,
  matchFileset,
  missingFiles,
  ofNoDay,
} from '../../feeds/fileset.ts';
import type { CourierSource, SourceFile } from '../../feeds/port.ts';
import type { Services } from '../../ports.ts';
import { landingKey, noteLanded, timesLanded } from '../landing.ts';
import {
  isLanded,
  noteSeen,
  readSeen,
  type Seen,
  type SeenFile,
  seenOf,
  stillListed,
  writeSeen,
} from '../seen-files.ts';

/** Lands what is new at one courier's source: bytes unchanged, keyed by their hash. */
export async function pullFiles(
  input: z.infer<typeof PullFilesInput>,
  services: Services,
): Promise<z.infer<typeof PullFilesOutput>> {
  const { plan } = input;
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const courier = configuration.get('courier', plan.courier);
  const connection = courier.connection === undefined ? undefined : configuration.get('connection', courier.connection);
  const source = services.courier(courier, connection);
  try {
    return await pullFrom(source, courier, input, services);
  } finally {
    await source.close?.();
  }
}

async function pullFrom(
  source: CourierSource,
  courier: Courier,
  { plan, as_of, run_id }: z.infer<typeof PullFilesInput>,
  services: Services,
): Promise<z.infer<typeof PullFilesOutput>> {
  const period = { from: plan.from, to: plan.to };
  const all = await listed(source, courier, services);
  const there = all.filter(({ unreadable }) => unreadable === undefined);
  const matches = matchFileset(courier.files, there, plan.looks_at);
  const missing = missingFiles(courier.files, matches, period);
  if (missing.length > 0 && !plan.skip_missing) {
    const until = new Date(Date.parse(as_of) + plan.wait * 1000);
    if (services.clock() < until) throw awaitedError(courier, missing, until.toISOString());
    if (plan.stop_when_missing) throw missingError(courier, missing);
  }
  const taken = plan.skip_missing ? matches : completeSets(courier.files, matches, period);
  const { landed, changing, doubts } = await land({ courier, source, there, period, run_id }, taken, services);
  const [first] = changing;
  if (first) {
    const until = new Date(Date.parse(as_of) + Math.max(plan.wait, SETTLING) * 1000);
    const names = changing.map(({ name }) => name);
    if (services.clock() < until) throw awaitedError(courier, names, until.toISOString());
    if (changing.length === taken.length) throw first.cause;
  }
  const unreadable = all.filter((file) => file.unreadable !== undefined);
  for (const { source } of matchFileset(courier.files, unreadable, plan.looks_at))
    doubts.push(`${source.name} was passed over: ${source.unreadable}`);
  const misdated = ofNoDay(courier.files, there);
  if (misdated.length > 0)
    doubts.push(`files were passed over whose names have a day that there is not: ${fewOf(misdated)}`);
  return {
    courier: courier.id,
    files_seen: matches.length,
    files_landed: landed,
    missing,
    ...(changing.length > 0 && { changing: changing.map(({ name }) => name) }),
    ...(doubts.length > 0 && { doubts: doubts.slice(0, TOLD) }),
    notify_when_missing: plan.notify_when_missing,
  };
}

/** As many doubts as a run tells of. */
const TOLD = 10;

/** Seconds from the run's start in which files that change are looked at again, where the courier waits no longer. */
const SETTLING = 60;

/** A file that was another when it had been read than when it was listed. */
interface Changing {
  name: string;
  cause: FileChanged;
}

/** What there is. A list that takes a call's whole time would take that of the next one too. */
async function listed(source: CourierSource, { id, files }: Courier, { signal }: Services): Promise<SourceFile[]> {
  try {
    return await source.list(files, signal);
  } catch (cause) {
    if (!(signal.reason instanceof OutOfTime)) throw cause;
    throw new TooLarge(`${id}: its files were not listed when the time of the function was up`, { cause });
  }
}

interface Pulled {
  courier: Courier;
  source: CourierSource;
  there: SourceFile[];
  period: DateRange;
  run_id: string;
}

async function land(
  pulled: Pulled,
  matches: FilesetMatch[],
  services: Services,
): Promise<{ landed: number; changing: Changing[]; doubts: string[] }> {
  const { objects, progress } = services;
  const { id, files } = pulled.courier;
  const seen = await readSeen(objects, id);
  const { landing = pulled.run_id } = seen;
  const fresh = matches.filter((match) => !isLanded(seen, match));
  let landed = 0;
  const changing: Changing[] = [];
  const doubts: string[] = [];
  let [isRead, isFurther, isDone] = [false, false, false];
  try {
    for (const [n, match] of fresh.entries()) {
      progress(n, fresh.length);
      const before = seenOf(seen, match);
      const found = await landFile(pulled, match, { before, landing }, services).catch((cause) => {
        if (!(cause instanceof FileChanged)) throw cause;
        changing.push({ name: match.source.name, cause });
      });
      isRead = true;
      if (!found) continue;
      // What only reading tells about is read again by the next call, which comes no further.
      isFurther ||= match.source.bytes !== undefined;
      noteSeen(seen, match, found.seen);
      if (found.isNews) landed += 1;
      if (found.doubt !== undefined) doubts.push(found.doubt);
    }
    isDone = changing.length === 0;
  } catch (cause) {
    throw isTooMuch(cause, isFurther, services) ? new TooLarge(cause.message, { cause, data: cause.data }) : cause;
  } finally {
    // What was read needn't be read again, whatever became of the rest.
    const known = { files: stillListed(seen.files, files, pulled.there), ...(!isDone && { landing }) };
    if (isRead || seen.landing !== undefined) await writeSeen(objects, id, known);
  }
  progress(fresh.length, fresh.length);
  await discardLanded(pulled, matches, seen, services);
  return { landed, changing, doubts };
}

/** Whether a home that hands over what is too much for it does so with this: another call would end the same. */
const isTooMuch = (cause: unknown, isFurther: boolean, { room }: Services): cause is OutOfTime | DiskFull =>
  (cause instanceof OutOfTime && !isFurther) || (cause instanceof DiskFull && room !== undefined);

/** What is to be known of a file that was read, whether there was anything to land, and what is doubtful; undefined of one that has nothing new. */
async function landFile(
  { courier, source, period }: Pulled,
  match: FilesetMatch,
  { before, landing }: { before: SeenFile | undefined; landing: string },
  { objects, scratch, signal, clock }: Services,
): Promise<{ seen: SeenFile; isNews: boolean; doubt: string | undefined } | undefined> {
  const { name, modified, etag, of } = match.source;
  const since = before?.of === of ? before?.mark : undefined;
  const reading = { signal, period, ...(since !== undefined && { since }) };
  const fetched = await source.fetch(match.source, `${scratch}/fetched`, reading);
  if (!fetched) return undefined;
  const { bytes, sha256, mark = since, doubt } = fetched;
  const { date, file } = match;
  const content = { file, name, sha256, ...(isByName(courier, source, file) && { by_name: true }) };
  const times = await timesLanded(objects, courier.id, { ...content, date }, before?.sha256);
  if (times !== undefined) {
    const key = landingKey(courier.id, { name, sha256, date });
    await fetched.land(objects, key);
    const isPart = mark !== undefined || (match.source.bytes === undefined && period.from !== null);
    const noted = { ...content, key, bytes, date, times, landing, ...(isPart && { incremental: true }) };
    await noteLanded(objects, courier.id, { ...noted, landed_at: clock().toISOString() });
  }
  const state = { bytes, modified, ...(etag !== undefined && { etag }), sha256 };
  const seen = { ...state, ...(mark !== undefined && { mark }), ...(of !== undefined && { of }) };
  return { seen, isNews: times !== undefined, doubt };
}

/**
 * Whether each file is news, whatever others held: one of a stream is more of what happened, and one that replaces a table
 * says what is to be in it.
 */
const isByName = ({ loads }: Courier, source: CourierSource, file: string): boolean =>
  source.discard !== undefined || loads.some((load) => load.file === file && load.mode === 'truncate_and_load');

/** Lets go of files that are landed at a source that keeps them for nobody else, and of what was known of those that are gone. */
async function discardLanded(
  { courier, source }: Pulled,
  matches: FilesetMatch[],
  seen: Seen,
  { objects }: Services,
): Promise<void> {
  if (!source.discard) return;
  const landed = matches.filter((match) => isLanded(seen, match));
  for (const match of landed) await source.discard(match.source);
  if (landed.length > 0) await writeSeen(objects, courier.id, { files: {} });
}

function awaitedError(courier: Courier, missing: string[], until: string): FilesAwaited {
  const awaited: AwaitedFiles = { courier: courier.id, missing, until };
  return new FilesAwaited(`${courier.id} waits until ${until} for ${fewOf(missing)}`, { data: { ...awaited } });
}

const missingError = (courier: Courier, missing: CourierPlan['courier'][]) =>
  new MissingFile(
    `${courier.id}: ${missing.length} required ${missing.length === 1 ? 'file is' : 'files are'} not there: ${fewOf(missing)}; deliver them, mark them optional in the courier, or run with skip missing`,
    { data: { courier: courier.id, missing } },
  );
