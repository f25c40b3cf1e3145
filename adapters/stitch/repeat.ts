import { join } from 'node:path';
import { changedRecords, type StitchReport } from '../../core/contracts/stitch.ts';
import { text } from '../../core/sql/quote.ts';
import type { StitchModel } from '../../core/stitch/model/model.ts';
import { stateFiles } from '../../core/stitch/model/state.ts';
import { isOfLabels } from '../../core/stitch/quality/warnings.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { LastRun } from './last-run.ts';
import { trainedBy, writeModel } from './state.ts';

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
  const told = await last.report();
  const warnings = told.warnings.filter((warning) => !isOfLabels(warning));
  const report = { ...told, warnings, model: trainedBy(model), touched_records: 0, jitter: 0 };
  const changes = { added: 0, deleted: 0, merged: 0, split: 0, unchanged: report.people, moved_records: 0 };
  return { ...report, changes, seconds: {}, files: [...files, changed, await writeModel(model, folder)] };
}
