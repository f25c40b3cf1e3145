import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCounts } from '../../core/contracts/loads.ts';
import { ErrorThresholdExceeded, InternalError, QueryFailed } from '../../core/errors.ts';
import type { Decimals } from '../../core/feeds/conversions.ts';
import { fewOf } from '../../core/feeds/fileset.ts';
import type { FileReadRequest } from '../../core/feeds/port.ts';
import {
  drift,
  foldedRows,
  goodRows,
  LONG_DECIMAL,
  type StagingOptions,
  stagedCounts,
  stagedRows,
} from '../../core/feeds/staging.ts';
import { text } from '../../core/sql/quote.ts';
import { type DuckDbSession, PARQUET, type SessionOptions } from '../sql/duckdb/session.ts';
import type { RawTable } from './formats/format.ts';
import { ingested } from './ingest.ts';
import { openFile, reading, unchanged } from './opening.ts';
import { unpack } from './packing/unpack.ts';
import { reporting } from './progress.ts';
import { examples, writeQuarantine } from './quarantine.ts';

type Drift = ReturnType<typeof drift>;

interface Loading extends FileReadRequest {
  session: DuckDbSession;
  /** Of sessions beside `session`. */
  sessionOptions: SessionOptions;
  workFolder: string;
}

/** Reads one file into `staged.parquet` and `quarantine.parquet` of the request's folder. */
export async function readFeedFile(loading: Loading): Promise<FileCounts> {
  const made: string[] = [];
  try {
    return await unchanged(loading.path, loading.name, () => load(loading, made));
  } finally {
    for (const path of made) await rm(path, { force: true });
  }
}

/** `made` is told of files that are to go in the end. */
async function load(loading: Loading, made: string[]): Promise<FileCounts> {
  const { feed, name, session, outFolder } = loading;
  // Beside the result, so that it can be moved there at once.
  const path = (kind: string) => {
    made.push(join(outFolder, `${kind}.parquet`));
    return made.at(-1) ?? '';
  };
  const parts: Part[] = [];
  for await (const plain of unpack({ ...loading, ...loading.format })) {
    const n = parts.length;
    parts.push(await readPart({ ...loading, ...plain }, path(`unfolded-${n}`), path(`quarantine-${n}`)));
  }
  const staging = path('unfolded');
  await joined(
    session,
    name,
    parts.map(({ staging }) => staging),
    staging,
  );
  await joined(
    session,
    name,
    parts.map(({ quarantine }) => quarantine),
    join(outFolder, 'quarantine.parquet'),
  );
  // Of several parts some may share a key.
  const { rows, good, keys } = parts.length === 1 && parts[0] ? parts[0] : await countRows(session, name, staging);
  const rows_rejected = parts.reduce((sum, part) => sum + part.rejected, 0);
  const rows_read = good + rows_rejected;
  const columns = [...new Set(parts.flatMap((part) => part.fields))].map((field) => ({ name: field, type: 'VARCHAR' }));
  const differs = drift(feed, { relation: '', columns });
  await refuseAboveThreshold(loading, { rows_read, rows_rejected, ...differs });
  const rows_staged = await publish(loading, staging, { rows, good, keys });
  loading.progress?.(rows_read, rows_read);
  return { rows_read, rows_staged, rows_rejected, rows_superseded: good - rows_staged, ...differs };
}

/** What was read of one plain file: its typed rows, its bad ones, and the fields that it has. */
interface Part extends Counted {
  staging: string;
  quarantine: string;
  rejected: number;
  fields: string[];
}

async function readPart(loading: Loading, staging: string, quarantine: string): Promise<Part> {
  const { feed, name, session } = loading;
  const options = { timeZone: feed.time_zone ?? loading.timeZone, generatedUpdated: loading.generatedUpdated };
  const { table, before } = await stage(loading, options, staging);
  const counted = await countRows(session, name, staging);
  const { rows, good } = counted;
  const positions = `SELECT file_row_number AS position FROM ${numbered(staging)} WHERE "_pk" IS NULL ORDER BY 1`;
  const bad = { name, table, positions, ...(before === undefined ? {} : { before }) };
  const rejected = await writeQuarantine(session, bad, feed, options, quarantine);
  if (rejected < rows - good) {
    throw new InternalError(`${name}: only ${rejected} of ${rows - good} bad rows were found again in the file`);
  }
  const fields = (await table.fieldNames?.()) ?? table.columns.map((column) => column.name);
  return { ...counted, staging, quarantine, rejected, fields };
}

const numbered = (staged: string): string => `read_parquet(${text(staged)}, file_row_number = true)`;

async function countRows(session: DuckDbSession, name: string, staged: string): Promise<Counted> {
  const [counted] = await session.rows<{ rows: bigint; good: bigint; keys: bigint }>(
    `counting ${name}`,
    stagedCounts(numbered(staged)),
  );
  return { rows: Number(counted?.rows), good: Number(counted?.good), keys: Number(counted?.keys) };
}

/** Makes one Parquet of several with the same columns, in their order. */
async function joined(session: DuckDbSession, name: string, parts: readonly string[], whole: string): Promise<void> {
  const [only = '', ...others] = parts;
  if (others.length === 0) return rename(only, whole);
  const rows = parts.map((part) => `SELECT * FROM read_parquet(${text(part)})`).join(' UNION ALL ');
  await session.run(`joining the members of ${name}`, `COPY (${rows}) TO ${text(whole)} ${PARQUET}`);
  for (const part of parts) await rm(part);
}

interface Staged {
  table: RawTable;
  before?: RawTable;
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
  return { table: result, ...(ingestQuery === undefined ? {} : { before: opened.table }) };
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

async function refuseAboveThreshold(
  loading: Loading,
  { rows_read, rows_rejected, ...differs }: Pick<FileCounts, 'rows_read' | 'rows_rejected'> & Drift,
): Promise<void> {
  const { feed, name, session, outFolder } = loading;
  if (rows_rejected * 100 <= feed.error_threshold * rows_read) return;
  await rm(join(outFolder, 'staged.parquet'), { force: true });
  const shown = await examples(session, join(outFolder, 'quarantine.parquet'));
  const told = shown.map(
    ({ line, column, value, expected }) =>
      `line ${line}${column === '' ? '' : `, ${column}`}: ${JSON.stringify(value?.slice(0, 60) ?? null)}, expected ${expected}`,
  );
  const share = ((100 * rows_rejected) / rows_read).toFixed(2);
  throw new ErrorThresholdExceeded(
    `${name}: ${rows_rejected} of ${rows_read} rows are bad (${share} %), more than the ${feed.error_threshold} % that ${feed.id} allows, so none was loaded: ${[...inOtherColumns(differs), ...told].join('; ')}`,
    { data: { feed: feed.id, rows_read, rows_rejected, examples: shown } },
  );
}

/** A column that the whole file lacks explains its bad rows better than any of them does. */
function inOtherColumns({ missing_columns, unknown_columns }: Drift): string[] {
  if (missing_columns.length === 0) return [];
  const others = unknown_columns.map((column) => column.slice(0, 60));
  const has = others.length === 0 ? '' : `, and has ${fewOf(others)}, which the feed doesn't name`;
  return [`the file lacks ${fewOf(missing_columns)}${has}`];
}
