import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { ConnectionSummary, ConnectionTest } from '../../core/contracts/connections.ts';
import { InvalidInput } from '../../core/errors.ts';
import { type Answer, action } from '../action.ts';
import { green, red } from '../colours.ts';
import { examples } from '../help.ts';
import { factsText, tableText } from '../table-text.ts';

/** `tributary connection list|test|set-secret`. */
export function addConnection(program: Command): void {
  const connection = program
    .command('connection')
    .description('set what couriers sign in to their sources with, and try it')
    .addHelpText(
      'after',
      examples('connection list', 'connection set-secret partner password', 'connection test partner'),
    );
  connection
    .command('list', { isDefault: true })
    .description('connections, and which of their secrets are set')
    .addHelpText('after', examples('connection list', 'connection list --json'))
    .action(
      action(async ({ client, environment }) => {
        const { data } = await client.get<{ data: ConnectionSummary[] }>(`${await environment()}/connections`);
        return { data, text: listText(data) };
      }),
    );
  connection
    .command('test <name>')
    .description('sign in by a connection as its couriers do, and say what failed; exit code 1 when it does')
    .addHelpText('after', examples('connection test partner', 'connection test partner --json'))
    .action(
      action(async ({ client, args: [name = ''], environment }) =>
        testAnswer(await client.post<ConnectionTest>(`${await environment()}/connections/${bare(name)}/test`)),
      ),
    );
  connection
    .command('set-secret <name> <secret>')
    .description('set what a connection signs in with, from standard input or a file, and try it')
    .option('--file <path>', 'the file that holds it, such as a private key (default: standard input)')
    .addHelpText(
      'after',
      examples(
        'connection set-secret partner password < password.txt',
        'connection set-secret partner private_key --file id_ed25519',
      ),
    )
    .action(
      action<{ file?: string }>(async ({ client, options, args: [name = '', secret = ''], environment }) => {
        const path = `${await environment()}/connections/${bare(name)}/secrets/${encodeURIComponent(secret)}`;
        return testAnswer(await client.put<ConnectionTest>(path, { value: await given(options.file) }));
      }),
    );
}

const bare = (name: string): string => encodeURIComponent(name.replace(/^connection\//, ''));

/** A secret is given by no option: a shell keeps those in its history, and shows them to other users. */
async function given(file: string | undefined): Promise<string> {
  const read = file === undefined ? text(process.stdin) : readFile(file, 'utf8');
  const value = await read.catch((cause) => {
    throw new InvalidInput(`${file ?? 'standard input'} can't be read: ${cause.code}`, { cause });
  });
  // A key in a file ends with a line of its own, which some readers of keys insist on.
  const secret = value.includes('PRIVATE KEY') ? value : value.replace(/\r?\n$/, '');
  if (secret === '') throw new InvalidInput(`${file ?? 'standard input'} is empty: expected the secret`);
  return secret;
}

function testAnswer(test: ConnectionTest): Answer {
  if (!test.works) return { data: test, text: `${red('failed')} ${test.message}`, failed: true };
  const seen = factsText(Object.entries(test.seen));
  return { data: test, text: [`${green('works')} ${test.connection}`, seen].filter(Boolean).join('\n') };
}

function listText(connections: readonly ConnectionSummary[]): string {
  if (connections.length === 0) return 'no connections';
  const rows = connections.map(({ id, type, secrets }) => [
    id.replace('connection/', ''),
    type,
    secrets.map(({ name, set }) => `${name} ${set ? 'is set' : red('is not set')}`).join(', '),
  ]);
  return tableText(['connection', 'type', 'secrets'], rows);
}
