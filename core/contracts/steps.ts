import { z } from 'zod';
import { FileCounts } from './loads.ts';
import { CalendarDate, Instant, Sha256 } from './names.ts';
import { RunRequest, RunType } from './runs.ts';
import { FileFormat } from './sources.ts';
import { StitchReport } from './stitch.ts';

/** What every step is told of the run that it belongs to. */
export const RunContext = z.object({ run_id: z.string(), as_of: Instant, configuration_version: z.string() });
export type RunContext = z.infer<typeof RunContext>;

/** start-run: takes the environment's lease and plans the couriers. */
export const StartRunInput = RunContext.extend({ request: RunRequest });
export const CourierPlan = z.object({
  courier: z.string(),
  /** The run's dates, `to` exclusive; null: all. */
  from: CalendarDate.nullable(),
  to: CalendarDate.nullable(),
  /** Dates of the files that are looked for: the run's, or without these as the group says. */
  looks_at: z.object({ from: CalendarDate.nullable(), to: CalendarDate.nullable() }).default({ from: null, to: null }),
  wait: z.number(),
  stop_when_missing: z.boolean(),
  notify_when_missing: z.boolean().default(true),
  skip_missing: z.boolean(),
});
export type CourierPlan = z.infer<typeof CourierPlan>;

/** Whether a model is tried: a new one, or the earlier one of an id. */
const Retrain = z.union([z.boolean(), z.string()]).default(false);
export type Retrain = z.infer<typeof Retrain>;

export const StartRunOutput = RunContext.extend({
  run_type: RunType,
  refresh: z.enum(['express', 'normal', 'full']),
  couriers: z.array(CourierPlan),
  /** A model is tried, and nothing else done. */
  retrain: Retrain,
  /** When the run has taken so long that people are told. */
  warn_at: Instant.optional(),
});

/** pull-files: lands what is new at one courier's source. */
export const PullFilesInput = RunContext.extend({ plan: CourierPlan });
export const LandedFile = z.object({
  key: z.string(),
  /** Path at the source. */
  name: z.string(),
  sha256: Sha256,
  bytes: z.number().int(),
  /** From the date tokens of its pattern. */
  date: CalendarDate.nullable(),
  /** Which file of the courier's set. */
  file: z.string(),
  /** Whether its content is known under its name alone, since each file of its kind is news, whatever others hold. */
  by_name: z.boolean().optional(),
  /** Which time its content came: a snapshot may be again what it was before another. */
  times: z.number().int().min(1).default(1),
  /** The run that landed it, or that began to, before another went on. What is landed together for a date is one delivery. */
  landing: z.string(),
  /** Whether it holds what was new since the last reading of its source, or what is of a period, and no more. */
  incremental: z.boolean().optional(),
  landed_at: Instant,
});
export type LandedFile = z.infer<typeof LandedFile>;
export const PullFilesOutput = z.object({
  courier: z.string(),
  files_seen: z.number().int(),
  files_landed: z.number().int(),
  /** Required files that are not there, and that the run goes on without. */
  missing: z.array(z.string()),
  /** Files that changed each time that they were read, and that the run goes on without. */
  changing: z.array(z.string()).optional(),
  /** What people are to look at, since more may be there than was read. */
  doubts: z.array(z.string()).optional(),
  notify_when_missing: z.boolean().default(true),
});
export type PullFilesOutput = z.infer<typeof PullFilesOutput>;

/** plan-loads: which landed files each feed has not loaded yet, in order. */
export const PlanLoadsInput = StartRunOutput;
export const FileLoad = LandedFile.extend({
  format: FileFormat,
  mode: z.enum(['load', 'truncate_and_load']),
  ingest_query: z.string().optional(),
});
export type FileLoad = z.infer<typeof FileLoad>;
/** A file in as few letters as a state machine needs: its place in a list, and the bytes that it is reckoned to unpack to. */
const PlannedFile = z.tuple([z.number().int(), z.number().int()]);
export const FeedLoad = z.object({
  feed: z.string(),
  /** Key of the list of its files, in the order in which they load. */
  list: z.string(),
  /** Those of one execution together. */
  batches: z.array(z.array(PlannedFile)),
  /** Of the files that have a date. */
  oldest: CalendarDate.nullable(),
  /** The days that files are of, as they are done: so many days, each after so many files more. */
  days: z.array(z.tuple([z.number().int(), z.number().int()])).default([]),
});
export type FeedLoad = z.infer<typeof FeedLoad>;
export const PlanLoadsOutput = z.object({ feeds: z.array(FeedLoad) });

/** read-file: landed bytes → staged Parquet and quarantine. */
export const ReadFileInput = RunContext.extend({
  feed: z.string(),
  list: z.string(),
  /** Its place in the list. */
  file: z.number().int(),
});
export const ReadFileOutput = z.object({ feed: z.string(), staged: z.string(), counts: FileCounts });

/** Of what was read only what has one size whatever the file: a task of ECS is told 8 KB. */
const StagedFile = ReadFileOutput.pick({ staged: true }).extend({
  counts: FileCounts.pick({ rows_read: true, rows_superseded: true, rows_rejected: true }),
});

/** What the error of a file tells of which more rows are bad than its feed allows: none was loaded. */
export const FileOverThreshold = z.object({
  feed: z.string(),
  rows_read: z.number().int(),
  rows_rejected: z.number().int(),
});
export type FileOverThreshold = z.infer<typeof FileOverThreshold>;

/** merge-rows: staged Parquet → domain table, in one transaction. */
export const MergeRowsInput = ReadFileInput.extend({ read: StagedFile });
export const FileLoaded = z.object({
  feed: z.string(),
  file: z.string(),
  sha256: Sha256,
  date: CalendarDate.nullable().default(null),
  rows_read: z.number().int(),
  rows_inserted: z.number().int(),
  rows_updated: z.number().int(),
  /** An equal or newer row was there. */
  rows_unchanged: z.number().int(),
  rows_rejected: z.number().int(),
});
export type FileLoaded = z.infer<typeof FileLoaded>;

/** publish-feed: the domain table that readers see is the one that was loaded. */
export const PublishFeedInput = RunContext.extend({ feed: z.string(), list: z.string() });
export const PublishFeedOutput = z.object({ table: z.string(), rows: z.number().int() });

/** What a state machine catches of a failed task. */
export const TaskFailure = z.object({ Error: z.string(), Cause: z.string().optional() });
export type TaskFailure = z.infer<typeof TaskFailure>;

/** settle-loads: fails the run when a feed failed, once every feed has had its turn. */
export const SettleLoadsInput = RunContext.extend({
  loaded: z.array(z.looseObject({ load: FeedLoad, error: TaskFailure.optional() })),
});
export const SettleLoadsOutput = z.object({ feeds: z.number().int() });

/** prepare-stitch: writes the tagged records; null when nothing that decides identity has changed. */
export const PrepareStitchInput = RunContext.extend({
  refresh: z.enum(['express', 'normal', 'full']),
  /** All records, to try a model on. */
  retrain: Retrain,
});
export const PrepareStitchOutput = z.object({
  changed: z.boolean(),
  records: z.string(),
  version: z.string(),
  previous: z.string().nullable(),
  rows: z.number().int(),
  /** The records are those alone that the previous run has not seen. */
  only_unseen: z.boolean(),
  /** A model that somebody accepted, to go by from now on: the folder of its files, and when that was; or one to try. */
  model: z.object({ folder: z.string(), since: Instant }).nullable().default(null),
  /** A model is tried, and nothing else kept. */
  retrain: Retrain,
});

/** A task that does a step in a function's place, in the words of ECS: units of CPU, MiB of memory, GiB of disk. */
export const TaskSize = z.object({ cpu: z.string(), memory: z.string(), storage: z.number().int() });
export type TaskSize = z.infer<typeof TaskSize>;

/**
 * What a step answers that has counted more than its home holds: another form of it is to do the work, and notes that. With
 * the same input the step then answers what was noted. `distributed`: a task concludes what many functions have found.
 */
export const HandedOver = z.object({
  form: z.enum(['task', 'distributed']),
  /** Pairs of records that meet, each once a rule. */
  pairs: z.number().int(),
  size: TaskSize,
});
export type HandedOver = z.infer<typeof HandedOver>;

/** run-stitch: records → assignments and the tables beside them, unless another form is to find them. */
export const RunStitchInput = RunContext.extend({
  prepared: PrepareStitchOutput,
  /** What the step answered before another form took over: told to that form alone. */
  stitched: HandedOver.optional(),
});
export const RunStitchOutput = z.union([
  z.object({ report: StitchReport }),
  /** The id of the model that was trained. */
  z.object({ candidate: z.string() }),
  HandedOver,
]);

/** spread-stitch: what is done over all records between the pieces of a distributed run; answers the numbers of the next pieces. */
export const SpreadStitchInput = RunContext.extend({
  stage: z.enum(['records', 'values', 'rules', 'buckets']),
  prepared: PrepareStitchOutput,
});
export const SpreadStitchOutput = z.object({
  pieces: z.array(z.number().int()),
  /** The records have outgrown the model that was to decide: all that was made of it is to be made anew, and another trained. */
  outgrown: z.boolean(),
});

/** stitch-piece: one of them. */
export const StitchPieceInput = RunContext.extend({
  stage: z.enum(['standardise', 'clean', 'compare']),
  piece: z.number().int(),
});
export const StitchPieceOutput = z.object({});

/** measure-stitch: how right the people of a run are, once readers have them. */
export const MeasureStitchInput = RunContext;
export const MeasureStitchOutput = z.object({
  /** False of a run that stitched nothing, and where too few records were touched since the last measurement. */
  measured: z.boolean(),
  /** Records touched since the last measurement. */
  touched_records: z.number().int(),
});

/** plan-database: tables to build, level by level. */
export const PlanDatabaseInput = RunContext.extend({
  /** `domain`: custom domain tables; `customer360`: core tables and the databases. */
  stage: z.enum(['domain', 'customer360']),
  refresh: z.enum(['express', 'normal', 'full']),
});
export const PlannedTable = z.object({
  schema: z.enum(['domain', 'customer360']),
  name: z.string(),
  /** Why it is built: new, new definition, new input … */
  why: z.string(),
  /** What its rows will be made of; names the stored table. */
  version: z.string(),
  inputs: z.record(z.string(), z.string()),
  as_of_day: z.string().optional(),
  /** The last version, when the rows that changed are laid over it; left out: the table is built whole. */
  over: z.string().optional(),
  /** Columns that those that follow it are told of touched rows; left out: all, of the rows that differ. */
  tells: z.array(z.string()).optional(),
});
export type PlannedTable = z.infer<typeof PlannedTable>;
export const PlanDatabaseOutput = z.object({ levels: z.array(z.array(PlannedTable)) });

/** build-table: one table under a new version; nobody sees it yet. */
export const BuildTableInput = RunContext.extend({ stage: z.enum(['domain', 'customer360']), table: PlannedTable });
/** `rows`: none of a view. */
export const BuildTableOutput = z.object({
  schema: z.string(),
  name: z.string(),
  rows: z.number().int().optional(),
});

/** publish-database: checks, then one pointer moves and readers see all of it. */
export const PublishDatabaseInput = RunContext.extend({ stage: z.enum(['domain', 'customer360']) });
export const CheckResult = z.object({
  table: z.string(),
  column: z.string(),
  check: z.enum(['required', 'unique']),
  failures: z.number().int(),
});
export const PublishDatabaseOutput = z.object({
  tables: z.record(z.string(), z.number().int()),
  failed_checks: z.array(CheckResult),
});

/** A statement that a step began, known by what it asks: the engine's id of it, and the token that it was started with. */
export const BegunStatement = z.object({ asks: z.string(), id: z.string(), token: z.string() });
export type BegunStatement = z.infer<typeof BegunStatement>;

/** What a step answers in place of its output when a statement outlasts the call: what to wait for before it is called again. */
export const StatementWait = z.object({ sql: z.string(), token: z.string(), begun: z.array(BegunStatement) });
export type StatementWait = z.infer<typeof StatementWait>;

/** finish-run and fail-run: release the lease. */
export const FinishRunInput = RunContext.partial().extend({ run_id: z.string() });
export const FailRunInput = FinishRunInput.extend({ error: TaskFailure });
export const FinishRunOutput = z.object({ run_id: z.string() });
