import type { FileFormat } from '../../../core/contracts/sources.ts';
import type { RawRows } from '../../../core/feeds/staging.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';

/** One file that is being read: its bytes on this machine, unpacked and, of text formats, UTF-8. */
export interface OpenFile {
  path: string;
  /** What people call it. */
  name: string;
  format: FileFormat;
  session: DuckDbSession;
  /** A folder of this reading alone, removed after it. */
  workFolder: string;
  /** Incoming fields that a feed expects; empty when the file is discovered or an ingest query reads it. */
  expected: string[];
  signal: AbortSignal;
}

/** A file's rows, and how to find a row in the file again. */
export interface RawTable extends RawRows {
  /** The format with what was detected. */
  format: FileFormat;
  /** SQL over a raw row, true when the row can't be read; SQL of what is there instead; and what was expected. */
  unreadable?: { when: string; value: string; expected: string };
  /** SQL over a raw row that gives it as JSON text; default: an object of its columns. */
  json?: string;
  /** Incoming fields, when `columns` are only those that the feed expects. */
  fieldNames?: () => Promise<string[]>;
  /** What an ingest query sees as `file`, where that is nested, undefined when nothing is; default: the relation. */
  nested?: (session: DuckDbSession) => Promise<NestedRows | undefined>;
  /**
   * The rows at these 0-based positions, ascending, as DuckDB SQL with their line in column `LINE`. Default: the relation is
   * read again and the 1-based position is the line.
   */
  pick?: (positions: AsyncIterable<bigint>) => Promise<string>;
  /** Path of NDJSON of `line`, `value`, `expected`: records that can't be read, which are none of the rows. */
  rejected?: string;
  /** For a file whose shape the engine refuses: the same without the records that can't be read, and those as `rejected`. */
  repair?: () => Promise<RawTable>;
}

/** Rows with their nested values. */
export interface NestedRows {
  /** DuckDB SQL of them. */
  relation: string;
  /** The same with these columns as JSON, in which each value has the fields that it has in the file; of a file of JSON. */
  asJson?: (columns: readonly string[]) => string;
}

/** Bytes of the longest record that is read; beyond it there is something other than records in the file. */
export const LONGEST_RECORD = 8 * 1024 * 1024;

/** Name of the column that says the line of a picked row. */
export const LINE = 'line of the file';

/** How one kind of file is read. Adding one is one file and one line in `registry.ts`. */
export interface FormatReader {
  type: string;
  /** Bytes are decoded to UTF-8 first. */
  text: boolean;
  /** The encoding that a text says by itself that it is in, when it isn't UTF-8. */
  declaredEncoding?(path: string, name: string): Promise<string | undefined>;
  open(file: OpenFile): Promise<RawTable>;
}
