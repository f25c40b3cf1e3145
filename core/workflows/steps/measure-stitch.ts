import type { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import type { MeasureStitchInput, MeasureStitchOutput } from '../../contracts/steps.ts';
import { StitchReport } from '../../contracts/stitch.ts';
import { tablesOfRun } from '../../environments/catalog.ts';
import { readJson } from '../../environments/json-objects.ts';
import { keepQuality, noteUnmeasured, qualityOf, unmeasuredRuns } from '../../environments/stitch-quality.ts';
import { InternalError } from '../../errors.ts';
import type { ObjectStore, Services } from '../../ports.ts';
import { benchmarksOf, offenceRows, offencesSql } from '../../stitch/quality/benchmarks.ts';
import { isWorthMeasuring, sumOf } from '../../stitch/quality/due.ts';
import { leftOutSql, reviewSampleRows, reviewSampleSql, strataOf } from '../../stitch/quality/strata.ts';

type Input = z.infer<typeof MeasureStitchInput>;
type Tables = Readonly<Record<string, TableEntry>>;

/**
 * Measures what a run found, and keeps it: benchmarks, and pairs to ask people about. By then readers have the run's people:
 * nobody waits for this. A run that stitched nothing, or touched little, is only noted.
 */
export async function measureStitch(input: Input, services: Services): Promise<z.infer<typeof MeasureStitchOutput>> {
  const { objects } = services;
  const tables = await tablesOfRun(objects, input.run_id);
  const report = await reportOf(objects, tables['stitch.assignments'], input.run_id);
  if (report === undefined) return { measured: false, touched_records: 0 };
  const { run_id } = input;
  // Done again after it was done, it finds nothing left to add up.
  if (await qualityOf(objects, run_id)) return { measured: true, touched_records: report.touched_records };
  const own = { run_id, touched_records: report.touched_records, moved_records: report.changes.moved_records };
  const runs = [...(await unmeasuredRuns(objects)).filter((run) => run.run_id !== run_id), own];
  const since = sumOf(runs);
  const { touched_records } = since;
  if (!isWorthMeasuring(touched_records, report.records)) {
    await noteUnmeasured(objects, runs);
    return { measured: false, touched_records };
  }
  await measure(input, { ...report, moved_records: since.moved_records }, tables, services);
  return { measured: true, touched_records };
}

/** What Stitch found in this run; undefined when the people are an earlier one's. */
async function reportOf(
  objects: ObjectStore,
  assignments: TableEntry | undefined,
  runId: string,
): Promise<StitchReport | undefined> {
  if (assignments?.run_id !== runId || assignments.parquet === undefined) return undefined;
  const key = assignments.parquet.replace(/[^/]*$/, 'report.json');
  const report = await readJson(objects, key, StitchReport);
  if (report === undefined) throw new InternalError(`Stitch of ${runId} left no report: expected ${key}`);
  return report.value;
}

async function measure(
  { run_id, as_of }: Input,
  found: Pick<StitchReport, 'records' | 'people'> & { moved_records: number },
  tables: Tables,
  { objects, warehouse }: Pick<Services, 'objects' | 'warehouse'>,
): Promise<void> {
  const rows = async (name: string, sql: string, limit: number) =>
    (await warehouse.query({ name, sql, tables: Object.values(tables), asOf: as_of }, { limit })).rows;
  const columns = (tables['stitch.unified_preprocessed_raw']?.columns ?? []).map(({ name }) => name);
  const offences = await rows('offences against benchmarks', offencesSql(columns, run_id), offenceRows);
  const sampled = await rows('pairs to review', reviewSampleSql, reviewSampleRows);
  const [leftOut] = await rows('people with too many records to review', leftOutSql, 1);
  const { records, people, moved_records } = found;
  const benchmarks = benchmarksOf(people, offences);
  const quality = { run_id, at: new Date(as_of).toISOString(), records, people, moved_records, benchmarks };
  const left_out = { people: Number(leftOut?.[0] ?? 0), pairs: Number(leftOut?.[1] ?? 0) };
  await keepQuality(objects, quality, { run_id, strata: strataOf(sampled), left_out });
}
