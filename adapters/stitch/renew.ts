import { join } from 'node:path';
import { MOST_RENEWED } from '../../core/contracts/catalog.ts';
import { changedRecords, type StitchTable, stitchKeys, stitchTables } from '../../core/contracts/stitch.ts';
import { text } from '../../core/sql/quote.ts';
import { stateFiles } from '../../core/stitch/model/state.ts';
import { alteredSql, type Renewal, renewals } from '../../core/stitch/renewal/renewal.ts';
import { type DuckDbSession, PARQUET } from '../sql/duckdb/session.ts';
import { idEvents } from './id-events.ts';
import type { KeptModel } from './kept-model.ts';
import type { LastRun } from './last-run.ts';
import { size } from './prepare.ts';
import { queriesOf, type Run, stampOf } from './run.ts';
import { writeModel } from './state.ts';

/** Writes what the run changes of the published tables, over those of the last run. Gives the names of the files. */
export async function renew(run: Run & { last: LastRun; model: KeptModel }): Promise<string[]> {
  const { session, request, input, last, model } = run;
  const { outFolder } = request;
  const stamp = stampOf(request);
  const newEvents = await idEvents(run, stamp, 'near');
  const queries = queriesOf(run, stamp, newEvents);
  for (const sql of alteredSql(queries.assignments, last.table('stitch_scores')))
    await session.run('stitch: altered', sql);
  const renewal = renewals(queries, { changes: last.table('unified_changes_pks'), newEvents }, stamp);
  const files: string[] = [];
  for (const table of stitchTables) {
    const mine = renewal[table];
    if (mine) files.push(...(await renewTable(session, last, table, mine, outFolder)));
  }
  const clusters = 'unified_changes_clusters';
  files.push(await write(session, `${clusters}.parquet`, queries[clusters], outFolder));
  files.push(await write(session, changedRecords, 'FROM altered', outFolder));
  const kept = ['stitch_bad_values.parquet', stateFiles.values, stateFiles.badValues, stateFiles.blocks];
  for (const file of kept) files.push(await last.share(file, outFolder));
  return [...files, await writeModel({ ...model.known, input }, outFolder)];
}

async function renewTable(
  session: DuckDbSession,
  last: LastRun,
  table: StitchTable,
  renewal: Renewal,
  folder: string,
): Promise<string[]> {
  const [base, delta, gone] = [`${table}.parquet`, `${table}.delta.parquet`, `${table}.gone.parquet`];
  const keys = stitchKeys[table]?.join(', ') ?? '';
  const make = (name: string, sql: string) =>
    session.run(`stitch: ${table}`, `CREATE OR REPLACE TEMP TABLE ${name} AS ${sql}`);
  await make('leaving', renewal.gone);
  const earlier = last.renewed(table);
  const staying = earlier
    ? ` UNION ALL BY NAME SELECT * FROM ${last.file(delta)} ANTI JOIN leaving USING (${keys})`
    : '';
  await make('arriving', `SELECT * FROM (${renewal.rows})${staying}`);
  if (earlier) await make('leaving', `FROM leaving UNION FROM ${last.file(gone)}`);
  const most = MOST_RENEWED * (await size(session, last.file(base)));
  if (Math.max(await size(session, 'leaving'), await size(session, 'arriving')) > most) {
    const whole = `SELECT * FROM ${last.file(base)} ANTI JOIN leaving USING (${keys}) UNION ALL BY NAME FROM arriving`;
    return [await write(session, base, whole, folder)];
  }
  return [
    await last.share(base, folder),
    await write(session, delta, 'FROM arriving', folder),
    await write(session, gone, 'FROM leaving', folder),
  ];
}

async function write(session: DuckDbSession, file: string, sql: string, folder: string): Promise<string> {
  await session.run(`stitch: ${file}`, `COPY (${sql}) TO ${text(join(folder, file))} ${PARQUET}`);
  return file;
}
