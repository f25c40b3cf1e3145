import { z } from 'zod';
import { documentId, SnakeName } from './names.ts';
import { GateLimits } from './stitch-quality.ts';
import { StitchRule } from './stitch-rules.ts';

/** Settings of identity resolution (reference §3.12); every default stands for a tenant that sets nothing. */
export const StitchSettings = z.strictObject({
  id: documentId('stitch'),
  /** Names of available tables that take part; left out: all that are made available. */
  tables: z.array(SnakeName).optional(),
  threshold: z.number().min(1).max(5).default(3),
  key_priority: z.enum(['fk', 'sk']).default('fk'),
  /** Asked of two records from the top down: the first that is true decides, before keys and the model. */
  rules: z.array(StitchRule).max(50).default([]),
  /** What decides of the other records, beside their keys; `none` keeps them apart. */
  remaining: z.enum(['model', 'none']).default('model'),
  case_sensitive_fks: z.array(z.string()).default([]),
  allowed_empty: z.array(SnakeName).default([]),
  /** Names of tables that hold each person once, at most 30: nobody gets two records of one. Left out: those that the data shows; `[]`: none. */
  clean_sources: z.array(SnakeName).max(30).optional(),
  supersized_cluster_min_size: z.number().int().min(2).default(500),
  /** Values never used in matching, beside the built-in and automatic ones. */
  bad_values: z
    .array(z.strictObject({ semantic: z.string(), value: z.string(), datasource: z.string().default('*') }))
    .default([]),
  nicknames: z
    .array(z.strictObject({ canonical: z.string(), nickname: z.string(), remove: z.boolean().default(false) }))
    .default([]),
  /** Same label and partition: together. Same label, other partition: apart. */
  labels: z
    .array(z.strictObject({ label: z.string(), partition: z.string(), datasource: SnakeName, pk: z.string() }))
    .default([]),
  history_days: z.number().int().positive().default(365),
  /** What holds a promotion; left out: the defaults. */
  gate: GateLimits.optional(),
});
export type StitchSettings = z.infer<typeof StitchSettings>;

/** Which record a group of merged fields comes from when several could (reference §4.5); lower priority numbers win. */
export const MergePolicy = z.strictObject({
  id: documentId('merge-policy'),
  sources: z.array(
    z.strictObject({
      datasource: SnakeName,
      priority: z.number().int(),
      name: z.number().int().optional(),
      address: z.number().int().optional(),
      email: z.number().int().optional(),
      phone: z.number().int().optional(),
      birthdate: z.number().int().optional(),
      gender: z.number().int().optional(),
    }),
  ),
});
export type MergePolicy = z.infer<typeof MergePolicy>;

/** One table of a database: Trino SQL that a tenant can read, copy and change. */
export const DatabaseTable = z.strictObject({
  id: documentId('table'),
  database: SnakeName,
  name: SnakeName,
  description: z.string().default(''),
  sql: z.string().min(1),
  /**
   * A column such as `amp_id`: rows depend only on input rows with the same value in it, so that a run makes the rows of
   * changed people anew and leaves the others. It is one of this table and of each table of `customer360` that changes.
   */
  incremental_by: SnakeName.optional(),
  /** Computed when it is read instead of stored: for cheap joins and projections of the database's other tables. */
  view: z.literal(true).optional(),
  /** What each column is; only those with something to say. */
  columns: z
    .record(
      SnakeName,
      z.strictObject({
        description: z.string().optional(),
        required: z.boolean().default(false),
        unique: z.boolean().default(false),
        pii: z.boolean().default(false),
      }),
    )
    .default({}),
});
export type DatabaseTable = z.infer<typeof DatabaseTable>;

/** A saved query, Trino SQL. */
export const Query = z.strictObject({
  id: documentId('query'),
  name: z.string(),
  folder: z.string().default(''),
  sql: z.string().min(1),
});
export type Query = z.infer<typeof Query>;

/** A person who may sign in, and the policies they hold. */
export const User = z.strictObject({
  id: documentId('user'),
  email: z.email(),
  policies: z.array(z.enum(['DataGrid Administrator', 'DataGrid Operator', 'Amp360 User', 'AmpIQ User'])).min(1),
});
export type User = z.infer<typeof User>;
