import { publishedTables } from '../environments/catalog.ts';
import type { ObjectStore } from '../ports.ts';

/** Days that a run's findings are kept after others took their place: so long it may be retried, and be read from. */
const KEPT_DAYS = 7;

/** Removes what Stitch wrote in runs of more than a week ago, but for what is published of it. */
export async function removeOldStitch(objects: ObjectStore, now: Date): Promise<void> {
  const published = new Set(Object.values(await publishedTables(objects)).map((entry) => entry.run_id));
  const day = new Date(now.getTime() - KEPT_DAYS * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  for (const { key } of await objects.list('stitch/')) {
    const run = key.split('/')[1] ?? '';
    // Ids are in the order of their making.
    if (run < `run-${day}` && !published.has(run)) await objects.delete(key);
  }
}
