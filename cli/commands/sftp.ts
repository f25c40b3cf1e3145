import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { SftpEndpoint, SftpUser } from '../../core/contracts/sftp.ts';
import { InvalidInput } from '../../core/errors.ts';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { wholeNumber } from '../options.ts';
import { factsText, tableText } from '../table-text.ts';
import { addSftpArchive } from './sftp-archive.ts';
import { addSftpDeliver } from './sftp-deliver.ts';

/** `tributary sftp show|provision|add-user|remove-user|add-key|remove-key|set-password|share|import-host-key|remove-host-key|archive|deliver`. */
export function addSftp(program: Command): void {
  const sftp = program
    .command('sftp')
    .description('say who may come in to the SFTP site, show what partners need to know of it, and give them files')
    .addHelpText('after', examples('sftp show', 'sftp add-user shop', 'sftp add-key shop shop.pub'));
  sftp
    .command('show', { isDefault: true })
    .description('host, port, host keys and users')
    .addHelpText('after', examples('sftp show', 'sftp show --json'))
    .action(
      action(async ({ client, environment }) => {
        const site = await client.get<SftpEndpoint & { users: SftpUser[] }>(`${await environment()}/sftp`);
        return { data: site, text: `${endpointText(site)}\n\n${usersText(site.users)}` };
      }),
    );
  sftp
    .command('provision')
    .description(
      "make the site, which listens while `npm start` serves; in AWS the tenant's configuration and a deploy do",
    )
    .option('--port <port>', 'port of the site (default: a free one from 2222)', wholeNumber)
    .addHelpText('after', examples('sftp provision', 'sftp provision --port 2200'))
    .action(
      action<{ port?: number }>(async ({ client, options: { port }, environment }) => {
        const site = await client.post<SftpEndpoint>(`${await environment()}/sftp`, {
          ...(port !== undefined && { port }),
        });
        return { data: site, text: `${endpointText(site)}\n\nnext, \`tributary sftp add-user NAME\`` };
      }),
    );
  addUsers(sftp);
  addCredentials(sftp);
  addShare(sftp);
  addHostKeys(sftp);
  addSftpArchive(sftp);
  addSftpDeliver(sftp);
}

function addUsers(sftp: Command): void {
  sftp
    .command('add-user <name>')
    .description('add a user, who comes in once there is a key or a password')
    .option(
      '--folder <path>',
      "folder of the inbox that is all the user sees; / is the whole inbox (default: the user's name)",
    )
    .addHelpText('after', examples('sftp add-user shop', 'sftp add-user crm --folder crm/daily'))
    .action(
      action<{ folder?: string }>(async ({ client, options, args: [name], environment }) => {
        const body = { name, ...(options.folder !== undefined && { folder: options.folder }) };
        const user = await client.post<SftpUser>(`${await environment()}/sftp/users`, body);
        const next = `next, \`tributary sftp add-key ${user.name} FILE.pub\` or \`tributary sftp set-password ${user.name}\``;
        return { data: user, text: `added ${user.name}, who sees ${user.folder}: ${next}` };
      }),
    );
  sftp
    .command('remove-user <name>')
    .description('take away a user; what was uploaded stays')
    .addHelpText('after', examples('sftp remove-user shop'))
    .action(
      action(async ({ client, args: [name], environment }) => {
        const user = await client.delete<SftpUser>(`${await environment()}/sftp/users/${name}`);
        return { data: user, text: `removed ${user.name}` };
      }),
    );
}

function addCredentials(sftp: Command): void {
  sftp
    .command('add-key <name> <file>')
    .description('let a user in by the public key of a .pub file: RSA of 2048 bits or more, ECDSA or Ed25519')
    .addHelpText('after', examples('sftp add-key shop shop.pub'))
    .action(
      action(async ({ client, args: [name, file = ''], environment }) => {
        const body = { public_key: await textOf(file) };
        const user = await client.post<SftpUser>(`${await environment()}/sftp/users/${name}/keys`, body);
        return { data: user, text: usersText([user]) };
      }),
    );
  sftp
    .command('remove-key <name> <fingerprint>')
    .description('let a user in by a key no more')
    .addHelpText('after', examples('sftp remove-key shop SHA256:8NVivlbkx1Ug6RE6vSvVmwpEW+6cUIs4COAhgYngCbs'))
    .action(
      action(async ({ client, args: [name, fingerprint], environment }) => {
        const path = `${await environment()}/sftp/users/${name}/keys`;
        const user = await client.delete<SftpUser>(path, { fingerprint });
        return { data: user, text: usersText([user]) };
      }),
    );
  sftp
    .command('set-password <name>')
    .description('make a new password for a user, shown once, in place of the one before')
    .addHelpText('after', examples('sftp set-password shop'))
    .action(
      action(async ({ client, args: [name], environment }) => {
        const made = await client.post<{ password: string }>(`${await environment()}/sftp/users/${name}/password`);
        return { data: made, text: `${made.password}\nNobody can read it again: hand it over now.` };
      }),
    );
}

function addShare(sftp: Command): void {
  sftp
    .command('share <name>')
    .description('make a new password for a user, and a link that shows it once with host, port and fingerprints')
    .option('--hours <count>', 'how long the link may be used (default: 72)', wholeNumber)
    .addHelpText('after', examples('sftp share shop', 'sftp share shop --hours 8'))
    .action(
      action<{ hours?: number }>(async ({ client, options: { hours }, args: [name], environment }) => {
        if (client.platform) throw new InvalidInput('nothing would answer the link: start the server by `npm start`');
        const body = { ...(hours !== undefined && { hours }) };
        const made = await client.post<SftpShare>(`${await environment()}/sftp/users/${name}/share`, body);
        const about = `It shows the details once, until ${made.expires_at}. The password before is no more.`;
        return { data: made, text: `${made.url}\n${about}` };
      }),
    );
}

interface SftpShare {
  url: string;
  expires_at: string;
}

function addHostKeys(sftp: Command): void {
  sftp
    .command('import-host-key <file>')
    .description(
      'let the site be known by a host key that clients know already: its private half, without a passphrase',
    )
    .addHelpText('after', examples('sftp import-host-key ssh_host_ed25519_key'))
    .action(
      action(async ({ client, args: [file = ''], environment }) => {
        const body = { private_key: await textOf(file) };
        const site = await client.post<SftpEndpoint>(`${await environment()}/sftp/host-keys`, body);
        return { data: site, text: endpointText(site) };
      }),
    );
  sftp
    .command('remove-host-key <id>')
    .description('let the site be known by a host key no more; the next oldest of its type takes its place')
    .addHelpText('after', examples('sftp remove-host-key hostkey-0123456789abcdef0'))
    .action(
      action(async ({ client, args: [id], environment }) => {
        const site = await client.delete<SftpEndpoint>(`${await environment()}/sftp/host-keys/${id}`);
        return { data: site, text: endpointText(site) };
      }),
    );
}

function endpointText({ host, port, host_keys }: SftpEndpoint): string {
  const facts = factsText([
    ['host', host],
    ['port', String(port)],
  ]);
  const keys = host_keys.map((key) => [key.id, key.type, key.fingerprint, key.active ? 'yes' : 'no']);
  return `${facts}\n\n${tableText(['host key', 'type', 'fingerprint', 'shown to clients'], keys)}`;
}

function usersText(users: readonly SftpUser[]): string {
  if (users.length === 0) return 'no users';
  const rows = users.flatMap(({ name, folder, password_set_at, public_keys }) => {
    const keys = public_keys.length === 0 ? [undefined] : public_keys;
    return keys.map((key) => [name, folder, password_set_at?.slice(0, 10), key?.fingerprint, key?.comment]);
  });
  return tableText(['user', 'folder', 'password of', 'key', 'comment'], rows);
}

const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause) => {
    throw new InvalidInput(`${file} can't be read: ${cause.code}`, { cause });
  });
