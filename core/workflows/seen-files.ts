import { z } from 'zod';
import type { CourierFile } from '../contracts/sources.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { filePattern } from '../feeds/file-pattern.ts';
import type { FilesetMatch } from '../feeds/fileset.ts';
import type { SourceFile } from '../feeds/port.ts';
import type { ObjectStore } from '../ports.ts';
import { landingsPrefix } from './landing.ts';

const seenKey = (courier: string) => `${landingsPrefix(courier)}seen.json`;

/** A file at the source as it was when last fetched. */
const SeenFile = z.object({
  bytes: z.number(),
  modified: z.string(),
  etag: z.string().optional(),
  sha256: z.string(),
  /** Where the next reading begins, in a source that can tell what is new. */
  mark: z.string().optional(),
  /** What the mark is of. */
  of: z.string().optional(),
});
export type SeenFile = z.infer<typeof SeenFile>;

/** What was seen at a courier's source. */
const Seen = z.object({
  /** By the file of the set, then by name: an unchanged one is not fetched again for the same file of the set. */
  files: z.record(z.string(), z.record(z.string(), SeenFile)),
  /** The run that began to land what another has to go on with. */
  landing: z.string().optional(),
});
export type Seen = z.infer<typeof Seen>;

type Match = Pick<FilesetMatch, 'file' | 'source'>;

/** A match as it was when it was last fetched. */
export const seenOf = ({ files }: Seen, { file, source }: Match): SeenFile | undefined => files[file]?.[source.name];

export function noteSeen({ files }: Seen, { file, source }: Match, seen: SeenFile): void {
  files[file] ??= {};
  files[file][source.name] = seen;
}

/** Whether a file at the source is as it was when it was last fetched; never of one that only reading tells about. */
export function isLanded(seen: Seen, match: Match): boolean {
  const before = seenOf(seen, match);
  const { bytes, modified, etag } = match.source;
  return bytes !== undefined && before?.bytes === bytes && before.modified === modified && before.etag === etag;
}

export const readSeen = async (objects: ObjectStore, courier: string): Promise<Seen> =>
  (await readJson(objects, seenKey(courier), Seen))?.value ?? { files: {} };

export const writeSeen = (objects: ObjectStore, courier: string, seen: Seen): Promise<string> =>
  writeJson(objects, seenKey(courier), seen);

/**
 * Without the files of days before all that the source still lists: it has let go of them, and there are more each year. Should
 * one come back, its content tells whether it is news.
 */
export function stillListed(
  seen: Seen['files'],
  files: readonly CourierFile[],
  listed: readonly SourceFile[],
): Seen['files'] {
  const kept = files.map(({ name: file, pattern }) => {
    const { match } = filePattern(pattern);
    const [oldest = ''] = listed.flatMap(({ name }) => match(name) ?? []).sort();
    const known = Object.entries(seen[file] ?? {});
    return [file, Object.fromEntries(known.filter(([name]) => (match(name) ?? oldest) >= oldest))] as const;
  });
  return Object.fromEntries(kept);
}
