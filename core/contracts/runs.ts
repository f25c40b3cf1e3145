import { z } from 'zod';
import { CalendarDate, Instant } from './names.ts';

export const RunType = z.enum(['full', 'refresh', 'source']);
export type RunType = z.infer<typeof RunType>;
export const RunState = z.enum(['scheduled', 'in progress', 'stopping', 'stopped', 'succeeded', 'failed']);
export type RunState = z.infer<typeof RunState>;

/** Asks for a run of a courier group (reference §1.3 run dialog, §13.2). */
export const RunRequest = z.strictObject({
  courier_group: z.string(),
  /** Default: the group's own. */
  run_type: RunType.optional(),
  /** Files of these dates, `range_to` exclusive; `range_from` alone is that one day; neither: all data. */
  range_from: CalendarDate.optional(),
  range_to: CalendarDate.optional(),
  /** Land and load, no Stitch and no databases. */
  ingest_only: z.boolean().default(false),
  /** A missing required file is left out instead of failing the courier. */
  skip_missing: z.boolean().default(false),
  /** Neither sources nor loads: Stitch, and what follows from it, over the tables as they are. */
  people_only: z.literal(true).optional(),
  /**
   * Neither sources nor people: a Stitch model is tried on the records as they are, to be looked at before it is accepted. `true`:
   * a new one, which is trained on them; else the earlier one of this id.
   */
  retrain: z.union([z.literal(true), z.string().min(1)]).optional(),
  /** Which tables are rebuilt (reference §4.3). */
  refresh: z.enum(['express', 'normal', 'full']).default('normal'),
});
export type RunRequest = z.infer<typeof RunRequest>;

export const RunError = z.object({
  type: z.string(),
  message: z.string(),
  attribution: z.enum(['customer', 'platform']),
  data: z.record(z.string(), z.unknown()).default({}),
});
export type RunError = z.infer<typeof RunError>;

/** One task of a run: what it was given, what came of it, how long it waited and worked. */
export const RunTask = z.object({
  /** State name and hash of the input: a task with the same id has the same result. */
  id: z.string(),
  name: z.string(),
  label: z.string(),
  state: RunState,
  attempts: z.number().int(),
  created_at: Instant,
  started_at: Instant.optional(),
  ended_at: Instant.optional(),
  waiting_ms: z.number().int().default(0),
  working_ms: z.number().int().default(0),
  /** Rows so far, and of how many. */
  done: z.number().optional(),
  total: z.number().optional(),
  output: z.unknown().optional(),
  error: RunError.optional(),
  /** The form that did it, where that is not the usual one. */
  form: z.enum(['task', 'distributed']).optional(),
});
export type RunTask = z.infer<typeof RunTask>;

/** Files that are not at a courier's source yet, or change there; from `until` on the run goes on without them, or fails. */
export const AwaitedFiles = z.object({ courier: z.string(), missing: z.array(z.string()), until: Instant });
export type AwaitedFiles = z.infer<typeof AwaitedFiles>;

/** What a run has gone on in spite of: files that are not there or change, or may not be all, or the time that its group gives it. */
export const RunWarning = z.object({
  type: z.enum(['MissingFiles', 'ChangingFiles', 'DoubtfulFiles', 'SlowRun']),
  message: z.string(),
  at: Instant,
  data: z.record(z.string(), z.unknown()).default({}),
});
export type RunWarning = z.infer<typeof RunWarning>;

export const Run = z.object({
  id: z.string(),
  type: z.literal('courier_group'),
  name: z.string(),
  tenant: z.string(),
  environment: z.string(),
  state: RunState,
  principal: z.string(),
  /** The slot of its schedule that it was started for, on time or later. */
  scheduled_for: Instant.optional(),
  request: RunRequest,
  /** The run's "now" in every SQL. */
  as_of: Instant,
  configuration_version: z.string(),
  created_at: Instant,
  started_at: Instant.optional(),
  ended_at: Instant.optional(),
  /** Its execution, in a home where a service of its own interprets the state machines. */
  execution: z.string().optional(),
  /** The run that holds the lease which this one waits for. */
  waits_for: z.string().optional(),
  /** Required files that a courier waits for, and how long. */
  awaits: AwaitedFiles.optional(),
  /** When it has taken so long that people are told. */
  warn_at: Instant.optional(),
  warnings: z.array(RunWarning).default([]),
  tasks: z.array(RunTask).default([]),
  error: RunError.optional(),
});
export type Run = z.infer<typeof Run>;

/** How far the files of one feed are loaded, which is done in the order of their dates. */
export const FeedProgress = z.object({
  feed: z.string(),
  files: z.number().int(),
  files_done: z.number().int(),
  /** Days that its files are of, and those of which all are loaded. */
  days: z.number().int(),
  days_done: z.number().int(),
  /** Of the file that was loaded last. */
  date: CalendarDate.nullable(),
  rows_read: z.number().int(),
  rows_inserted: z.number().int(),
  rows_updated: z.number().int(),
  rows_unchanged: z.number().int(),
  rows_rejected: z.number().int(),
});
export type FeedProgress = z.infer<typeof FeedProgress>;

/** How far the loads of a run are. */
export const LoadProgress = z.object({
  feeds: z.array(FeedProgress),
  /** Share of the bytes, from 0 to 1. */
  fraction: z.number(),
  /** That the loads take yet, once that can be told; what follows on them is not counted. */
  seconds_left: z.number().int().optional(),
});
export type LoadProgress = z.infer<typeof LoadProgress>;

/** A run as it is shown: from when its loads are planned, with how far they are. */
export const RunShown = Run.extend({ progress: LoadProgress.optional() });
export type RunShown = z.infer<typeof RunShown>;
