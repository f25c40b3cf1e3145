import { copyFile, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StitchReport, stitchTables } from '../../core/contracts/stitch.ts';
import { text } from '../../core/sql/quote.ts';
import { StitchModel } from '../../core/stitch/model.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import { fingerprintSql, stateFiles, stateSql } from '../../core/stitch/state.ts';
import type { DuckDbSession } from '../sql/duckdb-session.ts';

/** A model is trained anew once so much of the number of records has come or gone since. */
const DRIFT = 0.2;

/** Tells two inputs of a run apart: the records, in any order, and the settings. */
export async function fingerprint(
  session: DuckDbSession,
  records: string,
  shape: Shape,
  settings: unknown,
): Promise<string> {
  const [row] = await session.rows<{ fingerprint: string }>('stitch: fingerprint', fingerprintSql(records, shape));
  return `${row?.fingerprint ?? ''} ${JSON.stringify(settings)}`;
}

/** The model of the last run; none when there is no such run or it was written by another version. */
export async function readModel(folder: string | undefined): Promise<StitchModel | undefined> {
  if (folder === undefined) return undefined;
  try {
    return StitchModel.safeParse(JSON.parse(await readFile(join(folder, stateFiles.model), 'utf8'))).data;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** True while the columns, the settings and about as many records are there as the model was trained on. */
export function fits(model: StitchModel, shape: Shape, settings: string, records: number): boolean {
  const columns = [...shape.columns].sort();
  return (
    model.settings === settings &&
    model.columns.length === columns.length &&
    model.columns.every((column, i) => column === columns[i]) &&
    Math.abs(records - model.records) <= DRIFT * model.records
  );
}

/** Writes the model and what it froze. Gives the names of the files. */
export async function writeState(session: DuckDbSession, model: StitchModel, folder: string): Promise<string[]> {
  const queries = Object.entries(stateSql());
  for (const [file, sql] of queries) {
    await session.run(`stitch: ${file}`, `COPY (${sql}) TO ${text(join(folder, file))} (FORMAT parquet)`);
  }
  await writeFile(join(folder, stateFiles.model), `${JSON.stringify(model)}\n`);
  return [stateFiles.model, ...queries.map(([file]) => file)];
}

/** The last run's results once more, when nothing has changed since: its files, and no changes. */
export async function repeat(
  session: DuckDbSession,
  previous: string,
  folder: string,
): Promise<StitchReport & { files: string[] }> {
  const changed = 'unified_changes_clusters.parquet';
  const files = [...stitchTables.map((table) => `${table}.parquet`), ...Object.values(stateFiles)];
  for (const file of files.filter((each) => each !== changed)) await share(join(previous, file), join(folder, file));
  const none = `SELECT * FROM read_parquet(${text(join(previous, changed))}) WHERE false`;
  await session.run('stitch: no changes', `COPY (${none}) TO ${text(join(folder, changed))} (FORMAT parquet)`);
  const report = StitchReport.parse(JSON.parse(await readFile(join(previous, 'report.json'), 'utf8')));
  const changes = { added: 0, deleted: 0, merged: 0, split: 0, unchanged: report.people, moved_records: 0 };
  return { ...report, changes, seconds: {}, files };
}

/** One file under two names where the disk can, a copy where it can't. Published files are never written again. */
async function share(source: string, target: string): Promise<void> {
  await rm(target, { force: true });
  await link(source, target).catch(() => copyFile(source, target));
}
