import { type RefusedFile, SetAside } from '../contracts/refused-files.ts';
import type { Feed } from '../contracts/sources.ts';
import type { LandedFile } from '../contracts/steps.ts';
import type { Configuration } from '../environments/configuration.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { landedFiles, loadId } from './landing.ts';
import { type Loading, loadingsOf } from './loadings.ts';
import { refusedIds, refusedOf } from './refused-files.ts';

const prefix = (feed: string) => `set-aside/${feed.replace('feed/', '')}/`;
const keyOf = (feed: string, id: string) => `${prefix(feed)}${id}.json`;

const setAsideIds = async (objects: ObjectStore, feed: string): Promise<string[]> =>
  (await objects.list(prefix(feed))).map(({ key }) => key.slice(prefix(feed).length).replace(/\.json$/, ''));

/** Without the files that a feed is to do without, whatever its shape. */
export async function withoutSetAside(
  objects: ObjectStore,
  feed: string,
  files: readonly LandedFile[],
): Promise<LandedFile[]> {
  if (files.length === 0) return [];
  const ids = new Set(await setAsideIds(objects, feed));
  return files.filter((file) => !ids.has(loadId(file)));
}

/** The landed files that a feed did not take, or is to do without. */
export async function refusedFilesOf(
  objects: ObjectStore,
  configuration: Configuration,
  feed: Feed,
): Promise<RefusedFile[]> {
  const aside = await setAsideIds(objects, feed.id);
  const found = loadingsOf(configuration, feed).map((loading) => refusedIn(objects, loading, aside));
  return (await Promise.all(found)).flat();
}

/** Where a file is in the order of what was landed. */
export const placeOf = ({ landed_at, id }: RefusedFile): string => `${landed_at} ${id}`;

async function refusedIn(
  objects: ObjectStore,
  { courier, file, table, feed }: Loading,
  aside: readonly string[],
): Promise<RefusedFile[]> {
  const ids = [...new Set([...(await refusedIds(objects, table)), ...aside])];
  const landed = await landedFiles(objects, courier, file, ids);
  const refusals = new Map((await refusedOf(objects, table, landed)).map((one) => [one.file, one.refusal]));
  return Promise.all(
    landed.map(async (one): Promise<RefusedFile> => {
      const id = loadId(one);
      const { name, date, landed_at } = one;
      const refusal = refusals.get(one);
      const set_aside = aside.includes(id) ? (await readJson(objects, keyOf(feed, id), SetAside))?.value : undefined;
      return {
        ...{ id, feed, courier, name, date, landed_at },
        state: set_aside ? 'set aside' : refusal?.replaced ? 'replaced' : 'due',
        ...(refusal && { error: { type: refusal.type, message: refusal.message } }),
        ...(set_aside && { set_aside }),
      };
    }),
  );
}

/** Has a feed do without a file that it refused. `NotFound` of one that it didn't. */
export async function setAside(
  objects: ObjectStore,
  configuration: Configuration,
  { id, feed, ...set_aside }: SetAside & { id: string; feed: Feed },
): Promise<RefusedFile> {
  const file = await refusedFile(objects, configuration, { id, feed });
  await writeJson(objects, keyOf(feed.id, id), set_aside);
  return { ...file, state: 'set aside', set_aside };
}

/** Has a feed try a file again that it was to do without. */
export async function takeUp(
  objects: ObjectStore,
  configuration: Configuration,
  { id, feed }: { id: string; feed: Feed },
): Promise<RefusedFile> {
  const { set_aside, ...file } = await refusedFile(objects, configuration, { id, feed });
  if (!set_aside) throw new NotFound(`${file.name} is not set aside: ${feed.id} tries it in each run as it is`);
  await objects.delete(keyOf(feed.id, id));
  // One that a newer delivery took the place of stays out all the same.
  const refused = (await refusedFilesOf(objects, configuration, feed)).find((one) => one.id === id);
  return refused ?? { ...file, state: 'due' };
}

async function refusedFile(
  objects: ObjectStore,
  configuration: Configuration,
  { id, feed }: { id: string; feed: Feed },
): Promise<RefusedFile> {
  const found = (await refusedFilesOf(objects, configuration, feed)).find((file) => file.id === id);
  if (found) return found;
  throw new NotFound(`${feed.id} has refused no file ${id}: tributary quarantine files lists those that it did`);
}
