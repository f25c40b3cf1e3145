import type { ParquetDelta, TableEntry } from './contracts/catalog.ts';
import type { DiscoveredFeed } from './contracts/discover.ts';
import type { FileCounts } from './contracts/loads.ts';
import type { QueryState } from './contracts/query-answer.ts';
import type { Run } from './contracts/runs.ts';
import type { ArchivedFile, SftpEndpoint } from './contracts/sftp.ts';
import type { Connection, Courier, CourierFile, Feed, FileFormat } from './contracts/sources.ts';
import type { Column } from './contracts/types.ts';
import type { TributaryError } from './errors.ts';
import type { SpreadStitch, StitchEngine } from './stitch/port.ts';

/** Said while work goes on: rows done, and of how many when that is known. */
export type Progress = (done: number, total?: number) => void;

/** Objects of one environment, by key such as `landing/web/2026-11-23/<sha256>-customers.csv`. */
export interface ObjectStore {
  /** Undefined when there is none. */
  get(key: string): Promise<{ body: Uint8Array; etag: string } | undefined>;
  /** `ifMatch` / `ifNoneMatch: '*'` make it a compare-and-swap; losing one is a `Conflict`. Durable when it resolves. Returns the new etag. */
  put(key: string, body: Uint8Array | string, condition?: { ifMatch: string } | { ifNoneMatch: '*' }): Promise<string>;
  /** Keys in ascending order. */
  list(prefix: string): Promise<{ key: string; bytes: number }[]>;
  delete(key: string): Promise<void>;
  /** A path on this machine that holds the object's bytes, for an engine that reads files. `NotFound` when there is none. */
  locate(key: string): Promise<string>;
  /** A folder of this machine that holds every object below `folder`, such as `stitch/<run>`. `NotFound` when there is none. */
  locateAll(folder: string): Promise<string>;
  /** Moves a finished file of this machine in under the key, at once or not at all. */
  adopt(path: string, key: string): Promise<void>;
}

/** Secrets of one environment, by name such as `sftp/shop/password`. */
export interface Secrets {
  /** Undefined when there is none. */
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
  /** Nothing happens when there is none. */
  remove(name: string): Promise<void>;
}

/** The site that an environment's SFTP users upload to. Who they are is `core/sftp`'s; `NotFound` when there is no site. */
export interface SftpSite {
  /** Makes the site, which is not there from the start: at a port, or at a free one. `Conflict` when there is one. */
  provision(port?: number): Promise<void>;
  describe(): Promise<SftpEndpoint>;
  /** Lets the site be known by another key: its private half, as OpenSSH or PEM writes it. */
  importHostKey(privateKey: string): Promise<void>;
  /** `NotFound` when it has no such key. */
  removeHostKey(id: string): Promise<void>;
}

/** Files that came into the inbox long ago. Couriers and SFTP clients go on finding them under their names, as if they weren't archived. */
export interface InboxArchive {
  /** The file of a path, or those below a folder of the inbox (`''`: all), ascending; after a path when one is given. */
  list(path: string, after?: string): AsyncIterable<ArchivedFile>;
  /** Has one of them count as come today. `NotFound` when no such file is archived, `Conflict` when another took its name. */
  restore(path: string): Promise<ArchivedFile>;
}

/** A file at a courier's source. */
export interface SourceFile {
  /** Path at the source, `/` between folders. */
  name: string;
  /** Left out where only reading it tells. */
  bytes?: number;
  modified: string;
  /** What tells its content from any other's, where the source knows: times of many are whole seconds. */
  etag?: string;
}

/** One place that files are pulled from; built by the courier registry from a courier's settings and its connection. */
export interface CourierSource {
  /** Every file whose name may match one of the patterns. `SourceRefused`, `SourceUnreachable`. */
  list(files: CourierFile[], signal: AbortSignal): Promise<SourceFile[]>;
  /**
   * Reads a file whole, by way of a path of this machine where it has to be, and says what its bytes were; `FileChanged` when
   * it changed meanwhile. Undefined where there is nothing in it that was not read before.
   */
  fetch(file: SourceFile, path: string, reading: Reading): Promise<FetchedFile | undefined>;
  /** Takes away a file that is landed, from a source that keeps its files for one courier alone. */
  discard?(file: SourceFile): Promise<void>;
  /** Lets go of what it holds of the place. */
  close?(): Promise<void>;
}

/** How a file of a source is read. */
export interface Reading {
  signal: AbortSignal;
  /** The mark of the last reading, from which on a source that can tell gives what is new. */
  since?: string;
  /** Days that alone are wanted, `to` exclusive, of a source that can tell; null: from the first, to the last. */
  period?: { from: string | null; to: string | null };
}

/** A file of a source that was read whole. */
export interface FetchedFile {
  bytes: number;
  sha256: string;
  /** Where the next reading begins, in a source that can tell what is new. */
  mark?: string;
  /** Moves these very bytes in under a key; `FileChanged` when the source alone had them, and no longer has. */
  land(objects: ObjectStore, key: string): Promise<void>;
}

/** What of one landed file is read into typed rows. */
export interface FileReadRequest {
  path: string;
  /** Name shown in quarantine and errors. */
  name: string;
  format: FileFormat;
  feed: Feed;
  ingestQuery?: string;
  /** Private PGP keys, armoured, that a file may be encrypted for. */
  decryptionKeys?: readonly string[];
  /** Zone of datetimes without one. */
  timeZone: string;
  /** Epoch microseconds that stand for `_updated` in a feed that generates it. */
  generatedUpdated: bigint;
  /** Folder that `staged.parquet` and `quarantine.parquet` are written to; made when absent. */
  outFolder: string;
  signal: AbortSignal;
  progress?: Progress;
}

/** What is known of a file beside its bytes. */
export interface DiscoverOptions {
  source?: string;
  /** Pattern of the members that are wanted of an archive. */
  members?: string;
  decryptionKeys?: readonly string[];
  signal?: AbortSignal;
}

/** Reads landed files: bytes → typed Parquet and quarantine. */
export interface FileReader {
  read(request: FileReadRequest): Promise<FileCounts>;
  /** Profiles a whole file and proposes its feed. */
  discover(path: string, name: string, options?: DiscoverOptions): Promise<DiscoveredFeed>;
}

/** Rows of a query; values are JSON: Decimal, Integer beyond 2^53, Date and Datetime as text. */
export interface ResultSet {
  columns: Column[];
  rows: unknown[][];
  /** More rows were there than `limit`. */
  truncated: boolean;
}

/**
 * The tables of one environment. Names are physical; SQL is Trino's with physical names, translated by the adapter's
 * engine where that is not Trino.
 */
export interface Warehouse {
  /**
   * Merges staged rows on `_pk`: newest `_updated` wins, this load wins a tie. Once a `loadId`: a second call returns the
   * first's counts. The staged object is the warehouse's from then on.
   */
  upsert(request: UpsertRequest): Promise<UpsertCounts>;
  /** The loads that a domain table holds; none when there is no such table. */
  loads(table: string): Promise<DomainLoads>;
  /** Builds a table from a query, aside; replaces a half-built one of that name. */
  build(table: StoredTable, query: PhysicalQuery): Promise<BuiltTable>;
  /** A table whose rows are worked out at each reading. They are not counted. */
  view(table: StoredTable, query: PhysicalQuery): Promise<Pick<BuiltTable, 'columns'>>;
  /** A version of a table that is the last one with the rows of some keys replaced; nothing else is copied. */
  overlay(
    request: OverlayRequest,
  ): Promise<Pick<TableEntry, 'parquet' | 'parquet_delta' | 'changes'> & { rows: number }>;
  /** A table whose rows stay in a Parquet object, or in one with others laid over it. */
  attach(table: StoredTable, key: string, delta?: ParquetDelta): Promise<BuiltTable>;
  /** Writes a query's rows to one Parquet object. */
  unload(query: PhysicalQuery, key: string): Promise<{ rows: number }>;
  /** The same to several objects, beside each other, as a table until it is dropped. */
  scatter(table: StoredTable, query: PhysicalQuery, by: Scattering): Promise<Scattered>;
  /** A table over all Parquet objects of a folder, which have these columns. */
  gather(table: StoredTable, folder: string, columns: readonly Column[]): Promise<void>;
  query(query: PhysicalQuery, options: { limit: number; signal?: AbortSignal }): Promise<ResultSet>;
  /** Rows of one Parquet object, in its order, after the first `offset`. */
  read(key: string, options: { limit: number; offset: number }): Promise<ResultSet>;
  /** A stored table or view, its rows counted; undefined when there is none. */
  describe(table: StoredTable): Promise<BuiltTable | undefined>;
  /** Removes a stored domain table and what it noted of its loads. */
  drop(table: string): Promise<void>;
  /** Views of the plain names over what is published, and removal of what nothing published refers to. */
  expose(entries: TableEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Staged rows for the stored domain table `table`, made when absent; `replace` empties it first, in the same commit. */
export interface UpsertRequest {
  table: string;
  /** Of the staged Parquet, `_pk` and `_updated` among them; columns new to the table are added to it. */
  columns: Column[];
  stagedKey: string;
  loadId: string;
  replace: boolean;
}

/** How a table is known to the engine. */
export interface StoredTable {
  schema: string;
  physical: string;
}

export interface BuiltTable {
  rows: number;
  columns: Column[];
  /** Key of the object that holds the rows, when it is one. */
  parquet?: string;
}

/** Rows in so many Parquet objects at most, those of one value of an Integer column in one of them. */
export interface Scattering {
  column: string;
  objects: number;
}

/** `keys` of the objects that there are; none may be empty. */
export interface Scattered {
  keys: string[];
  columns: Column[];
  rows: number;
}

/** Loads of a stored domain table: `ids` oldest first, and the numbers of `TableEntry.loads`, 0 before the first. */
export interface DomainLoads {
  ids: string[];
  last: number;
  whole: number;
}

/** `unchanged`: an equal or newer row was there. */
export interface UpsertCounts {
  inserted: number;
  updated: number;
  unchanged: number;
}

/** What is laid over the last version of a table. `keys` and `fresh` are stored tables that become part of it. */
export interface OverlayRequest {
  schema: string;
  physical: string;
  last: TableEntry;
  /** Stored table of the keys whose rows are replaced, in distinct rows; left out: all rows are. */
  keys?: { columns: readonly string[]; table: string };
  /** Stored table of all rows that have one of the keys now. */
  fresh: string;
  /** Whether `changes` are all the keys, instead of the rows that differ. */
  tellKeys?: boolean;
}

/** Trino SQL that names tables as `schema.name`, and where each of them is stored. */
export interface PhysicalQuery {
  /** What an error calls it. */
  name: string;
  sql: string;
  tables: readonly TableEntry[];
  /** The run's now. */
  asOf: string;
}

/** Queries of one environment that are asked for now and answered later. */
export interface Queries {
  /** Begins a query whose result has `RESULT_ROWS` rows at most. SQL that is refused is so before it has an id. */
  start(query: PhysicalQuery): Promise<string>;
  /** How a query stands once it has ended, or after the wait. `NotFound` when this environment has none of that id. */
  follow(id: string, options: { waitMs: number; signal?: AbortSignal }): Promise<QueryProgress>;
  /** The first rows of one that succeeded. */
  rows(id: string, limit: number): Promise<ResultSet>;
  /** Where anybody may fetch the result of one that succeeded as CSV for a while; undefined where only the API gives it. */
  link(id: string): Promise<{ url: string; expiresAt: Date } | undefined>;
  /** Stops a query; one that has ended stays as it is. */
  cancel(id: string): Promise<void>;
}

export interface QueryProgress {
  /** Of the query that was started. */
  name: string;
  state: QueryState;
  /** Why it failed. */
  error?: TributaryError;
}

/** Does the runs of one environment. */
export interface Workflows {
  /** Starts a new run. Resolves when its record is stored. */
  start(run: Run): Promise<void>;
  /** Stops the task under way; what was loaded stays. `Conflict` when the run isn't under way. */
  stop(id: string): Promise<void>;
  /** Goes on with a run that failed or was stopped, from the task that failed. */
  retry(run: Run): Promise<void>;
  /** The run as it is this moment, its progress too, when this process does it. */
  underWay(id: string): Run | undefined;
  /** Renews the leases of runs that go on, and ends as `RunLost` those that nothing does any more; tells which it ended. */
  endLost(): Promise<Run[]>;
}

/** A courier group that starts by the clock. */
export interface GroupSchedule {
  /** Id of the courier group. */
  courierGroup: string;
  /** Five-field cron, as `awsCron` reads it. */
  cron: string;
  /** IANA zone that the cron is read in. */
  timeZone: string;
  /** It starts nothing: until it is said anew, or until an instant (ISO 8601 UTC). */
  paused?: { until?: string };
}

/** What starts the courier groups of one environment by the clock. */
export interface Schedules {
  /** Makes the clock agree with these: adds, changes, removes. Said twice, it is said once. */
  set(schedules: readonly GroupSchedule[]): Promise<void>;
}

/** Everything that a step of an environment may touch. */
export interface Services {
  tenant: string;
  environment: string;
  objects: ObjectStore;
  secrets: Secrets;
  warehouse: Warehouse;
  files: FileReader;
  stitch: StitchEngine;
  /** Where Stitch may be spread over many functions. */
  spread?: SpreadStitch;
  /** The place that a courier pulls from; `connection` is the one that it names. */
  courier(courier: Courier, connection?: Connection): CourierSource;
  /** A folder of this machine for files on their way; emptied when the step ends. */
  scratch: string;
  /** Megabytes of memory, in a home that hands over what is too much for it; left out: it does what it is given. */
  room?: number;
  clock(): Date;
  progress: Progress;
  signal: AbortSignal;
}
