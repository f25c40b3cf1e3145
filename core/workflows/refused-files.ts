import { z } from 'zod';
import type { LandedFile } from '../contracts/steps.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import {
  ErrorThresholdExceeded,
  errorNamed,
  InvalidInput,
  LoadFailed,
  QueryFailed,
  type TributaryError,
  UnreadableFile,
} from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { ObjectStore } from '../ports.ts';
import { loadId } from './landing.ts';

/** Why a table did not take a landed file, for what the file holds. */
const Refusal = z.object({
  type: z.string(),
  message: z.string(),
  /** A newer content of its name is landed, which takes its place: it is not planned any more. */
  replaced: z.boolean(),
});
type Refusal = z.infer<typeof Refusal>;

const prefix = (table: string) => `refused/${table}/`;
const keyOf = (table: string, file: LandedFile) => `${prefix(table)}${loadId(file)}.json`;

/**
 * Reading failed at what the file holds, be it in the engine or in an ingest query: done again it would fail again, until the feed
 * or the file is another. The state machine goes on behind such a file.
 */
const refusals = [UnreadableFile, ErrorThresholdExceeded, QueryFailed, InvalidInput];
export const isRefusal = (cause: unknown): cause is TributaryError =>
  refusals.some((refusal) => cause instanceof refusal);

/** Notes that a table did not take a file; `planned` are those of its run. */
export async function noteRefused(
  objects: ObjectStore,
  table: string,
  file: LandedFile,
  { name, message, planned }: { name: string; message: string; planned: readonly LandedFile[] },
): Promise<void> {
  const refusal: Refusal = { type: name, message, replaced: isReplaced(file, planned) };
  await writeJson(objects, keyOf(table, file), refusal);
}

/** Forgets that a table did not take a file: it was read since. */
export const noteRead = (objects: ObjectStore, table: string, file: LandedFile): Promise<void> =>
  objects.delete(keyOf(table, file));

/** Load ids of all files that a table did not take. */
export const refusedIds = async (objects: ObjectStore, table: string): Promise<string[]> =>
  (await objects.list(prefix(table))).map(({ key }) => key.slice(prefix(table).length).replace(/\.json$/, ''));

/** Those of the files that a table did not take, by what was last heard of them. */
export async function refusedOf<File extends LandedFile>(
  objects: ObjectStore,
  table: string,
  files: readonly File[],
): Promise<{ file: File; refusal: Refusal }[]> {
  if (files.length === 0) return [];
  const noted = new Set(await refusedIds(objects, table));
  const refused = files.filter((file) => noted.has(loadId(file)));
  const found = await fewAtOnce(refused, async (file) => {
    const refusal = (await readJson(objects, keyOf(table, file), Refusal))?.value;
    return refusal && { file, refusal };
  });
  return found.flatMap((one) => one ?? []);
}

/**
 * Without the files that a table did not take and that have been delivered anew: a newer content of the same name was landed
 * since. One that only waits is never left out. `files` are all of a courier's file that the table lacks.
 */
export async function withoutReplaced(
  objects: ObjectStore,
  table: string,
  files: readonly LandedFile[],
): Promise<LandedFile[]> {
  const replaced = new Set<LandedFile>();
  for (const { file, refusal } of await refusedOf(objects, table, files)) {
    if (!refusal.replaced && !isReplaced(file, files)) continue;
    replaced.add(file);
    // Once the newer one is loaded, nothing else tells of it here.
    if (!refusal.replaced) await writeJson(objects, keyOf(table, file), { ...refusal, replaced: true });
  }
  return files.filter((file) => !replaced.has(file));
}

/** What an incremental source gave is in nothing that it gives later. */
const isReplaced = (file: LandedFile, others: readonly LandedFile[]): boolean =>
  file.incremental !== true &&
  others.some(
    (other) =>
      other.name === file.name &&
      other.file === file.file &&
      folderOf(other.key) === folderOf(file.key) &&
      other.landed_at > file.landed_at,
  );

/** Of its courier and date. */
const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

/** As many refused files as a failure tells the reasons of. */
const TOLD = 10;

/** The failure of a feed some of whose files were refused. */
export function refusedError(refused: readonly { file: LandedFile; refusal: Refusal }[]): TributaryError {
  const [only, ...others] = refused;
  if (only && others.length === 0) return errorNamed(only.refusal.type, only.refusal.message);
  const told = refused.slice(0, TOLD).map(({ refusal: { type, message } }) => `${type}: ${message}`);
  const rest = refused.length > TOLD ? [`and ${refused.length - TOLD} more files`] : [];
  return new LoadFailed([...told, ...rest].join('; '), {
    data: { files: refused.map(({ file }) => file.name).slice(0, 100) },
  });
}
