import type { Command } from 'commander';
import type { Run } from '../../core/contracts/runs.ts';
import type { RefusedRow } from '../../core/feeds/quarantine.ts';
import { type Answer, action, type Invocation } from '../action.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { feedId, wholeNumber } from '../options.ts';
import { tableText } from '../table-text.ts';
import { addRefusedFiles } from './refused-files.ts';
import { watched } from './run.ts';

interface Filter {
  feed?: string;
  run?: string;
}

interface Replay {
  feed: string;
  files: string[];
  rows: number;
  mended: number;
  still_bad: number;
  run: Run | null;
}

/** `tributary quarantine list|export|replay`, and what is about whole files. */
export function addQuarantine(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('rows and files that feeds refused: list, export, replay and set them aside')
    .addHelpText('after', examples('quarantine list --feed web-customers', 'quarantine export > bad-rows.csv'));
  quarantine
    .command('list', { isDefault: true })
    .description('bad rows with their file, line, column, value and what was expected')
    .option('--feed <feed>', 'of this feed only', feedId)
    .option('--run <id>', 'of this run only')
    .option('--limit <rows>', 'rows at most', wholeNumber, 50)
    .addHelpText('after', examples('quarantine list', 'quarantine list --feed web-customers --limit 10 --json'))
    .action(action(list));
  quarantine
    .command('export')
    .description('all of them as CSV')
    .option('--csv', 'as CSV (the only form so far)', true)
    .option('--feed <feed>', 'of this feed only', feedId)
    .option('--run <id>', 'of this run only')
    .addHelpText('after', examples('quarantine export --csv > bad-rows.csv', 'quarantine export --feed web-orders'))
    .action(
      action<Filter>(async ({ client, options, environment }) => {
        const csv = await client.text(`${await environment()}/quarantine.csv`, queryOf(options));
        return { data: { csv }, text: csv };
      }),
    );
  quarantine
    .command('replay <feed>')
    .description('after a feed was mended, load again the files whose rows it refused')
    .addHelpText('after', examples('quarantine replay web-customers'))
    .action(action(replay));
  addRefusedFiles(quarantine);
}

async function list({ client, options, environment }: Invocation<Filter & { limit: number }>): Promise<Answer> {
  const rows = await client.all<RefusedRow>(`${await environment()}/quarantine`, queryOf(options), options.limit);
  if (rows.length === 0) return { data: rows, text: 'no bad rows' };
  const cells = rows.map((row) => [row.feed, row.file, row.line, row.column, row.value, row.expected]);
  return { data: rows, text: tableText(['feed', 'file', 'line', 'column', 'value', 'expected'], cells) };
}

async function replay({ client, options, args: [feed = ''], environment }: Invocation): Promise<Answer> {
  const path = await environment();
  await client.platform?.recover();
  const found = await client.post<Replay>(`${path}/quarantine/replay`, { feed: feedId(feed) });
  const { files, rows, mended, still_bad, run } = found;
  if (files.length === 0) {
    const text = `${found.feed} as it is has loaded every file already: mend it, then replay`;
    return { data: found, text };
  }
  const text = `${counted(files.length, 'file')} with ${counted(rows, 'bad row')}: ${mended} are good by now, ${still_bad} are not`;
  if (run === null) return { data: found, text };
  const ended = await watched(client, path, run.id, options);
  return { ...ended, data: { ...found, run: ended.data }, text: `${text}\n${ended.text}` };
}

const queryOf = ({ feed, run }: Filter) => ({ feed, run_id: run });
