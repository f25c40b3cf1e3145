import { z } from 'zod';
import { Conflict, WrongFormat } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson } from './canonical.ts';
import { readJson } from './json-objects.ts';
import { releaseLease, takeLease } from './lease.ts';

/**
 * Makes an environment's objects those of the next format. It may be interrupted anywhere and is begun again then: what is
 * of the next format already it leaves as it is.
 */
export type Migration = (objects: ObjectStore) => Promise<void>;

/**
 * The first leads from format 1 to format 2, each next one a format on. One is added when an older version of the code could
 * not read what a newer one writes; none is ever changed or removed.
 */
const migrations: readonly Migration[] = [refuseUnreleased];

/** Format 1 is of versions before the first release, whose data nobody is owed: it is begun anew from its files. */
async function refuseUnreleased(): Promise<void> {
  throw new WrongFormat(
    'the data is of format 1, which versions before the first release wrote and this one does not read: leave it as it is and load its files anew, from its inbox and from landing/ in its objects, into another home (TRIBUTARY_HOME), or in AWS into an environment of another name',
    { data: { format: 1 } },
  );
}

const formatKey = 'config/format.json';
const Noted = z.object({ format: z.number().int() });

/** What holds the lease of an environment while its data is migrated: a migration that was interrupted goes on under it. */
const holder = 'migration';

/** The format that a version reads and writes which knows these migrations. */
const formatAfter = (known: readonly Migration[]): number => known.length + 1;

/** Makes the data of an environment that of this version: notes the format of a new one, and refuses what a newer version wrote. */
export async function migrate(
  { objects, clock }: { objects: ObjectStore; clock: () => Date },
  known: readonly Migration[] = migrations,
): Promise<void> {
  const ours = formatAfter(known);
  const noted = await notedFormat(objects);
  if (noted === undefined) {
    await objects.put(formatKey, canonicalJson({ format: ours }), { ifNoneMatch: '*' }).catch(unlessNoted);
    return;
  }
  refuseNewer(noted.value.format, ours);
  if (noted.value.format === ours) return;
  await takeLease(objects, holder, clock()).catch((cause) => {
    if (!(cause instanceof Conflict) || cause.data.behind === undefined) throw cause;
    throw new Conflict(
      `the data is of format ${noted.value.format} and is to be of ${ours}, but run ${cause.data.behind} is changing it: let it end or stop it, by the version that began it, and then deploy or start this one`,
      { cause, data: cause.data },
    );
  });
  try {
    await applyDue(objects, known);
  } finally {
    await releaseLease(objects, holder);
  }
}

/** Applies one migration after the other, each noted by who was first with it. */
async function applyDue(objects: ObjectStore, known: readonly Migration[]): Promise<void> {
  for (;;) {
    const noted = await notedFormat(objects);
    const due = noted && known[noted.value.format - 1];
    if (!due) return;
    await due(objects);
    await objects.put(formatKey, canonicalJson({ format: noted.value.format + 1 }), { ifMatch: noted.etag });
  }
}

/** Refuses work on data of another format than this version's. */
export async function checkFormat(objects: ObjectStore, known: readonly Migration[] = migrations): Promise<void> {
  const ours = formatAfter(known);
  const format = (await notedFormat(objects))?.value.format ?? ours;
  refuseNewer(format, ours);
  if (format === ours) return;
  throw new WrongFormat(
    `the data is of format ${format}, and this version works on format ${ours}: it is migrated by the deploy of this version, or on a laptop by its start; do that again if it ended badly`,
    { data: { format, expected: ours } },
  );
}

function refuseNewer(format: number, ours: number): void {
  if (format <= ours) return;
  throw new WrongFormat(
    `the data is of format ${format}, and this version reads up to ${ours}: deploy the version that wrote it, or a later one`,
    { data: { format, expected: ours } },
  );
}

const notedFormat = (objects: ObjectStore) => readJson(objects, formatKey, Noted);

function unlessNoted(cause: unknown): void {
  if (!(cause instanceof Conflict)) throw cause;
}
