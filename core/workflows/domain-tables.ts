import type { TableEntry } from '../contracts/catalog.ts';
import type { Feed } from '../contracts/sources.ts';
import { contentHash } from '../environments/canonical.ts';
import { tableOfFeed } from '../environments/configuration.ts';
import type { Warehouse } from '../ports.ts';

/** What of a feed decides its rows. When it changes, the table is made anew from the landed bytes. */
export function feedShape(feed: Feed): string {
  const { fields, primary_key, last_updated, time_zone } = feed;
  const decisive = fields.map(({ field, column, type, patterns, required }) => ({
    field,
    column,
    type,
    patterns,
    required,
  }));
  return contentHash({ fields: decisive, primary_key, last_updated, time_zone });
}

/** The stored domain table of a feed: one a shape, so that a repaired feed loads aside and the rows before stay readable. */
export const storedTable = (feed: Feed): string => `${tableOfFeed(feed)}__${feedShape(feed).slice(0, 10)}`;

/** The catalog's entry of a feed's domain table as it is now; undefined before its first load. */
export async function domainTableEntry(
  warehouse: Warehouse,
  feed: Feed,
  run: { id: string; at: string },
): Promise<TableEntry | undefined> {
  const physical = storedTable(feed);
  const stored = await warehouse.describe({ schema: 'domain', physical });
  if (!stored) return undefined;
  const loads = await warehouse.loads(physical);
  return {
    schema: 'domain',
    name: tableOfFeed(feed),
    physical,
    version: contentHash({ physical, loads }),
    definition: feedShape(feed),
    inputs: {},
    built_at: run.at,
    run_id: run.id,
    ...stored,
  };
}
