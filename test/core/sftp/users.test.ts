import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { EncryptedFileSecrets } from '../../../adapters/secrets/encrypted-file.ts';
import { SftpFolder, SftpUserName } from '../../../core/contracts/sftp.ts';
import { Conflict, NotFound } from '../../../core/errors.ts';
import { userOfPassword, userWithKeys } from '../../../core/sftp/sign-in.ts';
import { passwordSecret, SftpUsers } from '../../../core/sftp/users.ts';

const publicKeys = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFbnwuHFwMPhfA36JfqrT2UQPgkqKuoH30/zdQOyNgsj laptop',
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAzNF9Q8QnOQAJ6wXvV321Rr2+vBDsLbmX4m6VXq/vFnSBrJzEUYducyGVL5bpU1CEuaW2WPeSbFwtS3Jukgmpk= server',
] as const;

let home: { objects: FilesystemObjects; secrets: EncryptedFileSecrets; clock: () => Date };
let users: SftpUsers;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sftp-users-'));
  home = {
    objects: new FilesystemObjects(join(folder, 'objects')),
    secrets: new EncryptedFileSecrets({ file: join(folder, 'secrets'), keyFile: join(folder, 'key'), owner: 'test' }),
    clock: () => new Date('2026-11-26T05:00:00Z'),
  };
  users = new SftpUsers(home);
});

describe('users of the SFTP site', () => {
  it('are listed by name, and there is one of each', async () => {
    await users.add('web', 'web');
    await users.add('crm', '/');
    await expect(users.add('web', 'elsewhere')).rejects.toBeInstanceOf(Conflict);
    expect((await users.list()).map(({ name, folder }) => [name, folder])).toEqual([
      ['crm', '/'],
      ['web', 'web'],
    ]);
  });

  it('come in by none, one or several keys, each let in once', async () => {
    await users.add('web', 'web');
    expect(await userWithKeys(home, 'web')).toBeUndefined();
    for (const key of [...publicKeys, publicKeys[0]]) await users.addKey('web', key);
    const user = await userWithKeys(home, 'web');
    expect(user?.public_keys.map(({ comment }) => comment)).toEqual(['laptop', 'server']);
    await users.removeKey('web', user?.public_keys[0]?.fingerprint ?? '');
    expect((await userWithKeys(home, 'web'))?.public_keys.map(({ comment }) => comment)).toEqual(['server']);
    await expect(users.removeKey('web', 'SHA256:none')).rejects.toThrow(/there is SHA256:/);
  });

  it('lose no key when two are added at once: one is told to do it again', async () => {
    await users.add('web', 'web');
    const added = await Promise.allSettled(publicKeys.map((key) => users.addKey('web', key)));
    const kept = (await users.list())[0]?.public_keys.length;
    expect(kept).toBe(added.filter(({ status }) => status === 'fulfilled').length);
  });

  it('come in by the last password that was made for them, of which no one can read more than a hash', async () => {
    await users.add('web', 'web');
    const [first, second] = [await users.setPassword('web'), await users.setPassword('web')];
    expect(first).toMatch(/^([0-9a-f]{8}-){4}[0-9a-f]{8}$/);
    expect((await userOfPassword(home, 'web', second))?.name).toBe('web');
    for (const wrong of [first, '', `${second} `]) expect(await userOfPassword(home, 'web', wrong)).toBeUndefined();
    expect(await home.secrets.get(passwordSecret('web'))).not.toContain(second);
  });

  it('take key and password with them when they are removed', async () => {
    await users.add('web', 'web');
    await users.addKey('web', publicKeys[0]);
    const password = await users.setPassword('web');
    await users.remove('web');
    expect(await home.secrets.get(passwordSecret('web'))).toBeUndefined();
    // As if the removal had died before the hash was gone.
    await users.add('web', 'web');
    await home.secrets.put(passwordSecret('web'), 'scrypt$AAAA$AAAA');
    expect(await userOfPassword(home, 'web', password)).toBeUndefined();
    expect(await userWithKeys(home, 'web')).toBeUndefined();
  });

  it('that are not there are told of by name', async () => {
    const attempts = [
      () => users.remove('web'),
      () => users.addKey('web', publicKeys[0]),
      () => users.setPassword('web'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(NotFound);
    for (const name of ['web', '../web', 'root', '']) {
      expect([await userWithKeys(home, name), await userOfPassword(home, name, 'x')]).toEqual([undefined, undefined]);
    }
  });
});

it.each(['shop', 'shop/daily', '/', '_in/2026.1'])('a folder may be %s', (folder) => {
  expect(SftpFolder.parse(folder)).toBe(folder);
});

it.each(['', '..', 'a/..', 'a/../b', '.', './a', '/etc', 'a/', 'a//b', 'a*', 'a?', '$' + '{transfer:UserName}'])(
  'a folder may not be %j',
  (folder) => {
    expect(SftpFolder.safeParse(folder).success).toBe(false);
  },
);

it.each(['root', 'ab', 'Web', 'a/b', '..x', 'a b'])('a user may not be called %j', (name) => {
  expect(SftpUserName.safeParse(name).success).toBe(false);
});
