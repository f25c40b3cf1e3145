import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { MatchExplanation, StitchReport } from '../../core/contracts/stitch.ts';
import { InvalidInput } from '../../core/errors.ts';
import { action } from '../action.ts';
import { bold } from '../colours.ts';
import { counted, percent } from '../figures.ts';
import { examples } from '../help.ts';
import { factsText, tableText } from '../table-text.ts';
import { addStitchResolve } from './stitch-resolve.ts';

/** `tributary stitch resolve|report|explain|evaluate`. */
export function addStitch(program: Command): void {
  const stitch = program
    .command('stitch')
    .description('what identity resolution found, and how right it is')
    .addHelpText(
      'after',
      examples('stitch report', 'stitch explain web_customers/17 crm_people/4711', 'stitch evaluate truth.csv'),
    );
  addStitchResolve(stitch);
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
    .command('explain <record> <other>')
    .description('why two records are one person or two, field by field; a record is its table and key')
    .addHelpText('after', examples('stitch explain web_customers/17 crm_people/4711'))
    .action(
      action(async ({ client, args: [record = '', other = ''], environment }) => {
        const [one, two] = [recordKey(record), recordKey(other)];
        const query = { datasource1: one.datasource, pk1: one.pk, datasource2: two.datasource, pk2: two.pk };
        const found = await client.get<MatchExplanation>(`${await environment()}/stitch/explain`, query);
        return { data: found, text: explanationText(found) };
      }),
    );
  stitch
    .command('evaluate <truth>')
    .description('score the ids against a truth: a CSV of datasource, pk and person')
    .addHelpText('after', examples('stitch evaluate .tributary/tenants/acme/inbox/truth.csv'))
    .action(
      action(async ({ client, args: [truth = ''], environment }) => {
        const csv = await readFile(truth, 'utf8').catch((cause: Error) => {
          throw new InvalidInput(`${truth} can't be read: ${cause.message}`, { cause });
        });
        const scores = await client.upload<Evaluation>(`${await environment()}/stitch/evaluate`, {}, csv, 'text/csv');
        return { data: scores, text: evaluationText(scores) };
      }),
    );
}

function reportText(report: StitchReport): string {
  const { changes } = report;
  const facts = factsText([
    ['records', report.records],
    ['people', report.people],
    ['duplicate rate', percent(report.dedupe_rate)],
    ['pairs compared', report.pairs],
    ['pairs matched', report.matches],
    ['ids', `${changes.added} new, ${changes.merged} merged, ${changes.split} split, ${changes.unchanged} as before`],
  ]);
  const sources = tableText(
    ['source', 'records', 'people'],
    report.sources.map(({ datasource, records, people }) => [datasource, records, people]),
  );
  return [facts, sources, ...report.warnings].join('\n\n');
}

/** `web_customers/17` as table and key; the key may hold slashes. */
function recordKey(record: string): { datasource: string; pk: string } {
  const at = record.indexOf('/');
  if (at > 0) return { datasource: record.slice(0, at), pk: record.slice(at + 1) };
  throw new InvalidInput(`${JSON.stringify(record)} is no record: expected a table and a key such as web_customers/17`);
}

function explanationText({
  one,
  other,
  same_person,
  prior,
  household,
  evidence,
  weight,
  score,
  category,
  veto,
}: MatchExplanation) {
  const bits = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
  const verdict = same_person
    ? `${bold('one person')}: ${one.amp_id}`
    : `${bold('two people')}: ${one.amp_id} and ${other.amp_id}`;
  const table = tableText(
    ['field', `${one.datasource}/${one.pk}`, `${other.datasource}/${other.pk}`, 'agreement', 'bits'],
    [
      ...evidence.map((field) => [field.field, field.one, field.other, field.level, bits(field.weight)]),
      ['(two records at random)', '', '', '', bits(prior)],
      ['(two people of one household)', '', '', '', bits(household)],
      [bold('together'), '', '', veto === undefined ? category : `kept apart by ${veto}`, bits(weight)],
    ],
  );
  return `${verdict}; the pair scores ${score.toFixed(2)} of 5\n\n${table}`;
}

function evaluationText(scores: Evaluation): string {
  const row = (name: string, { precision, recall, f1 }: Evaluation['b_cubed']) => [
    name,
    ...[precision, recall, f1].map((score) => score.toFixed(4)),
  ];
  const { pairwise, false_joins, splits } = scores;
  const table = tableText(
    ['scored over', 'precision', 'recall', 'F1'],
    [row('pairs', pairwise), row('records (B-cubed)', scores.b_cubed)],
  );
  const joined = false_joins.examples.map(({ amp_id, people }) => `  ${amp_id} is ${people.join(', ')}`);
  const parted = splits.examples.map(({ person, amp_ids }) => `  ${person} is ${amp_ids.join(', ')}`);
  return [
    `${counted(scores.records, 'record')}: ${counted(scores.people_true, 'person', 'people')} in truth, ${counted(scores.people_found, 'person', 'people')} found`,
    table,
    [bold(`${counted(false_joins.count, 'id')} of several people`), ...joined].join('\n'),
    [bold(`${counted(splits.count, 'person', 'people')} with several ids`), ...parted].join('\n'),
  ].join('\n\n');
}
