import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { DiscoveredFeed } from '../../core/contracts/discover.ts';
import { InvalidInput } from '../../core/errors.ts';
import { homeFolder, inboxFolder } from '../../local/home.ts';
import { action } from '../action.ts';
import type { Client } from '../client.ts';
import { bold, dim, yellow } from '../colours.ts';
import { discoveredDocuments } from '../discovered-documents.ts';
import { counted } from '../figures.ts';
import { examples } from '../help.ts';
import { tableText } from '../table-text.ts';

interface DiscoverOptions {
  source?: string;
  members?: string;
  out?: string;
}

/** `tributary discover FILE…`. */
export function addDiscover(program: Command): void {
  program
    .command('discover <file...>')
    .description('profile whole files and propose the feed of each: types, keys, semantic tags')
    .option('--source <name>', 'the system that the files are from, in snake_case')
    .option('--members <pattern>', 'of an archive, the files in it that are wanted, as `orders*.csv`')
    .option('--out <folder>', 'write the feeds, and what it takes to load them, as YAML into this folder')
    .addHelpText(
      'after',
      examples('discover customers.csv', 'discover exports/*.csv.gz --source shop --out my-tenant/'),
    )
    .action(
      action<DiscoverOptions>(async ({ client, options, args: files, environment }) => {
        const path = await environment();
        const found: DiscoveredFeed[] = [];
        for (const file of files) found.push(await discover(client, path, file, options));
        const written = options.out === undefined ? [] : await write(options.out, found);
        const texts = found.map(feedText);
        if (options.out === undefined) texts.push(dim('--out FOLDER writes the feeds as documents to edit and apply'));
        else texts.push(`wrote ${written.join(', ')}`, nextSteps(client, options.out, found, path.split('/')[1] ?? ''));
        return { data: found, text: texts.join('\n\n') };
      }),
    );
}

/** Of a file that a deployment is sent: a function takes 6 MB, in which bytes are written as base64. */
const deployedBytes = 4_500_000;

async function discover(client: Client, environment: string, file: string, { source, members }: DiscoverOptions) {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new InvalidInput(`there is no file ${file}`);
  if (client.isDeployed && found.size > deployedBytes) {
    throw new InvalidInput(
      `${file} is larger than the 4.5 MB that a deployment profiles: unset TRIBUTARY_URL and do it here`,
    );
  }
  const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
  return client.upload<DiscoveredFeed>(`${environment}/discover`, { name: basename(file), source, members }, body);
}

async function write(folder: string, found: readonly DiscoveredFeed[]): Promise<string[]> {
  const { readDocuments, writeDocuments } = await import('../documents-folder.ts');
  const existing = (await readDocuments(folder, { orNone: true })).map(({ document }) => document);
  return (await writeDocuments(folder, discoveredDocuments(found, existing))).written;
}

/** What to do with the documents that were written. */
function nextSteps({ isDeployed }: Client, folder: string, found: readonly DiscoveredFeed[], tenant: string): string {
  const inbox = isDeployed ? 'inbox' : inboxFolder(homeFolder(), tenant);
  const folders = [...new Set(found.map(({ feed }) => join(inbox, feed.source)))];
  return `Next: answer the questions above in ${folder}, then
  put the files into ${folders.join(' and ')}${isDeployed ? ' of the lake' : ''}
  tributary apply ${folder} --tenant ${tenant}
  tributary run --tenant ${tenant}`;
}

function feedText(found: DiscoveredFeed): string {
  const { file, rows, columns, primary_keys, last_updated, feed, questions } = found;
  const heading = `${bold(file)}  ${dim(`${found.format.type}, ${counted(rows, 'row')}`)}`;
  const table = tableText(
    ['field', 'type', 'filled', 'distinct', 'tag', 'for example'],
    columns.map((column) => [
      column.field,
      column.type,
      rows === 0 ? '' : `${Math.round((100 * column.filled) / rows)} %`,
      column.distinct,
      tagOf(column.semantics),
      column.examples[0],
    ]),
  );
  const keys = primary_keys
    .slice(0, 3)
    .map((key) => `${key.columns.join(' + ')} (${(100 * key.uniqueness).toFixed(2)} % unique)`);
  const facts = [
    `feed ${feed.id}, key ${keys.join(', or ') || 'unknown'}, last updated ${last_updated ?? 'not in the file'}`,
    ...questions.map((question) => `${yellow('?')} ${question}`),
  ];
  return [heading, table, ...facts].join('\n');
}

function tagOf([best]: DiscoveredFeed['columns'][number]['semantics']): string {
  return best ? `${best.tag} (${best.confidence.toFixed(2)})` : '';
}
