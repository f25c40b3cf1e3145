import type { ParquetDelta, TableEntry } from '../contracts/catalog.ts';
import type { QueryState } from '../contracts/query-answer.ts';
import type { Column } from '../contracts/types.ts';
import type { TributaryError } from '../errors.ts';

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
  /** What a domain table has been loaded with so far; nothing when there is no such table. */
  loads(table: string): Promise<DomainLoads>;
  /** Those of these loads that a domain table holds. */
  loaded(table: string, ids: readonly string[]): Promise<string[]>;
  /** Builds a table from a query, aside; replaces a half-built one of that name. */
  build(table: StoredTable, query: PhysicalQuery): Promise<BuiltTable>;
  /** A table whose rows are worked out at each reading. They are not counted. */
  view(table: StoredTable, query: PhysicalQuery): Promise<Pick<BuiltTable, 'columns'>>;
  /** A version of a table that is the last one with the rows of some keys replaced; nothing else is copied. */
  overlay(
    request: OverlayRequest,
  ): Promise<Pick<TableEntry, 'parquet' | 'parquet_delta' | 'changes'> & { rows: number }>;
  /** A table whose rows stay in a Parquet object, or in one with others laid over it. They are not counted. */
  attach(table: StoredTable, key: string, delta?: ParquetDelta): Promise<Omit<BuiltTable, 'rows'>>;
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

/** How far a stored domain table is loaded: the numbers of `TableEntry.loads`, 0 before the first. */
export interface DomainLoads {
  /** Another each time that the table is made from nothing; empty before. Of one generation, equal numbers are equal rows. */
  generation: string;
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
  /**
   * Columns that `changes` has, of the rows of those keys before and now; the table of keys itself when it has them all. Left
   * out: all columns, of the rows that differ.
   */
  tell?: readonly string[];
  /** As that of a `PhysicalQuery`. */
  signal?: AbortSignal;
}

/** Trino SQL that names tables as `schema.name`, and where each of them is stored. */
export interface PhysicalQuery {
  /** What an error calls it. */
  name: string;
  sql: string;
  tables: readonly TableEntry[];
  /** The run's now. */
  asOf: string;
  /** Interrupts the building of a table, where the statement is this process's own. */
  signal?: AbortSignal;
}

/** Queries of one environment that are asked for now and answered later. */
export interface Queries {
  /** Begins a query whose result has `RESULT_ROWS` rows at most. SQL that is refused is so before it has an id. */
  start(query: PhysicalQuery): Promise<string>;
  /** How a query stands once it has ended, or after the wait. `NotFound` when this environment has none of that id. */
  follow(id: string, options: { waitMs: number; signal?: AbortSignal }): Promise<QueryProgress>;
  /** The first rows of one that succeeded. */
  rows(id: string, limit: number): Promise<ResultSet>;
  /** All that is kept of the result of one that succeeded, as CSV among the objects. `NotFound` when it is not kept any more. */
  csv(id: string): Promise<ResultFile>;
  /** Where anybody may fetch the result of one that succeeded as CSV for a while; undefined where only the API gives it. */
  link(id: string): Promise<{ url: string; expiresAt: Date } | undefined>;
  /** Stops a query; one that has ended stays as it is. */
  cancel(id: string): Promise<void>;
}

/** The result of a query as CSV. */
export interface ResultFile {
  /** Of the object that holds it. */
  key: string;
  bytes: number;
  /** Left out where a query bounds its result itself, and counting would take reading all of it. */
  rows?: number;
  /** Whether `RESULT_ROWS` may have left some of the result out. */
  isCut: boolean;
}

export interface QueryProgress {
  /** Of the query that was started. */
  name: string;
  state: QueryState;
  /** Why it failed. */
  error?: TributaryError;
}
