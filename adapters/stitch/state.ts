import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changedRecords, type StitchReport } from '../../core/contracts/stitch.ts';
import { text } from '../../core/sql/quote.ts';
import type { SharedValue } from '../../core/stitch/bad-values.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import {
  type Frozen,
  fingerprintSql,
  frozenBadSql,
  frozenBlocksSql,
  frozenValuesSql,
  stateFiles,
  stateSql,
} from '../../core/stitch/state.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { LastRun } from './last-run.ts';
import { writeRows } from './texts.ts';

/** A model is trained anew once so much of the number of records has come or gone since. */
const DRIFT = 0.2;

/** Tells two sets of records apart, in any order. */
export async function fingerprint(session: DuckDbSession, records: string, shape: Shape): Promise<string> {
  const [row] = await session.rows<{ fingerprint: string }>('stitch: fingerprint', fingerprintSql(records, shape));
  return row?.fingerprint ?? '';
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

/** What the model of a folder froze. */
export async function readFrozen(session: DuckDbSession, folder: string): Promise<Frozen> {
  return {
    values: await session.rows<Frozen['values'][number]>('stitch: frozen values', frozenValuesSql(folder)),
    blocks: await session.rows<Frozen['blocks'][number]>('stitch: frozen blocks', frozenBlocksSql(folder)),
  };
}

/** The values that the model of a folder knows to be shared by too many. */
export const readShared = (session: DuckDbSession, folder: string): Promise<SharedValue[]> =>
  session.rows<SharedValue>('stitch: frozen bad values', frozenBadSql(folder));

/** Writes what the model froze. Gives the names of the files. */
export async function writeState(
  session: DuckDbSession,
  { values, blocks }: Frozen,
  folder: string,
): Promise<string[]> {
  await writeRows(
    session,
    'value_band',
    { semantic: 'VARCHAR', value: 'VARCHAR', n: 'BIGINT' },
    values.map(({ semantic, value, n }) => [semantic, value, n]),
  );
  await writeRows(
    session,
    'oversized',
    { depth: 'BIGINT', rule: 'BIGINT', key: 'BIGINT', n: 'BIGINT' },
    blocks.map(({ depth, rule, key, n }) => [depth, rule, key, n]),
  );
  const queries = Object.entries(stateSql());
  for (const [file, sql] of queries) {
    await session.run(`stitch: ${file}`, `COPY (${sql}) TO ${text(join(folder, file))} (FORMAT parquet)`);
  }
  return queries.map(([file]) => file);
}

export async function writeModel(model: StitchModel, folder: string): Promise<string> {
  await writeFile(join(folder, stateFiles.model), `${JSON.stringify(model)}\n`);
  return stateFiles.model;
}

/** The last run's results once more, when nothing has changed since: its files, its model as it is given, and no changes. */
export async function repeat(
  session: DuckDbSession,
  last: LastRun,
  model: StitchModel,
  folder: string,
): Promise<StitchReport & { files: string[] }> {
  const changed = 'unified_changes_clusters.parquet';
  const own = [changed, changedRecords, stateFiles.model, 'report.json'];
  const files = last.files.filter((file) => !own.includes(file));
  for (const file of files) await last.share(file, folder);
  const none = `SELECT * FROM ${last.file(changed)} WHERE false`;
  await session.run('stitch: no changes', `COPY (${none}) TO ${text(join(folder, changed))} (FORMAT parquet)`);
  const report = { ...(await last.report()), touched_records: 0, jitter: 0 };
  const changes = { added: 0, deleted: 0, merged: 0, split: 0, unchanged: report.people, moved_records: 0 };
  return { ...report, changes, seconds: {}, files: [...files, changed, await writeModel(model, folder)] };
}
