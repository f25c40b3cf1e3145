import type { BenchmarkPeople, MeasuredRun } from '../contracts/stitch-quality.ts';
import { NotFound } from '../errors.ts';
import { ident, text } from '../sql/quote.ts';
import { benchmarkNames } from '../stitch/quality/benchmarks.ts';
import type { PublishedReader } from './published-reader.ts';

const compared = 'stitch.unified_preprocessed_raw';
const shown =
  'amp_id datasource pk given_name surname generational_suffix birthdate email phone address city postal'.split(' ');
/** Records of one example that are shown. */
const MOST = 20;

/** The examples of a benchmark as the run drew them, with the records that their ids have now. */
export async function benchmarkPeople(
  reader: PublishedReader,
  { run_id, benchmarks }: MeasuredRun,
  name: string,
): Promise<BenchmarkPeople> {
  const benchmark = benchmarks.find((one) => one.name === name);
  if (!benchmark) {
    throw new NotFound(`no benchmark ${JSON.stringify(name)}: expected one of ${benchmarkNames.join(', ')}`);
  }
  const ids = [...new Set(benchmark.examples.flatMap(({ amp_ids }) => amp_ids))];
  const records = ids.length === 0 ? [] : await recordsOf(reader, ids);
  const data = benchmark.examples.map((example) => ({
    ...example,
    records: records.filter(({ amp_id }) => example.amp_ids.includes(String(amp_id))),
  }));
  return { run_id, benchmark, data };
}

/** The first records of each id. */
function recordsOf(reader: PublishedReader, ids: readonly string[]): Promise<Record<string, unknown>[]> {
  const columns = shown.map(ident).join(', ');
  const sql = `SELECT ${columns} FROM (
  SELECT p.*, ROW_NUMBER() OVER (PARTITION BY p.amp_id ORDER BY p.datasource, p.pk) AS place FROM ${compared} p
  WHERE p.amp_id IN (${ids.map(text).join(', ')})
) AS r WHERE place <= ${MOST} ORDER BY amp_id, place`;
  return reader.objects('examples of a benchmark', sql, MOST * ids.length);
}
