import type { TableEntry } from '../contracts/catalog.ts';
import type { Feed } from '../contracts/sources.ts';
import { contentHash } from '../environments/canonical.ts';
import { type Configuration, tableOfFeed } from '../environments/configuration.ts';
import type { Warehouse } from '../sql/port.ts';

/**
 * What decides a feed's rows, beside the bytes: its fields and keys, the zone of its times, and the ingest queries on the
 * way to it. When it changes, the table is made anew from the landed bytes.
 */
export function feedShape(configuration: Configuration, feed: Feed): string {
  const { fields, primary_key, last_updated } = feed;
  const decisive = fields.map(({ field, column, type, patterns, required }) => ({
    field,
    column,
    type,
    patterns,
    required,
  }));
  const loads = configuration
    .all('courier')
    .flatMap((courier) => courier.loads.filter((load) => load.feed === feed.id));
  const queries = loads.flatMap((load) =>
    load.ingest_query ? configuration.get('ingest-query', load.ingest_query).sql : [],
  );
  const ingest_queries = [...new Set(queries)].sort();
  return contentHash({
    fields: decisive,
    primary_key,
    last_updated,
    time_zone: zoneOf(configuration, feed),
    ingest_queries,
  });
}

/** The zone of a feed's datetimes that name none. */
export const zoneOf = (configuration: Configuration, feed: Feed): string =>
  feed.time_zone ?? configuration.all('tenant')[0]?.time_zone ?? 'UTC';

/** Whether a feed's table is emptied before what is new is loaded: then a part of it is no table to show. */
export const isReplacedWhole = (configuration: Configuration, feed: Feed): boolean =>
  configuration
    .all('courier')
    .some(({ loads }) => loads.some((load) => load.feed === feed.id && load.mode === 'truncate_and_load'));

/** The stored domain table of a feed: one a shape, so that a repaired feed loads aside and the rows before stay readable. */
export const storedTable = (configuration: Configuration, feed: Feed): string =>
  `${tableOfFeed(feed)}__${feedShape(configuration, feed).slice(0, 10)}`;

/** The catalog's entry of a feed's domain table as it is now; undefined before its first load. */
export async function domainTableEntry(
  warehouse: Warehouse,
  configuration: Configuration,
  feed: Feed,
  run: { id: string; at: string },
): Promise<(TableEntry & { rows: number }) | undefined> {
  const physical = storedTable(configuration, feed);
  const stored = await warehouse.describe({ schema: 'domain', physical });
  if (!stored) return undefined;
  const { generation, last, whole } = await warehouse.loads(physical);
  return {
    schema: 'domain',
    name: tableOfFeed(feed),
    physical,
    version: contentHash({ physical, generation, last }),
    definition: feedShape(configuration, feed),
    inputs: {},
    loads: { generation, last, whole },
    built_at: run.at,
    run_id: run.id,
    ...stored,
  };
}
