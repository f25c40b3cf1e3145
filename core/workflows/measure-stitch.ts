import type { StitchReport } from '../contracts/stitch.ts';
import { tablesOfRun } from '../environments/catalog.ts';
import { keepQuality } from '../environments/stitch-quality.ts';
import type { Services } from '../ports.ts';
import { benchmarksOf, offenceRows, offencesSql, totalsSql } from '../stitch/quality/benchmarks.ts';
import { leftOutSql, reviewSampleRows, reviewSampleSql, strataOf } from '../stitch/quality/strata.ts';

interface MeasuredInput {
  run_id: string;
  as_of: string;
}

/** Measures what a run found, from the tables that it proposes, and keeps it: benchmarks, and pairs to ask people about. */
export async function measureStitch(
  { run_id, as_of }: MeasuredInput,
  report: Pick<StitchReport, 'records' | 'people' | 'changes'>,
  { objects, warehouse }: Pick<Services, 'objects' | 'warehouse'>,
): Promise<void> {
  const tables = await tablesOfRun(objects, run_id);
  const rows = async (name: string, sql: string, limit: number) =>
    (await warehouse.query({ name, sql, tables: Object.values(tables), asOf: as_of }, { limit })).rows;
  const columns = (tables['stitch.unified_preprocessed_raw']?.columns ?? []).map(({ name }) => name);
  const offences = await rows('offences against benchmarks', offencesSql(columns, run_id), offenceRows);
  const totals = await rows('combinations for benchmarks', totalsSql, offenceRows);
  const sampled = await rows('pairs to review', reviewSampleSql, reviewSampleRows);
  const [leftOut] = await rows('people with too many records to review', leftOutSql, 1);
  const quality = {
    run_id,
    at: new Date(as_of).toISOString(),
    records: report.records,
    people: report.people,
    moved_records: report.changes.moved_records,
    benchmarks: benchmarksOf(report.people, offences, totals),
  };
  const left_out = { people: Number(leftOut?.[0] ?? 0), pairs: Number(leftOut?.[1] ?? 0) };
  await keepQuality(objects, quality, { run_id, strata: strataOf(sampled), left_out });
}
