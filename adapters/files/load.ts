import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCounts } from '../../core/contracts/loads.ts';
import { ErrorThresholdExceeded, InternalError, QueryFailed } from '../../core/errors.ts';
import type { Decimals } from '../../core/feeds/conversions.ts';
import {
  drift,
  foldedRows,
  goodRows,
  LONG_DECIMAL,
  type StagingOptions,
  stagedCounts,
  stagedRows,
} from '../../core/feeds/staging.ts';
import type { FileReadRequest } from '../../core/ports.ts';
import { text } from '../../core/sql/quote.ts';
import { type DuckDbSession, PARQUET, type SessionOptions } from '../sql/duckdb/session.ts';
import type { RawTable } from './formats/format.ts';
import { ingested } from './ingest.ts';
import { openFile, reading, unchanged } from './opening.ts';
import { reporting } from './progress.ts';
import { examples, writeQuarantine } from './quarantine.ts';

interface Loading extends FileReadRequest {
  session: DuckDbSession;
  /** Of sessions beside `session`. */
  sessionOptions: SessionOptions;
  workFolder: string;
}

/** Reads one file into `staged.parquet` and `quarantine.parquet` of the request's folder. */
export async function readFeedFile(loading: Loading): Promise<FileCounts> {
  // Beside the result, so that it can be moved there at once.
  const staging = join(loading.outFolder, 'unfolded.parquet');
  try {
    return await unchanged(loading.path, loading.name, () => load(loading, staging));
  } finally {
    await rm(staging, { force: true });
  }
}

async function load(loading: Loading, staging: string): Promise<FileCounts> {
  const { feed, name, session, outFolder } = loading;
  const options = { timeZone: feed.time_zone ?? loading.timeZone, generatedUpdated: loading.generatedUpdated };
  const { table, before, rejected } = await stage(loading, options, staging);
  const staged = `read_parquet(${text(staging)}, file_row_number = true)`;
  const [counted] = await session.rows<{ rows: bigint; good: bigint; keys: bigint }>(
    `counting ${name}`,
    stagedCounts(staged),
  );
  const { rows, good, keys } = {
    rows: Number(counted?.rows),
    good: Number(counted?.good),
    keys: Number(counted?.keys),
  };
  const positions = `SELECT file_row_number AS position FROM ${staged} WHERE "_pk" IS NULL ORDER BY 1`;
  const bad = { name, table, positions, rejected, ...(before === undefined ? {} : { before }) };
  const rows_rejected = await writeQuarantine(session, bad, feed, options, outFolder);
  if (rows_rejected < rows - good) {
    throw new InternalError(`${name}: only ${rows_rejected} of ${rows - good} bad rows were found again in the file`);
  }
  const rows_read = good + rows_rejected;
  await refuseAboveThreshold(loading, rows_read, rows_rejected);
  const rows_staged = await publish(loading, staging, { rows, good, keys });
  loading.progress?.(rows_read, rows_read);
  return {
    rows_read,
    rows_staged,
    rows_rejected,
    rows_superseded: good - rows_staged,
    ...drift(feed, await namedColumns(table)),
  };
}

interface Staged {
  table: RawTable;
  before?: RawTable;
  rejected: string[];
}

/** Every row of the file, typed, in its place. */
async function stage(loading: Loading, options: StagingOptions, staging: string): Promise<Staged> {
  const { feed, name, session, ingestQuery } = loading;
  const expected = ingestQuery === undefined ? feed.fields.map(({ field }) => field) : [];
  const file = await openFile({ ...loading, expected });
  const { opened, result } = await reading(file, async (table) => {
    const rows =
      ingestQuery === undefined ? table : await ingested(file.file, table, ingestQuery, loading.sessionOptions);
    const copy = (decimals: Decimals) =>
      session.run(
        `reading ${name}`,
        `COPY (${stagedRows(feed, rows, options, decimals)}) TO ${text(staging)} ${PARQUET}`,
      );
    await reporting(session, loading.progress, () =>
      copy('short').catch((cause) => {
        if (!(cause instanceof QueryFailed && cause.message.endsWith(LONG_DECIMAL))) throw cause;
        return copy('long');
      }),
    );
    return rows;
  });
  const rejected = opened.rejected === undefined ? [] : [opened.rejected];
  return { table: result, rejected, ...(ingestQuery === undefined ? {} : { before: opened.table }) };
}

interface Counted {
  rows: number;
  /** Rows that have a key. */
  good: number;
  keys: number;
}

/** Moves the rows to where they are expected, one a key; returns how many. Nothing is put in order that is so already. */
async function publish(
  { session, name, outFolder }: Loading,
  staging: string,
  { rows, good, keys }: Counted,
): Promise<number> {
  const staged = join(outFolder, 'staged.parquet');
  const source = `read_parquet(${text(staging)}, file_row_number = true)`;
  const write = (sql: string) => session.run(`folding ${name}`, `COPY (${sql}) TO ${text(staged)} ${PARQUET}`);
  if (keys < good) return write(foldedRows(source));
  if (good < rows) return write(goodRows(source));
  await rename(staging, staged);
  return rows;
}

async function refuseAboveThreshold(loading: Loading, read: number, rejected: number): Promise<void> {
  const { feed, name, session, outFolder } = loading;
  if (rejected * 100 <= feed.error_threshold * read) return;
  await rm(join(outFolder, 'staged.parquet'), { force: true });
  const shown = await examples(session, outFolder);
  const told = shown.map(
    ({ line, column, value, expected }) =>
      `line ${line}${column === '' ? '' : `, ${column}`}: ${JSON.stringify(value?.slice(0, 60) ?? null)}, expected ${expected}`,
  );
  throw new ErrorThresholdExceeded(
    `${name}: ${rejected} of ${read} rows are bad (${((100 * rejected) / read).toFixed(2)} %), more than the ${feed.error_threshold} % that ${feed.id} allows, so none was loaded: ${told.join('; ')}`,
    { data: { rows_read: read, rows_rejected: rejected, examples: shown } },
  );
}

/** The table with all its columns, where only those expected were read. */
async function namedColumns(table: RawTable): Promise<RawTable> {
  const names = await table.fieldNames?.();
  return names === undefined ? table : { ...table, columns: names.map((name) => ({ name, type: 'VARCHAR' })) };
}
