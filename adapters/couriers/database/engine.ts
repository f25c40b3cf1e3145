import type { DatabaseConnection, Extract } from './settings.ts';

/** A kind of database, spoken to by its own driver. */
export interface DatabaseEngine {
  port: number;
  connect(settings: DatabaseConnection & { port: number }, password: string, signal: AbortSignal): Promise<Database>;
  /** Whether an error is the server's answer, and one that it would give again. */
  isRefusal(cause: Error): boolean;
}

/** One snapshot of a database, in which nothing can be changed. */
export interface Database {
  version: string;
  /** The highest value of an extract's column, of times none beyond the server's own, and its type, in the engine's words. */
  highest(extract: Extract, column: string): Promise<{ value: string | null; type: string }>;
  /** Lines of NDJSON of an extract's rows, a batch at a time, as the server gives them: memory holds no more. */
  lines(extract: Extract, bounds: Bounds | undefined): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Rows that are wanted by the incremental column: from, inclusive, and before. */
export interface Bounds {
  column: string;
  type: string;
  from?: string;
  before?: string;
}

/** Rows that are read at once. */
export const BATCH_ROWS = 2_000;
