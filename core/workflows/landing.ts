import { z } from 'zod';
import { LandedFile } from '../contracts/steps.ts';
import { readAllJson, readJson, writeJson } from '../environments/json-objects.ts';
import type { ObjectStore, SourceFile } from '../ports.ts';

const folder = (courier: string) => courier.replace('courier/', '');
const seenKey = (courier: string) => `landings/${folder(courier)}/seen.json`;
const filesPrefix = (courier: string, file: string) => `landings/${folder(courier)}/files/${file}/`;

/** Where the bytes of a courier's file are kept, by content. */
export function landingKey(courier: string, file: Pick<LandedFile, 'date' | 'sha256' | 'name'>): string {
  const base = file.name.slice(file.name.lastIndexOf('/') + 1);
  return `landing/${folder(courier)}/${file.date ?? 'undated'}/${file.sha256}-${base}`;
}

/** Notes that a file's bytes are landed; the same content once, whatever its name. */
export const noteLanded = (objects: ObjectStore, courier: string, file: LandedFile): Promise<string> =>
  writeJson(objects, `${filesPrefix(courier, file.file)}${file.sha256}.json`, file);

/** Landed files of one name of a courier's set, by date, then name. */
export async function landedFiles(objects: ObjectStore, courier: string, file: string): Promise<LandedFile[]> {
  const files = await readAllJson(objects, filesPrefix(courier, file), LandedFile);
  const order = (one: LandedFile) => `${one.date ?? ''}\0${one.name}\0${one.sha256}`;
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
