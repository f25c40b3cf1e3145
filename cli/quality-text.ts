import type {
  Benchmark,
  BenchmarkPeople,
  Estimate,
  GateVerdict,
  MeasuredRun,
  MeasuredRuns,
  QualityEstimates,
} from '../core/contracts/stitch-quality.ts';
import { bold, green, red, yellow } from './colours.ts';
import { count, counted } from './figures.ts';
import { tableText } from './table-text.ts';

const paint = { optimal: green, 'above optimal': yellow, high: red };

/** Runs side by side: what they found, their benchmarks, and what people's answers make of them. */
export function measuredRunsText({ data: runs, since }: MeasuredRuns): string {
  const [newest] = runs;
  if (newest === undefined) return 'no Stitch was measured yet: `tributary run` does so when it stitches';
  const figures: [string, (run: MeasuredRun) => string][] = [
    ['records', ({ records }) => count(records)],
    ['people', ({ people }) => count(people)],
    ['records with another id', ({ moved_records }) => count(moved_records)],
    ...newest.benchmarks.map(({ name }): [string, (run: MeasuredRun) => string] => [name, benchmarkText(name)]),
    ['precision', ({ estimates }) => estimateText(estimates?.precision)],
    ['recall among pairs compared', ({ estimates }) => estimateText(estimates?.recall)],
    ['answers that count', ({ estimates }) => count(estimates ? answersOf(estimates) : 0)],
  ];
  const heads = runs.map(({ at }) => at.slice(0, 16).replace('T', ' '));
  const table = tableText(
    ['', ...heads],
    figures.map(([name, of]) => [name, ...runs.map(of)]),
  );
  const worst = newest.benchmarks.filter(({ grade }) => grade !== 'optimal');
  const advice = worst.map(({ name, measures, advice }) => `${bold(name)}: ${measures}. ${advice}`);
  const more = worst[0] ? [`people concerned: tributary stitch benchmarks --examples ${worst[0].name}`] : [];
  return [
    table,
    ...advice,
    [`${newest.run_id} is the newest that was measured${sinceText(since)}`, ...more].join('\n'),
  ].join('\n\n');
}

const sinceText = ({ runs, touched_records }: MeasuredRuns['since']): string =>
  runs === 0
    ? ''
    : `: ${counted(runs, 'run')} since touched ${counted(touched_records, 'record')}, too few to tell a difference`;

const answersOf = ({ answers }: QualityEstimates): number => answers.same + answers.different;

const benchmarkText =
  (name: string) =>
  ({ benchmarks }: MeasuredRun): string => {
    const found = benchmarks.find((benchmark) => benchmark.name === name);
    return found ? `${percentText(found)} ${paint[found.grade](found.grade)}` : '';
  };

const percentText = ({ value }: Benchmark): string => `${value < 1 ? value.toFixed(3) : value.toFixed(1)} %`;

/** `.984 (.951 to .996)`. */
export const estimateText = (estimate: Estimate | null | undefined): string =>
  estimate ? `${share(estimate.value)} (${share(estimate.low)} to ${share(estimate.high)})` : 'not known yet';

const share = (value: number): string => value.toFixed(3);

/** How far a review has come, and what it says. */
export function estimatesText(estimates: QualityEstimates): string {
  const rows = estimates.strata
    .filter(({ pairs }) => pairs > 0)
    .map(({ holds, pairs, same, different, unsure, one_person }) => [
      holds,
      pairs,
      same,
      different,
      unsure,
      one_person ? estimateText(one_person) : '',
    ]);
  const { people, pairs } = estimates.left_out;
  const beyond =
    people === 0
      ? []
      : [`not in it: ${counted(pairs, 'pair')} of ${counted(people, 'person', 'people')} of many records`];
  return [
    `precision ${estimateText(estimates.precision)}, recall among pairs compared ${estimateText(estimates.recall)}, at 95 %`,
    tableText(['pairs of', 'there are', 'same', 'different', 'unsure', 'share that is one person'], rows),
    ...beyond,
  ].join('\n\n');
}

/** The people whom a benchmark counts, as many as were drawn. */
export function benchmarkPeopleText({ benchmark, data, run_id }: BenchmarkPeople): string {
  const title = `${bold(benchmark.name)}: ${percentText(benchmark)} ${paint[benchmark.grade](benchmark.grade)}; ${benchmark.measures} (optimal up to ${benchmark.limits.optimal} %, high from ${benchmark.limits.high.toPrecision(2)} %)`;
  const people = data.map(({ guess, amp_ids, records }, n) => {
    const head = `${n + 1}. ${amp_ids.join(' and ')}, by birth dates ${guess}`;
    return records.length === 0 ? `${head}: no record has this id any more` : `${head}\n${recordsTable(records)}`;
  });
  const drawn = data.length === 0 ? 'nobody' : `${count(data.length)} of ${count(benchmark.count)}, drawn by ${run_id}`;
  return [title, benchmark.advice, drawn, ...people].join('\n\n');
}

/** Records in the columns that any of them has a value in; ids in a column of their own only where they differ. */
function recordsTable(records: readonly Record<string, unknown>[]): string {
  const ids = new Set(records.map(({ amp_id }) => amp_id));
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))].filter(
    (column) => column !== 'amp_id' || ids.size > 1,
  );
  const value = (record: Record<string, unknown>, column: string) =>
    column === 'amp_id' ? String(record.amp_id).slice(0, 8) : record[column];
  return tableText(
    columns.map((column) => column.replaceAll('_', ' ')),
    records.map((record) => columns.map((column) => value(record, column))),
    { within: process.stdout.columns ?? 160 },
  );
}

/** What the gate says, and why. */
export function verdictText({ verdict, run_id, against_run_id, reasons, notes }: GateVerdict): string {
  const compared = against_run_id === undefined ? '' : `, compared with ${against_run_id}`;
  const head = verdict === 'pass' ? green(bold('passes')) : red(bold('is held'));
  return [
    `${run_id} ${head}${compared}`,
    ...reasons.map((reason) => `  ✗ ${reason}`),
    ...notes.map((note) => `  · ${note}`),
  ].join('\n');
}
