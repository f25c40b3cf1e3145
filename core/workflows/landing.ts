import { z } from 'zod';
import { LandedFile } from '../contracts/steps.ts';
import { readJson, readJsons, writeJson } from '../environments/json-objects.ts';
import type { SourceFile } from '../feeds/port.ts';
import type { ObjectStore } from '../ports.ts';

const folder = (courier: string) => courier.replace('courier/', '');
const seenKey = (courier: string) => `landings/${folder(courier)}/seen.json`;
const filesPrefix = (courier: string, file: string) => `landings/${folder(courier)}/files/${file}/`;

/** Where the bytes of a courier's file are kept, by content. */
export function landingKey(courier: string, file: Pick<LandedFile, 'date' | 'sha256' | 'name'>): string {
  const base = file.name.slice(file.name.lastIndexOf('/') + 1);
  return `landing/${folder(courier)}/${file.date ?? 'undated'}/${file.sha256}-${base}`;
}

/** What a feed's table knows a landed file by. */
export const loadId = ({ sha256, times }: Pick<LandedFile, 'sha256' | 'times'>): string =>
  times === 1 ? sha256 : `${sha256}-${times}`;

const noteKey = (courier: string, file: Pick<LandedFile, 'file' | 'sha256' | 'times'>): string =>
  `${filesPrefix(courier, file.file)}${loadId(file)}.json`;

/** Notes that a file's bytes are landed. */
export const noteLanded = (objects: ObjectStore, courier: string, file: LandedFile): Promise<string> =>
  writeJson(objects, noteKey(courier, file), file);

/**
 * Which time a content comes; undefined where it is no news. A content that was landed before is news of another date, and
 * where the file of this name has been another since: a snapshot that went back. A copy under another name is none.
 * `before` is the SHA-256 that the file of this name had last.
 */
export async function timesLanded(
  objects: ObjectStore,
  courier: string,
  file: Pick<LandedFile, 'file' | 'sha256' | 'date'>,
  before: string | undefined,
): Promise<number | undefined> {
  const wentBack = before !== undefined && before !== file.sha256;
  const dates = new Set<string | null>();
  for (let times = 1; ; times++) {
    const noted = await readJson(objects, noteKey(courier, { ...file, times }), LandedFile);
    if (!noted) return times === 1 || wentBack || !dates.has(file.date) ? times : undefined;
    dates.add(noted.value.date);
  }
}

/**
 * Landed files of one name of a courier's set that are not among these loads, by date, then in the order in which they were
 * landed. There are years of them, so that only what is wanted is read.
 */
export async function landedFiles(
  objects: ObjectStore,
  courier: string,
  file: string,
  loaded: ReadonlySet<string> = new Set(),
): Promise<LandedFile[]> {
  const prefix = filesPrefix(courier, file);
  const keys = (await objects.list(prefix)).map(({ key }) => key);
  const wanted = keys.filter((key) => !loaded.has(key.slice(prefix.length, -'.json'.length)));
  const files = await readJsons(objects, wanted, LandedFile);
  const order = (one: LandedFile) => `${one.date ?? ''}\0${one.landed_at ?? ''}\0${one.name}\0${one.sha256}`;
  return files.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Files at the source as they were when last fetched, by name: an unchanged one is not fetched again. */
const Seen = z.record(
  z.string(),
  z.object({
    bytes: z.number(),
    modified: z.string(),
    etag: z.string().optional(),
    sha256: z.string(),
    /** Where the next reading begins, in a source that can tell what is new. */
    mark: z.string().optional(),
  }),
);
export type Seen = z.infer<typeof Seen>;

/** Whether a file at the source is as it was when it was last fetched; never of one that only reading tells about. */
export function isLanded(seen: Seen, { name, bytes, modified, etag }: SourceFile): boolean {
  const before = seen[name];
  return bytes !== undefined && before?.bytes === bytes && before.modified === modified && before.etag === etag;
}

export const readSeen = async (objects: ObjectStore, courier: string): Promise<Seen> =>
  (await readJson(objects, seenKey(courier), Seen))?.value ?? {};

export const writeSeen = (objects: ObjectStore, courier: string, seen: Seen): Promise<string> =>
  writeJson(objects, seenKey(courier), seen);
