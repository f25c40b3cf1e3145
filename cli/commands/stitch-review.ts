import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { MatchExplanation } from '../../core/contracts/explanation.ts';
import { recordName } from '../../core/contracts/record-key.ts';
import {
  type QualityEstimates,
  type ReviewAnswer,
  type ReviewPair,
  type ReviewQueue,
  verdicts,
} from '../../core/contracts/stitch-quality.ts';
import { InvalidInput } from '../../core/errors.ts';
import { type Answer, action, type Invocation } from '../action.ts';
import type { Client } from '../client.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../options.ts';
import { estimatesText } from '../quality-text.ts';
import { labelHint, pairText } from '../review-text.ts';
import { tableText } from '../table-text.ts';

interface ReviewOptions {
  next?: number;
  reason?: string;
}

/** `tributary stitch review`, and what was answered. */
export function addStitchReview(stitch: Command): void {
  const review = stitch
    .command('review')
    .description('say of pairs of records whether they are one person: precision and recall come of it')
    .option('--next <n>', 'show so many pairs, and ask nothing', wholeNumber)
    .addHelpText('after', examples('stitch review', 'stitch review --next 20 --json'))
    .addHelpText(
      'after',
      '\nPairs are drawn at random from each stratum; those that an answer is worth most of come first. An answer says how right\nStitch is and changes nothing; to make it join or part two records, add labels to the Stitch settings (docs/stitch.md).',
    )
    .action(
      action<ReviewOptions>(async (invocation) => {
        const { options } = invocation;
        const asks = process.stdin.isTTY && process.stdout.isTTY && !options.json && options.next === undefined;
        return asks ? asked(invocation) : shown(invocation);
      }),
    );
  addAnswer(review);
  addAnswers(review);
}

function addAnswer(review: Command): void {
  review
    .command('answer <pair> <verdict>')
    .description(`${verdicts.join(', ')}: what a pair is; another answer takes its place`)
    .option('--reason <text>', 'why')
    .addHelpText('after', examples('stitch review answer 0f3a9c5d7e21b846 different --reason "father and son"'))
    .action(
      action<ReviewOptions>(async ({ client, environment, args: [pair = '', verdict = ''], options: { reason } }) => {
        const given = await give(client, await environment(), { pair, verdict: verdictOf(verdict), reason });
        return { data: given, text: givenText(given) };
      }),
    );
}

function addAnswers(review: Command): void {
  review
    .command('answers')
    .description('all answers that were ever given, the oldest first')
    .addHelpText('after', examples('stitch review answers', 'stitch review answers --json'))
    .action(
      action(async ({ client, environment }) => {
        const { data } = await client.get<{ data: ReviewAnswer[] }>(`${await environment()}/stitch/review/answers`);
        const rows = data.map(({ at, by, pair, one, other, verdict, reason }) => [
          ...[at.slice(0, 16).replace('T', ' '), by, pair, recordName(one)],
          ...[recordName(other), verdict, reason],
        ]);
        const heads = ['at', 'by', 'pair', 'record', 'other', 'verdict', 'reason'];
        return { data, text: rows.length === 0 ? 'no answers yet' : tableText(heads, rows) };
      }),
    );
}

type Explained = ReviewPair & { explanation: MatchExplanation };

async function queueOf(client: Client, path: string, next: number) {
  return client.get<ReviewQueue>(`${path}/stitch/review`, { next });
}

/** The pair with what its two records say to each other; asked the wrong way round, an explanation tells no more. */
async function explained(client: Client, path: string, pair: ReviewPair): Promise<Explained> {
  const { one, other, joined } = pair;
  const records = { datasource1: one.datasource, pk1: one.pk, datasource2: other.datasource, pk2: other.pk };
  const query = { ...records, not: String(joined) };
  return { ...pair, explanation: await client.get<MatchExplanation>(`${path}/stitch/explain`, query) };
}

async function shown({ client, environment, options }: Invocation<ReviewOptions>): Promise<Answer> {
  const path = await environment();
  const queue = await queueOf(client, path, options.next ?? 1);
  const data: Explained[] = [];
  for (const pair of queue.data) data.push(await explained(client, path, pair));
  const pairs = data.map((pair) => pairText(pair, pair.explanation));
  const how =
    data[0] === undefined
      ? 'every pair of the sample has an answer'
      : `to answer: tributary stitch review answer ${data[0].id} same|different|unsure`;
  return { data: { ...queue, data }, text: [...pairs, estimatesText(queue.estimates), how].join('\n\n') };
}

const keys: Record<string, ReviewAnswer['verdict']> = { s: 'same', d: 'different', u: 'unsure' };

/** Asks about one pair after the other, until the reader has had enough. */
async function asked({ client, environment }: Invocation<ReviewOptions>): Promise<Answer> {
  const path = await environment();
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const given: ReviewAnswer[] = [];
  let { estimates, data } = await queueOf(client, path, 1);
  try {
    for (let pair = data[0]; pair !== undefined; pair = data[0]) {
      process.stdout.write(`${pairText(pair, (await explained(client, path, pair)).explanation)}\n\n`);
      const said = await verdictFrom(terminal);
      if (said === undefined) break;
      const kept = await give(client, path, { pair: pair.id, ...said });
      given.push(kept.answer);
      const hint = labelHint(kept.answer);
      if (hint !== undefined) process.stdout.write(`\n${hint}\n`);
      process.stdout.write('\n');
      ({ estimates, data } = await queueOf(client, path, 1));
    }
  } finally {
    terminal.close();
  }
  return {
    data: { answers: given, estimates },
    text: `${estimatesText(estimates)}\n\n${counted(given.length, 'answer')} kept`,
  };
}

/** `d father and son`: a letter, and a reason where there is one. Undefined when that was all. */
async function verdictFrom(terminal: ReturnType<typeof createInterface>) {
  for (;;) {
    const line = await terminal.question(
      'one person?  s same · d different · u unsure · q quit, then a reason if you like: ',
    );
    const [, letter = '', reason] = /^(\S*)\s*(.*)$/.exec(line.trim()) ?? [];
    if (letter.toLowerCase() === 'q') return undefined;
    const verdict = keys[letter.toLowerCase().charAt(0)];
    if (verdict !== undefined) return { verdict, reason: reason === '' ? undefined : reason };
  }
}

interface Given {
  answer: ReviewAnswer;
  estimates: QualityEstimates;
}

const give = (
  client: Client,
  path: string,
  { pair, verdict, reason }: { pair: string; verdict: ReviewAnswer['verdict']; reason?: string | undefined },
): Promise<Given> =>
  client.post<Given>(`${path}/stitch/review/answers`, { pair, verdict, ...(reason !== undefined && { reason }) });

function givenText({ answer, estimates }: Given): string {
  const { one, other, verdict } = answer;
  const said = `${recordName(one)} and ${recordName(other)}: ${verdict}`;
  return [said, labelHint(answer), estimatesText(estimates)].filter((part) => part !== undefined).join('\n\n');
}

/** `same`, `different` or `unsure`. */
function verdictOf(word: string): ReviewAnswer['verdict'] {
  const verdict = verdicts.find((one) => one === word);
  if (verdict !== undefined) return verdict;
  throw new InvalidInput(`${JSON.stringify(word)} is no verdict: expected ${verdicts.join(', ')}`);
}
