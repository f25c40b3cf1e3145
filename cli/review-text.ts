import type { PairExplanation } from '../core/contracts/explanation.ts';
import { recordName } from '../core/contracts/record-key.ts';
import type { ReviewAnswer, ReviewPair } from '../core/contracts/stitch-quality.ts';
import { bold, dim } from './colours.ts';
import { waterfall } from './explanation-text.ts';
import { tableText } from './table-text.ts';

/** Two records side by side and what speaks for and against one person. */
export function pairText(pair: ReviewPair, explanation: PairExplanation): string {
  const { one, other, id, holds } = pair;
  const columns = [...new Set([...Object.keys(one.values), ...Object.keys(other.values)])];
  const values = tableText(
    ['', recordName(one), recordName(other)],
    columns.map((column) => [column.replaceAll('_', ' '), one.values[column], other.values[column]]),
  );
  return `${bold(`pair ${id}`)}  ${dim(holds)}\n\n${values}\n\n${waterfall(explanation, one, other)}`;
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
