import type { DiscoveredFeed } from '../../core/contracts/discover.ts';
import { run } from './any-files.ts';

/** The field of each tag. */
export const tagsOf = ({ feed }: DiscoveredFeed) =>
  Object.fromEntries(feed.fields.flatMap(({ field, semantics }) => semantics.map((tag) => [tag, field])));
export const typesOf = ({ feed }: DiscoveredFeed) =>
  Object.fromEntries(feed.fields.map(({ field, type }) => [field, type]));

export const lines = (count: number, row: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => row(i)).join('\n');

/** The rows that a discovered ingest query makes of a relation, by their `id`. */
export const ingested = (relation: string, { ingest_query }: DiscoveredFeed): Promise<Record<string, unknown>[]> =>
  run(`WITH file AS (SELECT * FROM ${relation}) ${ingest_query} ORDER BY id::INTEGER`);
