import { z } from 'zod';
import { Instant } from './names.ts';
import { Column } from './types.ts';

/**
 * Keys of Parquet objects laid over another: its rows that `gone` tells of don't count, those of `rows` do. `gone` holds
 * values of the columns `keys`; without them, places of rows, from 0, as `place`.
 */
export const ParquetDelta = z.object({
  rows: z.string(),
  gone: z.string(),
  keys: z.array(z.string()).min(1).optional(),
});
export type ParquetDelta = z.infer<typeof ParquetDelta>;

/** Once more of a table than this has been renewed, all of it counts as new: following what changed costs more than reading all. */
export const MOST_RENEWED = 1 / 8;

/** Schemas that readers see tables in. */
export const schemas = ['domain', 'stitch', 'customer360'] as const;

/** Where the rows of one table are, and what made them. */
export const TableEntry = z.object({
  schema: z.enum(schemas),
  name: z.string(),
  /** Name of the stored table, which carries its version; readers see it as `schema.name`. */
  physical: z.string(),
  /** Equal versions have equal rows: made from the definition and the versions of the inputs. */
  version: z.string(),
  /** Left out of a view: whoever asks counts them. */
  rows: z.number().int().optional(),
  columns: z.array(Column),
  built_at: Instant,
  run_id: z.string(),
  /** Key of the Parquet object that the rows are in; none of a view, nor of a fed domain table, whose rows are in several. */
  parquet: z.string().optional(),
  /** What lies over that object when only some rows were built anew. */
  parquet_delta: ParquetDelta.optional(),
  /**
   * Stored table of the rows by which this version differs from the version `since`, as they were and as they are; it may
   * have a few columns only, and rows that don't differ. `keys`: rows were replaced by the values of these columns, and all
   * rows with one of those values are in `parquet_delta`.
   */
  changes: z.object({ since: z.string(), table: z.string(), keys: z.array(z.string()).optional() }).optional(),
  /** Hash of the SQL or feed shape, and versions of the inputs, for the next plan. */
  definition: z.string(),
  inputs: z.record(z.string(), z.string()).default({}),
  /**
   * Of a fed domain table: the number of its last load, and of the last one that replaced its rows or changed so many
   * that all count as changed. Rows with `_load` above k have changed since load k, provided `whole` is not above k.
   * Numbers begin anew with each generation: with a table that is made from nothing, be it under a name that was there.
   */
  loads: z.object({ generation: z.string(), last: z.number().int(), whole: z.number().int() }).optional(),
  /** The last load that the rows are made of, by the generation of the domain table. */
  saw: z.record(z.string(), z.number().int()).optional(),
  /** Day of the run's `as_of`, for tables whose SQL asks for the time. */
  as_of_day: z.string().optional(),
});
export type TableEntry = z.infer<typeof TableEntry>;

/** What readers of an environment see: one object, moved by compare-and-swap. Keys are `schema.name`. */
export const Published = z.object({ run_id: z.string(), at: Instant, tables: z.record(z.string(), TableEntry) });
export type Published = z.infer<typeof Published>;
