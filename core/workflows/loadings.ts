import type { Feed } from '../contracts/sources.ts';
import type { Configuration } from '../environments/configuration.ts';
import { storedTable } from './domain-tables.ts';

/** A file of a courier's set, the feed that it is loaded into, and the stored domain table of that. */
export interface Loading {
  courier: string;
  file: string;
  feed: string;
  table: string;
}

/** All that is loaded into a feed. */
export function loadingsOf(configuration: Configuration, feed: Feed): Loading[] {
  const table = storedTable(configuration, feed);
  return configuration
    .all('courier')
    .flatMap(({ id, loads }) =>
      loads.filter((load) => load.feed === feed.id).map(({ file }) => ({ courier: id, file, feed: feed.id, table })),
    );
}
