import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { createStitchEngine, type StitchEngineOptions } from '../../adapters/stitch/duckdb.ts';
import { LastRun } from '../../adapters/stitch/last-run.ts';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import type { StitchTable } from '../../core/contracts/stitch.ts';
import { ident, literal, text } from '../../core/sql/quote.ts';
import type { StitchRequest } from '../../core/stitch/port.ts';

export type StitchRecord = { datasource: string; pk: string; birthdate?: string } & Record<string, string | undefined>;

/** A folder of a test file's own, which goes when its tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stitch-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes records as Stitch takes them; columns that no record has are absent. */
export async function writeRecords(path: string, records: readonly StitchRecord[]): Promise<string> {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => `(${columns.map((column) => literal(record[column] ?? null)).join(', ')})`);
  const typed = columns.map(
    (column) => `${ident(column)}::${column === 'birthdate' ? 'DATE' : 'VARCHAR'} AS ${ident(column)}`,
  );
  const session = await DuckDbSession.open();
  try {
    const values = `(VALUES ${rows.join(', ')}) AS v(${columns.map(ident).join(', ')})`;
    await session.run('records', `COPY (SELECT ${typed.join(', ')} FROM ${values}) TO ${text(path)} (FORMAT parquet)`);
  } finally {
    session.close();
  }
  return path;
}

/** Runs Stitch with settings that stand for a tenant that sets nothing, unless told otherwise. */
export function runStitch(
  request: GivenRequest,
  settings: Record<string, unknown> = {},
  options: StitchEngineOptions = { threads: 2 },
) {
  return createStitchEngine(options).run(stitchRequest(request, settings));
}

/** The same over the records alone that changed since the last run. */
export function runStitchChanges(request: GivenRequest & { previous: string }, settings: Record<string, unknown> = {}) {
  return createStitchEngine({ threads: 2 }).runChanges({
    ...stitchRequest(request, settings),
    previous: request.previous,
  });
}

type GivenRequest = Partial<Omit<StitchRequest, 'settings'>> & Pick<StitchRequest, 'records' | 'outFolder'>;

function stitchRequest(request: GivenRequest, settings: Record<string, unknown>): StitchRequest {
  return {
    tenant: 'acme',
    settings: StitchSettings.parse({ id: 'stitch/main', ...settings }),
    asOf: '2026-01-01T00:00:00Z',
    runId: 'run-1',
    signal: new AbortController().signal,
    ...request,
  };
}

/** Rows of a table that a run wrote. */
export async function readTable<T extends Record<string, unknown>>(
  folder: string,
  table: StitchTable,
  select = '*',
): Promise<T[]> {
  const session = await DuckDbSession.open();
  try {
    const run = await LastRun.open(folder);
    return await session.rows<T>(table, `SELECT ${select} FROM ${run.table(table)} ORDER BY ALL`);
  } finally {
    session.close();
  }
}

/** Who is who: `datasource/pk` to amp_id. */
export async function idsOf(folder: string): Promise<Record<string, string>> {
  const rows = await readTable<{ datasource: string; pk: string; amp_id: string }>(
    folder,
    'assignments',
    'datasource, pk, amp_id',
  );
  return Object.fromEntries(rows.map((row) => [`${row.datasource}/${row.pk}`, row.amp_id]));
}
