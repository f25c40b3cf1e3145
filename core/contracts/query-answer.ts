import { z } from 'zod';
import { Instant } from './names.ts';
import { Column } from './types.ts';

export const QueryState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type QueryState = z.infer<typeof QueryState>;

/** A query that was asked for, as it stands. */
export const QueryAnswer = z.object({
  id: z.string(),
  /** The saved query's document, or `query` for SQL of the caller's own. */
  name: z.string(),
  state: QueryState,
  /** Of a query that succeeded: the first rows, and whether there are more than these. */
  columns: z.array(Column).optional(),
  rows: z.array(z.array(z.unknown())).optional(),
  truncated: z.boolean().optional(),
  /** Where the result is to be had as CSV, for those who may download. */
  result_url: z.string().optional(),
  /** Until when that address serves anybody who has it; left out where it asks for the caller's token. */
  result_expires_at: Instant.optional(),
  /** Of a query that failed; `sql` is what the engine ran. */
  error: z
    .object({
      name: z.string(),
      message: z.string(),
      sql: z.string().optional(),
      /** The engine's own id of it. */
      query_id: z.string().optional(),
    })
    .optional(),
});
export type QueryAnswer = z.infer<typeof QueryAnswer>;

/** A result has no more rows, unless the query says itself how many it wants and the engine keeps results elsewhere. */
export const RESULT_ROWS = 100_000;
