import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCounts } from '../../core/contracts/loads.ts';
import { stagedColumns } from '../../core/feeds/columns.ts';
import { drift, foldedRows, stagedCounts, stagedRows } from '../../core/feeds/staging.ts';
import type { FileReadRequest } from '../../core/ports.ts';
import { text } from '../../core/sql/quote.ts';
import type { DuckDbSession } from '../sql/duckdb-session.ts';
import { formatReader } from './formats/registry.ts';
import { asUtf8, decompressed } from './plain-bytes.ts';

/** Reads one file into `staged.parquet` and `quarantine.parquet` of the request's folder. */
export async function readFeedFile(
  request: FileReadRequest,
  session: DuckDbSession,
  workFolder: string,
): Promise<FileCounts> {
  const { feed, name, format, signal } = request;
  const options = { timeZone: feed.time_zone ?? request.timeZone, generatedUpdated: request.generatedUpdated };
  const expected = feed.fields.map((field) => field.field);
  const reader = formatReader(format.type);
  const plain = await decompressed({ path: request.path, name, workFolder, signal });
  const path = reader.text ? await asUtf8({ path: plain, name, workFolder, signal }, format.encoding) : plain;
  const table = await reader.open({ path, name, format, session, workFolder, expected, signal });
  const staging = join(workFolder, 'staging.parquet');
  const staged = join(request.outFolder, 'staged.parquet');
  await session.run(
    `reading ${name}`,
    `COPY (${stagedRows(feed, table, options)}) TO ${text(staging)} (FORMAT parquet)`,
  );
  const source = `read_parquet(${text(staging)}, file_row_number = true)`;
  const [counts] = await session.rows<{ rows: bigint; good: bigint; keys: bigint }>(
    `counting ${name}`,
    stagedCounts(source),
  );
  const { rows, good, keys } = { rows: Number(counts?.rows), good: Number(counts?.good), keys: Number(counts?.keys) };
  let kept = good;
  if (keys < rows) {
    kept = await session.run(`folding ${name}`, `COPY (${foldedRows(source)}) TO ${text(staged)} (FORMAT parquet)`);
    await rm(staging);
  } else await rename(staging, staged);
  request.progress?.(rows, rows);
  return {
    rows_read: rows,
    rows_staged: kept,
    rows_rejected: rows - good,
    rows_superseded: good - kept,
    ...drift(feed, table),
    columns: stagedColumns(feed),
  };
}
