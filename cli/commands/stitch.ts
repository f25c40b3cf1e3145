import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Command } from 'commander';
import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import { InvalidInput } from '../../core/errors.ts';
import { action } from '../action.ts';
import { bold } from '../colours.ts';
import { counted, percent } from '../figures.ts';
import { examples } from '../help.ts';
import { factsText, tableText } from '../table-text.ts';
import { addStitchCorrections } from './stitch-corrections.ts';
import { addStitchExplain } from './stitch-explain.ts';
import { addStitchModels } from './stitch-models.ts';
import { addStitchQuality } from './stitch-quality.ts';
import { addStitchResolve } from './stitch-resolve.ts';
import { addStitchReview } from './stitch-review.ts';

/** `tributary stitch …`. */
export function addStitch(program: Command): void {
  const stitch = program
    .command('stitch')
    .description('what identity resolution found, how right it is, and how to correct it')
    .addHelpText(
      'after',
      examples('stitch report', 'stitch explain web_customers/17 crm_people/4711', 'stitch evaluate truth.csv'),
    );
  addStitchResolve(stitch);
  addStitchExplain(stitch);
  addStitchCorrections(stitch);
  stitch
    .command('report')
    .description('records, people, sources and changes of the last Stitch')
    .addHelpText('after', examples('stitch report', 'stitch report --json'))
    .action(
      action(async ({ client, environment }) => {
        const report = await client.get<StitchReport>(`${await environment()}/stitch/report`);
        return { data: report, text: reportText(report) };
      }),
    );
  stitch
    .command('evaluate <truth>')
    .description('score the ids against a truth: a CSV of datasource, pk and person, also .gz')
    .addHelpText('after', examples('stitch evaluate .tributary/tenants/acme/inbox/truth.csv'))
    .action(
      action(async ({ client, args: [truth = ''], environment }) => {
        const csv = await truthText(truth);
        const scores = await client.upload<Evaluation>(`${await environment()}/stitch/evaluate`, {}, csv, 'text/csv');
        return { data: scores, text: evaluationText(scores) };
      }),
    );
  addStitchModels(stitch);
  addStitchQuality(stitch);
  addStitchReview(stitch);
}

/** A CSV, plain or gzipped. */
async function truthText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (isGzip(bytes) ? await promisify(gunzip)(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new InvalidInput(`${path} can't be read: ${(cause as Error).message}`, { cause });
  }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function reportText(report: StitchReport): string {
  const { changes } = report;
  const facts = factsText([
    ['records', report.records],
    ['people', report.people],
    ['duplicate rate', percent(report.dedupe_rate)],
    ['pairs compared', report.pairs],
    ['pairs matched', report.matches],
    ['ids', `${changes.added} new, ${changes.merged} merged, ${changes.split} split, ${changes.unchanged} as before`],
    ['moved without a reason of their own', percent(report.jitter)],
    ['sources that hold each person once', report.clean_sources.join(', ') || 'none'],
  ]);
  const sources = tableText(
    ['source', 'records', 'people'],
    report.sources.map(({ datasource, records, people }) => [datasource, records, people]),
  );
  return [facts, sources, ...report.warnings].join('\n\n');
}

function evaluationText(scores: Evaluation): string {
  const row = (name: string, { precision, recall, f1 }: Evaluation['b_cubed']) => [
    name,
    ...[precision, recall, f1].map((score) => score.toFixed(4)),
  ];
  const { pairwise, false_joins, splits, missing, unlabelled } = scores;
  const apart = [
    ...(missing > 0 ? [`${counted(missing, 'record')} of the truth unknown to Stitch`] : []),
    ...(unlabelled > 0 ? [`${counted(unlabelled, 'stitched record')} not in the truth`] : []),
  ];
  const table = tableText(
    ['scored over', 'precision', 'recall', 'F1'],
    [row('pairs', pairwise), row('records (B-cubed)', scores.b_cubed)],
  );
  const joined = false_joins.examples.map(({ amp_id, people }) => `  ${amp_id} is ${people.join(', ')}`);
  const parted = splits.examples.map(({ person, amp_ids }) => `  ${person} is ${amp_ids.join(', ')}`);
  return [
    `${counted(scores.records, 'record')}: ${counted(scores.people_true, 'person', 'people')} in truth, ${counted(scores.people_found, 'person', 'people')} found`,
    ...(apart.length > 0 ? [`not scored: ${apart.join('; ')}`] : []),
    table,
    [bold(`${counted(false_joins.count, 'id')} of several people`), ...joined].join('\n'),
    [bold(`${counted(splits.count, 'person', 'people')} with several ids`), ...parted].join('\n'),
  ].join('\n\n');
}
