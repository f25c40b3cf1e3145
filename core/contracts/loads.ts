import { z } from 'zod';

/** What happened to the rows of one file. */
export const FileCounts = z.object({
  rows_read: z.number().int(),
  /** Rows in `staged.parquet`: good, and one a primary key. */
  rows_staged: z.number().int(),
  /** Bad rows, all in `quarantine.parquet`. */
  rows_rejected: z.number().int(),
  /** Good rows that another row of the file with the same primary key won over. */
  rows_superseded: z.number().int(),
  /** Columns of the file that the feed doesn't name, and fields of the feed that the file lacks. */
  unknown_columns: z.array(z.string()),
  missing_columns: z.array(z.string()),
});
export type FileCounts = z.infer<typeof FileCounts>;

/** A bad row, as `quarantine.parquet` and the API give it. */
export const QuarantinedRow = z.object({
  file: z.string(),
  /** 1-based line of the file where the row starts; row of a sheet; number of a record of Parquet, Avro or CBOR. */
  line: z.number().int(),
  /** Incoming field; empty when the whole row can't be read. */
  column: z.string(),
  value: z.string().nullable(),
  expected: z.string(),
  /** The whole row as JSON, for replay. */
  raw: z.string(),
});
export type QuarantinedRow = z.infer<typeof QuarantinedRow>;
