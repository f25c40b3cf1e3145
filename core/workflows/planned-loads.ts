import { z } from 'zod';
import { type FeedLoad, FileLoad } from '../contracts/steps.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';

/** Files of one execution: Step Functions ends one at 25,000 events, and a file takes some twenty, more when it is tried again. */
const BATCH = 200;

/**
 * Keeps the files that a run is to load into a feed, in order, and says what the state machine hands on of them: a state of
 * Step Functions holds 256 KiB, and a feed may have years of files.
 */
export async function keepPlannedFiles(
  objects: ObjectStore,
  { runId, feed }: { runId: string; feed: string },
  files: readonly FileLoad[],
): Promise<FeedLoad> {
  const list = `staged/${feed.replace('feed/', '')}/${runId}/files.json`;
  await writeJson(objects, list, files);
  const dates = files.flatMap(({ date }) => (date === null ? [] : [date]));
  const places = files.map((file, n): [number, number] => [n, unpackedBytes(file)]);
  const batches = Array.from({ length: Math.ceil(files.length / BATCH) }, (_, n) =>
    places.slice(n * BATCH, (n + 1) * BATCH),
  );
  return { feed, list, batches, oldest: dates.sort()[0] ?? null, days: daysOf(files) };
}

/** Most feeds have one file a day: what follows on itself is said once. */
function daysOf(files: readonly FileLoad[]): FeedLoad['days'] {
  const ends = new Map<string, number>();
  for (const [n, { date }] of files.entries()) if (date !== null) ends.set(date, n + 1);
  const days: FeedLoad['days'] = [];
  let before = 0;
  for (const end of [...ends.values()].sort((a, b) => a - b)) {
    const [last, size] = [days.at(-1), end - before];
    if (last?.[1] === size) last[0] += 1;
    else days.push([1, size]);
    before = end;
  }
  return days;
}

/** Text becomes about an eighth of itself, and a file doesn't say what it was before. */
const PACKED = 8;
const unpackedBytes = ({ name, bytes }: FileLoad): number =>
  /\.(gz|tgz|zst|bz2|zip|xlsx)$/i.test(name) ? bytes * PACKED : bytes;

/** One of them, by its place in the list. */
export async function plannedFile(
  objects: ObjectStore,
  { list, file }: { list: string; file: number },
): Promise<FileLoad> {
  const files = await kept(objects, list);
  if (files?.[file] === undefined)
    throw new NotFound(
      `file ${file} of ${list} is not there: what a run plans is kept for 30 days, so start a new run`,
    );
  return FileLoad.parse(files[file]);
}

/** All of them, in order. */
export const plannedFiles = async (objects: ObjectStore, list: string): Promise<FileLoad[]> =>
  z.array(FileLoad).parse((await kept(objects, list)) ?? []);

const kept = async (objects: ObjectStore, list: string): Promise<unknown[] | undefined> =>
  (await readJson(objects, list, z.array(z.unknown())))?.value;
