import type { Command } from 'commander';
import type { UserAccount } from '../../core/contracts/users.ts';
import { InvalidInput, NotFound } from '../../core/errors.ts';
import { action } from '../action.ts';
import type { Client } from '../client.ts';
import { examples } from '../help.ts';
import { tableText } from '../table-text.ts';

/** `tributary user list|invite|set|remove|reset-password`. */
export function addUser(program: Command): void {
  const user = program
    .command('user')
    .description('let people of your tenants in to a deployment, and say what they may do')
    .addHelpText('after', examples('user list', 'user invite ada@example.com --policy amp360-user --works-in acme'));
  user
    .command('list', { isDefault: true })
    .description('everybody who works in a tenant that you work in')
    .addHelpText('after', examples('user list', 'user list --json'))
    .action(
      action(async ({ client }) => {
        const people = await peopleOf(client);
        return { data: people, text: peopleText(people) };
      }),
    );
  addHolding(user);
  addEnding(user);
}

interface Holding {
  policy?: string[];
  /** False for none of the caller's. */
  worksIn?: string[] | false;
}

function addHolding(user: Command): void {
  user
    .command('invite <e-mail>')
    .description('mail somebody a first password, with which they sign in within seven days')
    .requiredOption(
      '--policy <id...>',
      'datagrid-administrator, datagrid-operator, amp360-user, ampiq-user, streaming-ingest',
    )
    .requiredOption('--works-in <tenant...>', 'tenants of yours where the policies hold')
    .addHelpText('after', examples('user invite ada@example.com --policy datagrid-operator --works-in acme north'))
    .action(
      action<Holding>(async ({ client, options, args: [email] }) => {
        const body = { email, policies: options.policy, tenants: options.worksIn };
        const person = await client.post<UserAccount>('/users', body);
        return { data: person, text: `invited ${person.email}\n${peopleText([person])}` };
      }),
    );
  user
    .command('set <person>')
    .description('say what somebody, by their address or id, may do; what is left out stays as it is')
    .option('--policy <id...>', 'all policies that they are to hold')
    .option('--works-in <tenant...>', 'all tenants of yours that they are to work in')
    .option('--no-works-in', 'they are to work in no tenant of yours, where they work in others')
    .addHelpText(
      'after',
      examples('user set ada@example.com --policy amp360-user', 'user set ada@example.com --works-in acme'),
    )
    .action(
      action<Holding>(async ({ client, options: { policy, worksIn }, args: [named = ''] }) => {
        if (policy === undefined && worksIn === undefined) {
          throw new InvalidInput('nothing to change: say --policy, --works-in or --no-works-in');
        }
        const body = {
          ...(policy && { policies: policy }),
          ...(worksIn !== undefined && { tenants: worksIn === false ? [] : worksIn }),
        };
        const person = await client.put<UserAccount>(await pathOf(client, named), body);
        return { data: person, text: peopleText([person]) };
      }),
    );
}

function addEnding(user: Command): void {
  user
    .command('remove <person>')
    .description('let somebody, by their address or id, in no more; a token of theirs holds for an hour at most')
    .addHelpText('after', examples('user remove ada@example.com'))
    .action(
      action(async ({ client, args: [named = ''] }) => {
        const person = await client.delete<UserAccount>(await pathOf(client, named));
        return { data: person, text: `removed ${person.email}` };
      }),
    );
  user
    .command('reset-password <person>')
    .description('mail somebody a code to choose another password with, or the invitation again')
    .addHelpText('after', examples('user reset-password ada@example.com'))
    .action(
      action(async ({ client, args: [named = ''] }) => {
        const person = await client.post<UserAccount>(`${await pathOf(client, named)}/password`);
        const what = person.state === 'invited' ? 'another invitation' : 'a code to choose another password with';
        return { data: person, text: `mailed ${person.email} ${what}` };
      }),
    );
}

const peopleOf = async (client: Client): Promise<UserAccount[]> =>
  (await client.get<{ data: UserAccount[] }>('/users')).data;

/** Path of the one person whose address or id is given. */
async function pathOf(client: Client, named: string): Promise<string> {
  const people = await peopleOf(client);
  const meant = people.filter(({ id, email }) => id === named || email.toLowerCase() === named.toLowerCase());
  if (meant.length > 1) {
    throw new InvalidInput(`${named} is several people: name one by the id, ${meant.map(({ id }) => id).join(' or ')}`);
  }
  if (meant[0]) return `/users/${encodeURIComponent(meant[0].id)}`;
  throw new NotFound(`nobody ${named} in your tenants: \`tributary user list\` shows who there is`);
}

function peopleText(people: readonly UserAccount[]): string {
  if (people.length === 0) return 'nobody in your tenants';
  const rows = people.map((one) => [
    one.email,
    one.policies.join(', '),
    [...one.tenants, ...(one.works_elsewhere ? ['and others'] : [])].join(', '),
    one.state,
    one.signs_in_by,
    one.id,
  ]);
  return tableText(['person', 'policies', 'works in', 'state', 'signs in by', 'id'], rows);
}
