import type { Command } from 'commander';
import type { Correction, CorrectionApplied } from '../../core/contracts/corrections.ts';
import { recordName } from '../../core/contracts/record-key.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { InvalidInput } from '../../core/errors.ts';
import { type Answer, action } from '../action.ts';
import type { Client } from '../client.ts';
import { bold, dim, green } from '../colours.ts';
import { examples } from '../help.ts';
import { watchRun } from '../live-view.ts';
import { wholeNumber } from '../options.ts';
import { recordKey } from '../record-key.ts';
import { runSummary, summaryText } from '../summary.ts';
import { tableText } from '../table-text.ts';

/** A correction, and the people that its records are of now. */
type Shown = Correction & { amp_ids: { one: string | null; other: string | null } };

interface Asked {
  reason: string;
  wait: boolean;
}

/** `tributary stitch merge|separate|corrections|undo`. */
export function addStitchCorrections(stitch: Command): void {
  addCorrection(stitch, 'merge', 'together', 'say that two records are one person, and apply it alone');
  addCorrection(stitch, 'separate', 'apart', 'say that two records are two people, and apply it alone');
  addList(stitch);
  addUndo(stitch);
}

function addCorrection(stitch: Command, name: string, says: Correction['says'], description: string): void {
  const asked = `stitch ${name} web_customers/17 crm_people/4711 --reason`;
  withReason(stitch.command(`${name} <record> <other>`), 'why it is so, for those who come after')
    .description(description)
    .addHelpText('after', examples(`${asked} "She called about it"`))
    .action(
      action<Asked>(async ({ client, options, args: [record = '', other = ''], environment }) => {
        const path = await environment();
        const body = { says, one: recordKey(record), other: recordKey(other), reason: options.reason };
        await client.platform?.recover();
        const applied = await client.post<CorrectionApplied>(`${path}/stitch/corrections`, body);
        return settled(client, path, applied, options);
      }),
    );
}

function addUndo(stitch: Command): void {
  withReason(stitch.command('undo <id>'), 'why it is not so after all')
    .description('take a correction back, and apply that alone; it stays in the list')
    .addHelpText('after', examples('stitch undo 20261123-101530-07b4f2 --reason "It was her sister"'))
    .action(
      action<Asked>(async ({ client, options, args: [id = ''], environment }) => {
        const path = await environment();
        await client.platform?.recover();
        const undo = `${path}/stitch/corrections/${nameOf(id)}/undo`;
        return settled(client, path, await client.post<CorrectionApplied>(undo, { reason: options.reason }), options);
      }),
    );
}

function addList(stitch: Command): void {
  stitch
    .command('corrections')
    .description('what people said of records, newest first, with what was undone')
    .option('--limit <corrections>', 'corrections at most', wholeNumber, 50)
    .addHelpText('after', examples('stitch corrections', 'stitch corrections --json'))
    .action(
      action<{ limit: number }>(async ({ client, options, environment }) => {
        const found = await client.all<Shown>(`${await environment()}/stitch/corrections`, {}, options.limit);
        return { data: found, text: found.length === 0 ? 'nobody has corrected anything' : listText(found) };
      }),
    );
}

const withReason = (command: Command, what: string): Command =>
  command.requiredOption('--reason <text>', what).option('--no-wait', 'start the run that applies it, and return');

/** `correction/…` with or without its prefix. */
const nameOf = (id: string) => encodeURIComponent(id.replace(/^correction\//, ''));

/** Waits for the run that applies a correction, and tells who the records are now. */
async function settled(
  client: Client,
  path: string,
  applied: CorrectionApplied,
  { wait, json }: { wait: boolean; json?: boolean },
): Promise<Answer> {
  const { correction } = applied;
  if (!wait && !client.platform) return { data: applied, text: `${correction.id}, ${applied.run.id}` };
  if (!wait) throw new InvalidInput('--no-wait needs a server that does the run: `tributary start` is one');
  const run = await watchRun(client, path, applied.run.id, { silent: json === true });
  const now = await client.get<Shown>(`${path}/stitch/corrections/${nameOf(correction.id)}`);
  const data = { ...applied, run, correction: now };
  if (run.state === 'succeeded') return { data, text: outcomeText(now, applied) };
  return { data, text: `\n${await failureText(client, path, run)}`, failed: true };
}

const failureText = async (client: Client, path: string, run: Run) =>
  `${summaryText(await runSummary(client, path, run))}\n\nthe correction is kept: the next run that goes well applies it`;

function outcomeText(now: Shown, { amp_ids: before }: CorrectionApplied): string {
  const { one, other } = now.amp_ids;
  const records = `${recordName(now.one)} and ${recordName(now.other)}`;
  const people = one === other ? `one person: ${one}` : `two people: ${one} and ${other}`;
  const same = before !== undefined && (before.one === before.other) === (one === other);
  const pinned = same ? '\nThey were so already: from now on no evidence changes it.' : '';
  const next = now.undone ? `undone: ${now.id}` : `to take it back: tributary stitch undo ${nameOf(now.id)} --reason …`;
  return `${green(bold('✔'))} ${records} are ${people}${pinned}\n${dim(next)}`;
}

const listText = (corrections: readonly Shown[]) =>
  tableText(
    ['id', 'says', 'who', 'when (UTC)', 'reason', 'state'],
    corrections.map((each) => [
      nameOf(each.id),
      `${recordName(each.one)} ${each.says === 'together' ? '=' : '≠'} ${recordName(each.other)}`,
      each.author,
      each.at.slice(0, 19).replace('T', ' '),
      each.reason,
      each.undone ? `undone by ${each.undone.author}: ${each.undone.reason}` : 'holds',
    ]),
  );
