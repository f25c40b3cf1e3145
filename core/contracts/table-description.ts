import { z } from 'zod';
import { TableEntry } from './catalog.ts';
import { CheckResult } from './steps.ts';

/** A published table in a list. */
export const TableSummary = TableEntry.pick({
  schema: true,
  name: true,
  rows: true,
  columns: true,
  version: true,
  built_at: true,
  run_id: true,
}).required({ rows: true });
export type TableSummary = z.infer<typeof TableSummary>;

/** A published table with where its rows are from. */
export const TableDescription = TableSummary.extend({
  description: z.string(),
  /** Trino SQL that made it; null of what files or Stitch made. */
  sql: z.string().nullable(),
  /** Tables that it was made from, and that are made from it, as `schema.name`. */
  reads: z.array(z.string()),
  read_by: z.array(z.string()),
  /** Columns, as `schema.table.column`, that the values of each column come from; null where that can't be told. */
  lineage: z.record(z.string(), z.array(z.string())).nullable(),
  /** The feed of a domain table. */
  feed: z.string().nullable(),
  /** Checks of its columns in the run that built it; null in one that has not ended. */
  checks: z.array(CheckResult.omit({ table: true })).nullable(),
});
export type TableDescription = z.infer<typeof TableDescription>;
