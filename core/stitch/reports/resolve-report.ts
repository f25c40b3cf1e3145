import type { StitchReport } from '../../contracts/stitch.ts';
import type { FieldUse } from '../any-records.ts';
import type { StitchModel } from '../model/model.ts';
import type { Overview } from './overview.ts';
import { bars, count, escaped, page, signed, table } from './report-page.ts';

/** A record's values by column, for people. */
export type ShownRecord = Readonly<Record<string, string | null>>;

/** What `stitch resolve` decided and why. */
export interface ResolveReport {
  records: number;
  people: number;
  pairs: number;
  matches: number;
  /** What each field of each file was taken for. */
  files: { file: string; rows: number; uses: FieldUse[] }[];
  blocking: StitchReport['blocking'];
  blocking_left_out: StitchReport['blocking_left_out'];
  missed: StitchReport['missed'];
  warnings: string[];
  clean_sources: string[];
  model: Pick<StitchModel, 'prior' | 'household' | 'comparisons'>;
  weights: Overview['weights'];
  /** Pairs nearest to the threshold. */
  near: { weight: number; one: ShownRecord; other: ShownRecord }[];
  /** The people with most records. */
  largest: { records: number; examples: ShownRecord[] }[];
  /** Shares of the people that should hardly be there, in percent. */
  benchmarks: { name: string; people: number; share: number }[];
  seconds: Record<string, number>;
}

/** The report as one page that needs nothing else. Values of records are shown as text, whatever they hold. */
export function reportHtml(report: ResolveReport): string {
  const { records, people, pairs, matches, warnings } = report;
  const facts: [string, string][] = [
    ['records', count(records)],
    ['people', count(people)],
    ['pairs compared', count(pairs)],
    ['pairs matched', count(matches)],
    ['sources that hold each person once', report.clean_sources.join(', ') || 'none shown'],
    [
      'seconds',
      Object.entries(report.seconds)
        .map(([stage, seconds]) => `${stage} ${seconds}`)
        .join(', '),
    ],
  ];
  const body = `${table(['', ''], facts)}
${warnings.map((warning) => `<p class="warning">${escaped(warning)}</p>`).join('')}
<h2>What the columns were taken for</h2>
${report.files
  .map(
    ({ file, rows, uses }) =>
      `<h3>${escaped(file)}, ${count(rows)} rows</h3>${table(
        ['column', 'taken for', 'because'],
        uses.map(({ field, use, because }) => [field, use, because]),
      )}`,
  )
  .join('')}
<h2>Which records met</h2>
<p>Records are compared when they share a key of some rule. A key that stays too common after refinement is cut.</p>
${blockingTables(report)}
<h2>How the pairs weigh</h2>
<p>Bits: log2 of the odds of one person. From 0 on two records are likelier one person than not.</p>
${bars(report.weights.map(({ bits, pairs: n }) => ({ name: `${bits}`, value: n, shown: count(n), good: bits >= 0 })))}
<h2>What agreement is worth</h2>
<p>Two records taken at random: ${signed(report.model.prior)} bits. A difference takes away, an uncommon value that is the same gives most.</p>
${report.model.comparisons.map(weightsOf).join('')}
<h2>What should hardly be there</h2>
${table(
  ['people with', 'people', 'share'],
  report.benchmarks.map(({ name, people: n, share }) => [name, count(n), `${share.toFixed(3)} %`]),
)}
<h2>Nearest to the threshold</h2>
${report.near.map(({ weight, one, other }) => `<h3>${weight >= 0 ? 'one person' : 'two people'}, ${signed(weight)} bits</h3>${recordTable([one, other])}`).join('')}
<h2>Most records</h2>
${report.largest.map(({ records: n, examples }) => `<h3>${count(n)} records</h3>${recordTable(examples)}`).join('')}`;
  return page('Who is who', body);
}

function blockingTables({ blocking, blocking_left_out: leftOut, missed }: ResolveReport): string {
  const rules = table(
    ['rule', 'keys', 'pairs', 'accepted', 'found by it only', 'keys cut'],
    blocking.map(({ rule, ...of }) => [rule, ...[of.keys, of.pairs, of.accepted, of.only, of.cut].map(count)]),
  );
  const tried =
    leftOut.length === 0
      ? ''
      : `<p>Rules that were tried on a sample and don't pay: what they alone would have made, of all there are.</p>${table(
          ['rule', 'pairs', 'accepted'],
          leftOut.map(({ rule, pairs, accepted }) => [rule, count(pairs), count(accepted)]),
        )}`;
  return `${rules}
<p>By how often rules of different fields find the same pairs, ${count(missed.pairs)} pairs of one person never met by a rule; ${count(missed.joined)} were compared because others brought their people together. ${missed.fields.map(({ field, pairs }) => `With ${escaped(field)} in all records ${count(pairs)} of them would meet. `).join('')}</p>
${tried}`;
}

function weightsOf({ name, levels }: ResolveReport['model']['comparisons'][number]): string {
  const shown = levels.filter(({ m, u }, level) => level > 0 && (m > 1e-6 || u > 1e-12));
  if (name === 'keys' || shown.length < 2) return '';
  const rows = shown.map((level) => ({
    name: level.name,
    value: Math.abs(level.weight),
    shown: signed(level.weight),
    good: level.weight >= 0,
  }));
  return `<h3>${escaped(name)}</h3>${bars(rows)}`;
}

function recordTable(records: readonly ShownRecord[]): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((column) =>
    records.some((record) => record[column] != null),
  );
  return table(
    columns,
    records.map((record) => columns.map((column) => record[column] ?? '')),
  );
}
