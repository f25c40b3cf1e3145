import type { Feed } from '../contracts/sources.ts';
import type { LandedFile } from '../contracts/steps.ts';
import type { Configuration } from '../environments/configuration.ts';
import { NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import type { Warehouse } from '../sql/port.ts';
import { zoneOf } from '../workflows/domain-tables.ts';
import { loadId } from '../workflows/landing.ts';
import { loadingsOf } from '../workflows/loadings.ts';
import { unloadedFiles } from '../workflows/unloaded.ts';
import type { FileReader } from './port.ts';
import { quarantineFiles, refused } from './quarantine.ts';

/** As many bad rows of a file as are tried before its whole is loaded again. */
const tried = 100_000;

export interface ReplayAccess {
  objects: ObjectStore;
  warehouse: Warehouse;
  files: FileReader;
  clock(): Date;
}

export interface ReplayPlan {
  /** Landed files that the feed as it is now has not loaded. */
  files: LandedFile[];
  /** Their bad rows, and how many of them the feed would take by now. */
  rows: number;
  mended: number;
  /** The group whose run loads them; undefined when there is nothing to load. */
  courierGroup?: string;
}

/**
 * What a replay of a feed's quarantine would do. Rows are a function of a file's bytes and the feed's shape, so a file
 * that this shape has loaded has the same bad rows again; a repaired feed, or one whose threshold was raised, loads from
 * the landed bytes what it has not loaded yet.
 */
export async function planReplay(
  configuration: Configuration,
  feed: Feed,
  access: ReplayAccess,
  options: { outFolder: string; signal: AbortSignal },
): Promise<ReplayPlan> {
  const loads = loadingsOf(configuration, feed);
  const lacking = loads.map((load) => unloadedFiles(access, load, access.clock()));
  const files = (await Promise.all(lacking)).flatMap((found) => found.files);
  if (files.length === 0) return { files, rows: 0, mended: 0 };
  const lines = await rawRows(feed, new Set(files.map(loadId)), access);
  const timeZone = zoneOf(configuration, feed);
  const mended = lines.length === 0 ? 0 : await countGood(feed, lines, access, { ...options, timeZone });
  return { files, rows: lines.length, mended, courierGroup: groupOf(configuration, feed) };
}

function groupOf(configuration: Configuration, feed: Feed): string {
  const couriers = configuration.all('courier').filter(({ loads }) => loads.some((load) => load.feed === feed.id));
  const group = configuration
    .all('courier-group')
    .find((one) => one.couriers.some((member) => couriers.some(({ id }) => id === member.courier)));
  if (!group) throw new NotFound(`no courier group has a courier that loads ${feed.id}: add its courier to one`);
  return group.id;
}

/** The bad rows of the newest reading of each file, as JSON. */
async function rawRows(feed: Feed, due: ReadonlySet<string>, access: ReplayAccess): Promise<string[]> {
  const rows: string[] = [];
  const seen = new Set<string>();
  for (const file of await quarantineFiles(access.objects, { feed: feed.id })) {
    if (!due.has(file.loadId) || seen.has(file.loadId)) continue;
    seen.add(file.loadId);
    const read = await access.warehouse.read(file.key, { limit: tried, offset: 0 });
    for (const { raw } of refused(file, read)) rows.push(raw);
  }
  return rows;
}

/** How many of these rows the feed takes; what is no JSON object could not be read, whatever the feed. */
async function countGood(
  feed: Feed,
  lines: string[],
  access: ReplayAccess,
  options: { outFolder: string; signal: AbortSignal; timeZone: string },
): Promise<number> {
  const readable = lines.filter((line) => line.startsWith('{'));
  if (readable.length === 0) return 0;
  const key = `staged/replay-${feed.id.replace('feed/', '')}.ndjson`;
  await access.objects.put(key, readable.join('\n'));
  try {
    const counts = await access.files.read({
      path: await access.objects.locate(key),
      name: `quarantine of ${feed.id}`,
      format: { type: 'json' },
      feed: { ...feed, error_threshold: 100 },
      generatedUpdated: 0n,
      ...options,
    });
    return counts.rows_staged + counts.rows_superseded;
  } finally {
    await access.objects.delete(key);
  }
}
