import { z } from 'zod';
import type { CourierFile } from '../contracts/sources.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { filePattern } from '../feeds/file-pattern.ts';
import type { SourceFile } from '../feeds/port.ts';
import type { ObjectStore } from '../ports.ts';

const seenKey = (courier: string) => `landings/${courier.replace('courier/', '')}/seen.json`;

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

/**
 * Without the files of days before all that the source still lists: it has let go of them, and there are more each year. Should
 * one come back, its content tells whether it is news.
 */
export function stillListed(seen: Seen, files: readonly CourierFile[], listed: readonly SourceFile[]): Seen {
  const kept = files.map((file) => {
    const pattern = filePattern(file.pattern);
    const [oldest = ''] = listed.flatMap(({ name }) => pattern.match(name) ?? []).sort();
    return (name: string) => (pattern.match(name) ?? oldest) >= oldest;
  });
  return Object.fromEntries(Object.entries(seen).filter(([name]) => kept.every((isKept) => isKept(name))));
}
