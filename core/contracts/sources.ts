import { z } from 'zod';
import { documentId, KebabName, SnakeName } from './names.ts';
import { MissedRule } from './schedules.ts';
import { ColumnType } from './types.ts';

/** How the bytes of a file become raw rows. What is left out is detected from the whole file. */
export const FileFormat = z.strictObject({
  /** A name in the format registry: csv, json, xml … `csv` covers every delimiter. */
  type: z.string(),
  delimiter: z.string().min(1).max(4).optional(),
  quote: z.string().length(1).optional(),
  /** false: columns are named column_1, column_2 … */
  header: z.boolean().optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
  /** Armoured public PGP keys of senders, one of whom has to have signed the file; left out: nobody has to. */
  signed_by: z.array(z.string().min(1)).min(1).optional(),
  /** Of XML, the element that is a row, as `order`; left out: the first that is repeated. */
  row_tag: z.string().min(1).optional(),
  /** Of an Excel workbook: the sheet, by its name; left out: the first. */
  sheet: z.string().min(1).optional(),
  /** Of a sheet, the row that names its columns, counted from 1; left out: the first that is not empty. */
  header_row: z.number().int().min(1).optional(),
  /** Of lines of fixed width, where each field is: its first character, counted from 1, and how many it has. */
  layout: z
    .array(
      z.strictObject({ field: z.string().min(1), start: z.number().int().min(1), length: z.number().int().min(1) }),
    )
    .min(1)
    .optional(),
  /** Of an archive, the files in it that are wanted, as `orders*.csv`; left out: all, as rows of one file. */
  members: z.string().min(1).optional(),
});
export type FileFormat = z.infer<typeof FileFormat>;

/** One file of a courier's fileset (reference §1.3). */
export const CourierFile = z.strictObject({
  /** What loads call it. */
  name: SnakeName,
  /** Literals, `*` up to the next `/`, and the date tokens {yyyy} {MM} {dd}: `web/{yyyy}-{MM}-{dd}/customers*.csv`. */
  pattern: z.string().min(1),
  optional: z.boolean().default(false),
  format: FileFormat,
});
export type CourierFile = z.infer<typeof CourierFile>;

/** What is done with a file of the set: into which feed, upserted or replacing the table, through which ingest query. */
export const CourierLoad = z.strictObject({
  feed: documentId('feed'),
  file: SnakeName,
  mode: z.enum(['load', 'truncate_and_load']).default('load'),
  ingest_query: documentId('ingest-query').optional(),
});
export type CourierLoad = z.infer<typeof CourierLoad>;

/**
 * How a system is reached and signed in to, for all couriers that pull from it. `type` names an entry of the courier registry,
 * `settings` are its own. What it signs in with is no part of it: the environment's secrets hold that, by `connectionSecret`.
 */
export const Connection = z.strictObject({
  id: documentId('connection'),
  type: z.string(),
  settings: z.record(z.string(), z.unknown()).default({}),
  description: z.string().optional(),
});
export type Connection = z.infer<typeof Connection>;

/** Pulls files from one place and lands them unchanged. `type` names an entry of the courier registry, `settings` are its own. */
export const Courier = z.strictObject({
  id: documentId('courier'),
  type: z.string(),
  /** Of the same type; left out of a courier that signs in to nothing. */
  connection: documentId('connection').optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
  files: z.array(CourierFile).min(1),
  /** Empty: files are pulled and landed only. */
  loads: z.array(CourierLoad).default([]),
});
export type Courier = z.infer<typeof Courier>;

/** DuckDB SQL over the raw file, which it sees as the table `file`, every column as the format gives it; it flattens nested data. */
export const IngestQuery = z.strictObject({ id: documentId('ingest-query'), sql: z.string().min(1) });
export type IngestQuery = z.infer<typeof IngestQuery>;

export const FeedField = z.strictObject({
  /** The incoming field. */
  field: z.string().min(1),
  /** The column it becomes; default: the field in snake_case. */
  column: SnakeName.optional(),
  type: ColumnType.default('String'),
  /** A date pattern in Java letters (`dd/MM/yyyy HH:mm`) for Date and Datetime; several are tried in order; default: ISO 8601 and the list of reference §1.2. */
  patterns: z.array(z.string()).default([]),
  required: z.boolean().default(false),
  semantics: z.array(z.string()).default([]),
  description: z.string().optional(),
});
export type FeedField = z.infer<typeof FeedField>;

/** Turns landed files into typed rows of one domain table (reference §1.5). */
export const Feed = z.strictObject({
  id: documentId('feed'),
  /** The system that the data is from: datasource of the table's records, with `name`. */
  source: SnakeName,
  name: SnakeName,
  fields: z.array(FeedField).min(1),
  /** Columns; one or many. */
  primary_key: z.array(SnakeName).min(1),
  /** A Datetime or Integer column; left out: generated. */
  last_updated: SnakeName.optional(),
  /** Percentage of bad rows above which nothing of a file is loaded. */
  error_threshold: z.number().min(0).max(100).default(1),
  /** Zone of datetimes without one; default: the tenant's. */
  time_zone: z.string().optional(),
  /** Make available to Stitch. */
  stitch: z.boolean().default(false),
});
export type Feed = z.infer<typeof Feed>;

/** Trino SQL over domain tables and other custom ones (reference §1.7). */
export const CustomDomainTable = z.strictObject({
  id: documentId('domain-table'),
  name: SnakeName,
  sql: z.string().min(1),
  primary_key: z.array(SnakeName).min(1),
  last_updated: SnakeName.optional(),
  /** Tags by column. */
  semantics: z.record(SnakeName, z.array(z.string())).default({}),
  stitch: z.boolean().default(false),
  description: z.string().optional(),
});
export type CustomDomainTable = z.infer<typeof CustomDomainTable>;

/**
 * Seconds that late files are waited for at most: a run ends within 14 days, and each five minutes of a courier's wait are three
 * of the 25,000 events that Step Functions allows it.
 */
export const LONGEST_WAIT = 5 * 86_400;
/** Seconds that a run may take. */
const LONGEST_RUN = 14 * 86_400;

/** A schedulable end-to-end run (reference §1.4). */
export const CourierGroup = z.strictObject({
  id: documentId('courier-group'),
  couriers: z
    .array(
      z.strictObject({
        courier: documentId('courier'),
        /** Seconds from the start of the run that missing required files are waited for. */
        wait: z
          .number()
          .int()
          .min(0)
          .max(
            LONGEST_WAIT,
            `expected ${LONGEST_WAIT} seconds (5 days) at most: a run ends within 14 days, all waits included`,
          )
          .default(0),
        /** Days older than the run's dates that this courier loads; in a run without dates: how old its files are at least. */
        offset_days: z.number().int().min(0).default(0),
        /** A missing required file ends the group. */
        stop_when_missing: z.boolean().default(true),
        /** A run that goes on without a required file warns of it. */
        notify_when_missing: z.boolean().default(true),
      }),
    )
    .min(1),
  /** Five-field cron; runs by hand only when left out. */
  schedule: z.string().optional(),
  time_zone: z.string().default('UTC'),
  /** Which day it is, for the dates of files, the group's time zone says too; else UTC. */
  file_dates_in_time_zone: z.boolean().default(false),
  /** A run without dates looks for files of today and of so many days before; left out: of every day. */
  lookback_days: z.number().int().min(0).optional(),
  /** Seconds after which a run that has begun and not ended warns of it. */
  warn_after: z
    .number()
    .int()
    .min(1)
    .max(LONGEST_RUN, `expected ${LONGEST_RUN} seconds (14 days) at most, after which a run is ended`)
    .optional(),
  /** What is done about slots that no run could be started at: nothing, one run for all of them, or one run each. */
  missed_slots: MissedRule.default('run-once'),
  /** In AWS: files that arrive in the inbox start it too, as soon as no required file is missing. */
  start_on_arrival: z.boolean().default(false),
  run_type: z.enum(['full', 'refresh', 'source']).default('full'),
});
export type CourierGroup = z.infer<typeof CourierGroup>;

export const Tenant = z.strictObject({
  id: documentId('tenant'),
  name: KebabName,
  time_zone: z.string().default('UTC'),
  currency: z.string().length(3).default('USD'),
  amp_iq: z.boolean().default(false),
});
export type Tenant = z.infer<typeof Tenant>;
