import type { FileFormat } from '../../../core/contracts/sources.ts';
import type { RawRows } from '../../../core/feeds/staging.ts';
import type { DuckDbSession } from '../../sql/duckdb-session.ts';

/** One file that is being read: its bytes on this machine, decompressed and, of text formats, UTF-8. */
export interface OpenFile {
  path: string;
  /** What people call it. */
  name: string;
  format: FileFormat;
  session: DuckDbSession;
  /** A folder of this reading alone, removed after it. */
  workFolder: string;
  /** Incoming fields that a feed expects; empty when the file is discovered. */
  expected: string[];
  signal: AbortSignal;
}

/** A row that can't be read at all. */
export interface UnreadableRow {
  line: number;
  value: string;
  expected: string;
}

/** A file's rows, and how to find a row in the file again. */
export interface RawTable extends RawRows {
  /** SQL over a raw row, true when the row can't be read, and what was expected then. */
  unreadable?: { when: string; expected: string };
  /** SQL over a raw row that gives it as JSON; default: an object of its columns. */
  json?: string;
  /** Incoming fields, when `columns` are not the file's but those that the feed expects. */
  names?: () => Promise<string[]>;
  /**
   * The rows at these 0-based positions, ascending, with their line in column `LINE`. Default: the relation is read again
   * and the 1-based position is the line.
   */
  pick?: (positions: AsyncIterable<bigint>) => Promise<string>;
  /** When the engine refuses the file's shape: the same without the rows that can't be read, which it hands to `reject`. */
  repair?: () => Promise<{ table: RawTable; rejected: string }>;
}

/** Name of the column that says the line of a picked row. */
export const LINE = 'line of the file';

/** How one kind of file is read. Adding one is one file and one line in `registry.ts`. */
export interface FormatReader {
  type: string;
  /** Bytes are decoded to UTF-8 first. */
  text: boolean;
  open(file: OpenFile): Promise<RawTable>;
}
