import type { Column } from '../../../core/contracts/types.ts';

/** One statement; `name` is what a failure calls it. */
export interface Statement {
  name: string;
  sql: string;
  /**
   * Set when it may take long: what it asks, in the same words at each call of its step, so that a call finds what an
   * earlier one began.
   */
  asks?: string;
  signal?: AbortSignal | undefined;
}

/** A column with the engine's own name of its type. */
export interface EngineColumn {
  name: string;
  type: string;
}

/** What runs Trino's SQL over the lake. Names without a catalog are those of the lake's tables. */
export interface LakeEngine {
  readonly ddl: LakeDdl;
  /** Runs a statement for its effect, again when another commit came before its own; tells how many rows a CREATE … AS wrote. */
  run(statement: Statement): Promise<number | undefined>;
  /** The first rows of a query, their values as a `ResultSet` has them. */
  query(statement: Statement, limit: number): Promise<{ columns: EngineColumn[]; rows: unknown[][] }>;
  /** The columns of a table or view; undefined when there is none. */
  columns(table: LakeTable): Promise<EngineColumn[] | undefined>;
  /** All tables and views of a database. */
  tables(database: string): Promise<ListedTable[]>;
}

export interface ListedTable {
  name: string;
  isView: boolean;
}

/** A table by the names that the engine knows it by. */
export interface LakeTable {
  database: string;
  name: string;
}

/** The statements that Athena and Trino spell differently. A location is the URI of a folder that holds nothing else. */
export interface LakeDdl {
  /** An empty Iceberg table. */
  createTable(table: LakeTable, columns: readonly Column[], location: string): string;
  /** An Iceberg table of a query's rows. */
  createTableAs(table: LakeTable, query: string, location: string): string;
  /** A table over the Parquet objects of a folder, unless there is one of that name. */
  createFileTable(table: LakeTable, columns: readonly Column[], location: string): string;
  /**
   * A table whose rows are in so many Parquet objects at most, those of one value of a column in one object. The engine
   * chooses the place: a work group that says where results go refuses any other.
   */
  createFileTableAs(table: LakeTable, query: string, by: { column: string; objects: number }): string;
  /** A table whose rows are apart by the last column of a query, so that some are read without the others. */
  createPartitionedAs(table: LakeTable, query: string, column: string): string;
  addColumns(table: LakeTable, columns: readonly Column[]): string[];
  dropTable(table: LakeTable): string;
}
