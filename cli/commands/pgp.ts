import type { Command } from 'commander';
import type { PgpKey } from '../../core/contracts/pgp.ts';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { tableText } from '../table-text.ts';

/** `tributary pgp list|create|rotate|remove`. */
export function addPgp(program: Command): void {
  const pgp = program
    .command('pgp')
    .description('keys for senders to encrypt their files with')
    .addHelpText('after', examples('pgp create > acme.asc', 'pgp list', 'pgp rotate'));
  pgp
    .command('list', { isDefault: true })
    .description('the keys, the newest first, and the public half that senders are to be given')
    .addHelpText('after', examples('pgp list', 'pgp list --json'))
    .action(
      action(async ({ client, environment }) => {
        const { keys } = await client.get<{ keys: PgpKey[] }>(`${await environment()}/pgp/keys`);
        return { data: keys, text: keysText(keys) };
      }),
    );
  pgp
    .command('create')
    .description('make the first key, and show its public half')
    .addHelpText('after', examples('pgp create', 'pgp create > acme.asc'))
    .action(
      action(async ({ client, environment }) => {
        const key = await client.post<PgpKey>(`${await environment()}/pgp/keys`);
        return { data: key, text: key.public_key };
      }),
    );
  pgp
    .command('rotate')
    .description('make the next key, and show its public half; files for older ones open until these are removed')
    .addHelpText('after', examples('pgp rotate > acme.asc'))
    .action(
      action(async ({ client, environment }) => {
        const key = await client.post<PgpKey>(`${await environment()}/pgp/rotation`);
        return { data: key, text: key.public_key };
      }),
    );
  pgp
    .command('remove <fingerprint>')
    .description('open files for a key no more')
    .addHelpText('after', examples('pgp remove 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c'))
    .action(
      action(async ({ client, args: [fingerprint], environment }) => {
        const key = await client.delete<PgpKey>(`${await environment()}/pgp/keys/${fingerprint}`);
        return { data: key, text: `removed ${key.fingerprint}` };
      }),
    );
}

function keysText(keys: readonly PgpKey[]): string {
  const [newest] = keys;
  if (newest === undefined) return 'no keys: `tributary pgp create` makes the first one';
  const rows = keys.map((key) => [key.fingerprint, key.name, key.created_at.slice(0, 10), key.current ? 'yes' : 'no']);
  return `${tableText(['fingerprint', 'name', 'made', 'for senders'], rows)}\n\n${newest.public_key}`;
}
