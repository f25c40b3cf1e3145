import type { MatchExplanation } from '../core/contracts/stitch.ts';
import type { ReviewAnswer, ReviewPair } from '../core/contracts/stitch-quality.ts';
import { bold, dim, green, red } from './colours.ts';
import { tableText } from './table-text.ts';

/** Two records side by side and what speaks for and against one person. */
export function pairText(pair: ReviewPair, explanation: MatchExplanation): string {
  const { one, other, id, holds } = pair;
  const columns = [...new Set([...Object.keys(one.values), ...Object.keys(other.values)])];
  const values = tableText(
    ['', `${one.datasource}/${one.pk}`, `${other.datasource}/${other.pk}`],
    columns.map((column) => [column.replaceAll('_', ' '), one.values[column], other.values[column]]),
  );
  return `${bold(`pair ${id}`)}  ${dim(holds)}\n\n${values}\n\n${evidenceText(explanation)}`;
}

/** Longest bar, and bits that one sign of it stands for. */
const WIDEST = 20;
const BITS = 1;

/** Evidence field by field, running up or down to its sum. */
function evidenceText({ evidence, prior, household, weight, score, veto }: MatchExplanation): string {
  const row = (name: string, agreement: string, bits: number) => [name, agreement, signed(bits), bar(bits)];
  const verdict = veto === undefined ? `scores ${score.toFixed(2)} of 5` : `kept apart by ${veto}`;
  return tableText(
    ['evidence', 'agreement', 'bits', ''],
    [
      ['two records at random', '', signed(prior), bar(prior)],
      ...evidence.filter((field) => field.weight !== 0).map((field) => row(field.field, field.level, field.weight)),
      ...(household < 0 ? [row('two people of one household', '', household)] : []),
      [bold('together'), verdict, signed(weight), bar(weight)],
    ],
  );
}

const signed = (bits: number): string => `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(1)}`;

function bar(bits: number): string {
  const length = Math.min(WIDEST, Math.round(Math.abs(bits) / BITS));
  return bits < 0 ? red('░'.repeat(length)) : green('█'.repeat(length));
}

/** What an answer doesn't do, and how to have it done where it differs from what Stitch found. */
export function labelHint({ pair, one, other, verdict, stratum }: ReviewAnswer): string | undefined {
  const joined = stratum.startsWith('joined');
  if (verdict === 'unsure' || joined === (verdict === 'same')) return undefined;
  const label = (partition: string, { datasource, pk }: ReviewAnswer['one']) =>
    `  - { label: review-${pair}, partition: "${partition}", datasource: ${datasource}, pk: ${JSON.stringify(pk)} }`;
  return [
    `Stitch found otherwise, and goes on to. To make it ${joined ? 'part' : 'join'} them, add to the Stitch settings:`,
    'labels:',
    label('1', one),
    label(joined ? '2' : '1', other),
  ].join('\n');
}
