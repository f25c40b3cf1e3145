import { z } from 'zod';
import { QuarantinedRow } from '../contracts/loads.ts';
import { foreignToken } from '../paging.ts';
import type { ObjectStore } from '../ports.ts';
import type { Warehouse } from '../sql/port.ts';

/** A bad row, and the feed and run that refused it. */
export const RefusedRow = QuarantinedRow.extend({ feed: z.string(), run_id: z.string() });
export type RefusedRow = z.infer<typeof RefusedRow>;

export interface QuarantineFilter {
  feed?: string | undefined;
  runId?: string | undefined;
}

/** Quarantine of one landed file by one run. */
export interface QuarantineFile {
  key: string;
  feed: string;
  runId: string;
  /** What the feed's table knows the file by. */
  loadId: string;
}

/** Where a page of rows ends: the file, and how many of its rows are taken. */
interface Place {
  key: string;
  offset: number;
}

/** Files of quarantine by feed, those of the newest run first. */
export async function quarantineFiles(objects: ObjectStore, filter: QuarantineFilter): Promise<QuarantineFile[]> {
  const prefix = filter.feed === undefined ? 'quarantine/' : `quarantine/${filter.feed.replace('feed/', '')}/`;
  const files = (await objects.list(prefix)).flatMap(({ key }) => {
    const [, feed, runId, name] = key.split('/');
    if (feed === undefined || runId === undefined || name === undefined) return [];
    return [{ key, feed: `feed/${feed}`, runId, loadId: name.replace(/\.parquet$/, '') }];
  });
  return files.filter(({ runId }) => filter.runId === undefined || runId === filter.runId).sort(newestFirst);
}

const newestFirst = (a: QuarantineFile, b: QuarantineFile): number =>
  compare(a.feed, b.feed) || compare(b.runId, a.runId) || compare(a.key, b.key);

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** One page of bad rows, and what asks for the next. */
export async function quarantinedRows(
  access: { objects: ObjectStore; warehouse: Warehouse },
  filter: QuarantineFilter,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<{ rows: RefusedRow[]; next?: string }> {
  const files = await quarantineFiles(access.objects, filter);
  const start = after === undefined ? undefined : placeOf(after);
  const from = start === undefined ? 0 : files.findIndex((file) => file.key === start.key);
  if (from === -1) throw foreignToken(after ?? '');
  const rows: RefusedRow[] = [];
  for (const [n, file] of files.slice(from).entries()) {
    const offset = n === 0 ? (start?.offset ?? 0) : 0;
    if (rows.length === limit) return { rows, next: tokenOf({ key: file.key, offset: 0 }) };
    const read = await access.warehouse.read(file.key, { limit: limit - rows.length, offset });
    rows.push(...refused(file, read));
    if (read.truncated) return { rows, next: tokenOf({ key: file.key, offset: offset + read.rows.length }) };
  }
  return { rows };
}

/** The bad rows of one file, as objects. */
export function refused(file: QuarantineFile, read: Awaited<ReturnType<Warehouse['read']>>): RefusedRow[] {
  return read.rows.map((row) => {
    const values = Object.fromEntries(read.columns.map(({ name }, n) => [name, row[n]]));
    return RefusedRow.parse({ ...values, feed: file.feed, run_id: file.runId });
  });
}

const tokenOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf(token: string): Place {
  try {
    const place = z.object({ key: z.string(), offset: z.number().int().min(0) });
    return place.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch (cause) {
    throw foreignToken(token, cause);
  }
}
