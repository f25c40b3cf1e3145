import type { Command } from 'commander';
import type { RefusedFile } from '../../core/contracts/refused-files.ts';
import { InvalidInput, NotFound } from '../../core/errors.ts';
import { action } from '../action.ts';
import type { Client } from '../client.ts';
import { examples } from '../help.ts';
import { feedId, wholeNumber } from '../options.ts';
import { tableText } from '../table-text.ts';

interface Meant {
  feed?: string;
}

/** `tributary quarantine files|set-aside|take-up`. */
export function addRefusedFiles(quarantine: Command): void {
  quarantine
    .command('files')
    .description('files that feeds did not take, or are to do without, and why')
    .option('--feed <feed>', 'of this feed only', feedId)
    .option('--limit <files>', 'files at most', wholeNumber, 50)
    .addHelpText('after', examples('quarantine files', 'quarantine files --feed web-customers --json'))
    .action(
      action<Meant & { limit: number }>(async ({ client, options: { feed, limit }, environment }) => {
        const files = await client.all<RefusedFile>(filesPath(await environment()), { feed }, limit);
        return { data: files, text: files.length === 0 ? 'no feed has refused a file' : filesText(files) };
      }),
    );
  quarantine
    .command('set-aside <file>')
    .description('have a feed do without a file that it refused, so that runs go well without it')
    .option('--feed <feed>', 'of this feed, when several have refused it', feedId)
    .requiredOption('--reason <text>', 'why, for those who come after')
    .addHelpText('after', examples('quarantine set-aside 2026-11-23/orders.csv --reason "The shop sent a test"'))
    .action(
      action<Meant & { reason: string }>(
        async ({ client, options: { feed, reason }, args: [file = ''], environment }) => {
          const path = filesPath(await environment());
          const { id, ...meant } = await fileCalled(client, path, file, feed);
          const data = await client.post<RefusedFile>(`${path}/${id}/set-aside`, { feed: meant.feed, reason });
          return { data, text: `${data.name}: runs go on without it; its bytes are kept` };
        },
      ),
    );
  quarantine
    .command('take-up <file>')
    .description('have the next run try a file again that was set aside')
    .option('--feed <feed>', 'of this feed, when several do without it', feedId)
    .addHelpText('after', examples('quarantine take-up 2026-11-23/orders.csv'))
    .action(
      action<Meant>(async ({ client, options: { feed }, args: [file = ''], environment }) => {
        const path = filesPath(await environment());
        const { id, ...meant } = await fileCalled(client, path, file, feed);
        const data = await client.post<RefusedFile>(`${path}/${id}/take-up`, { feed: meant.feed });
        return { data, text: `${data.name}: the next run tries it: tributary run` };
      }),
    );
}

/** The one refused file of a name, or of an id, which tells contents of one name apart. */
async function fileCalled(client: Client, path: string, file: string, feed: string | undefined): Promise<RefusedFile> {
  const files = await client.all<RefusedFile>(path, { feed });
  const found = files.filter(({ name, id }) => name === file || id === file);
  const [only, ...others] = found;
  if (!only) throw new NotFound(`no feed has refused a file ${file}: tributary quarantine files lists those they did`);
  if (others.length === 0) return only;
  const several = found.map((one) => `${one.feed} ${one.id}`).join(', ');
  throw new InvalidInput(`${file} was refused ${found.length} times: name a feed by --feed, or one of ${several}`);
}

function filesText(files: readonly RefusedFile[]): string {
  const cells = files.map(({ feed, name, landed_at, state, set_aside, error }) => [
    feed,
    name,
    landed_at.slice(0, 16).replace('T', ' '),
    state,
    set_aside ? `${set_aside.author}: ${set_aside.reason}` : `${error?.type}: ${error?.message}`,
  ]);
  return tableText(['feed', 'file', 'landed', 'state', 'why'], cells);
}

const filesPath = (environment: string): string => `${environment}/quarantine/files`;
