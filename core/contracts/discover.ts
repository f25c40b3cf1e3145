import { z } from 'zod';
import { Feed, FileFormat } from './sources.ts';
import { ColumnType } from './types.ts';

/** What the whole file says of one of its columns. */
export const ColumnProfile = z.object({
  field: z.string(),
  column: z.string(),
  type: ColumnType,
  patterns: z.array(z.string()),
  rows: z.number().int(),
  /** Neither NULL nor empty. */
  filled: z.number().int(),
  distinct: z.number().int(),
  examples: z.array(z.string()),
  /** Proposed tags, best first; `confidence` 0 to 1. The first is taken into the feed when its confidence is at least 0.5. */
  semantics: z.array(z.object({ tag: z.string(), confidence: z.number(), because: z.string() })),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const DiscoveredFeed = z.object({
  file: z.string(),
  format: FileFormat,
  rows: z.number().int(),
  columns: z.array(ColumnProfile),
  /** Best first; `uniqueness` is distinct keys / rows. */
  primary_keys: z.array(z.object({ columns: z.array(z.string()), uniqueness: z.number() })),
  last_updated: z.string().nullable(),
  /** Present when the data is nested: SQL that flattens it. */
  ingest_query: z.string().nullable(),
  feed: Feed,
  /** What a person must settle, as sentences. */
  questions: z.array(z.string()),
});
export type DiscoveredFeed = z.infer<typeof DiscoveredFeed>;
