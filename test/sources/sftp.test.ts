import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { testConnection } from '../../adapters/couriers/test-connection.ts';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { Courier, CourierFile } from '../../core/contracts/sources.ts';
import type { SourceFile } from '../../core/feeds/port.ts';
import { courierSourceContract, fetched, going } from '../contracts/couriers.ts';
import { aConnection, courierContext } from '../support/couriers.ts';
import { startSshServer } from './servers/openssh.ts';

const server = await startSshServer();
afterAll(() => server.process.kill());

const context = courierContext({ private_key: server.privateKey });
const connection = aConnection('sftp', server.settings);
const fileOf = (pattern: string) => CourierFile.parse({ name: 'any', pattern, format: { type: 'csv' } });

function sourceOf(path: string) {
  const courier = { id: 'courier/test', type: 'sftp', connection: 'connection/test', settings: { path } };
  return courierSource(Courier.parse({ ...courier, files: [fileOf('*')] }), context, connection);
}

/** A folder of the server that no other test has. */
async function newFolder() {
  const folder = await mkdtemp(join(server.folder, 'f-'));
  const put = async (name: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  return { folder, put };
}

const onlyOne = ([file, ...others]: SourceFile[]): SourceFile => {
  if (!file || others.length > 0) throw new Error(`expected one file, found ${others.length + 1}`);
  return file;
};

courierSourceContract('an SFTP server', async () => {
  const { folder, put } = await newFolder();
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'objects-')));
  return { source: sourceOf(folder), objects, put };
});

describe('an SFTP courier', () => {
  it('looks only into folders that a pattern may mean, and follows no link', async () => {
    const { folder, put } = await newFolder();
    for (const name of ['in/2026-11-23/a.csv', 'in/old/b.csv', 'out/2026-11-23/c.csv', 'in/2026-11-23/deep/d.csv'])
      await put(name, 'id\n');
    await symlink('/etc', join(folder, 'in', '2026-11-24'));
    const listed = await sourceOf(folder).list([fileOf('in/{yyyy}-{MM}-{dd}/*.csv')], going);
    expect(listed.map(({ name }) => name)).toEqual(['in/2026-11-23/a.csv']);
  });

  it('names a folder that the server has not', async () => {
    await expect(sourceOf('/gone/in').list([fileOf('*')], going)).rejects.toMatchObject({
      name: 'MissingFile',
      message: expect.stringContaining('courier/test: the server has no folder /gone/in'),
    });
  });

  it('goes on where it was after the server was killed and started again', async () => {
    const { folder, put } = await newFolder();
    const content = randomBytes(60 * 1024 * 1024);
    await put('large.csv', content);
    const source = sourceOf(folder);
    const file = onlyOne(await source.list([fileOf('*')], going));
    const path = join(await mkdtemp(join(tmpdir(), 'fetched-')), 'file');
    const fetching = source.fetch(file, path, { signal: going });
    fetching.catch(() => undefined);
    await vi.waitUntil(async () => ((await stat(path).catch(() => undefined))?.size ?? 0) > 1e6, { interval: 5 });
    await server.process.kill();
    await server.process.start();
    expect(await fetching).toMatchObject({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    await source.close?.();
  });

  it('does not take a file that grows while it is read', async () => {
    const { folder, put } = await newFolder();
    await put('growing.csv', randomBytes(30 * 1024 * 1024));
    const source = sourceOf(folder);
    const file = onlyOne(await source.list([fileOf('*')], going));
    const fetching = fetched(source, file);
    fetching.catch(() => undefined);
    await appendFile(join(folder, 'growing.csv'), 'more');
    await expect(fetching).rejects.toMatchObject({ name: 'FileChanged' });
    await source.close?.();
  });

  it('says that a server is not there, and ends when its time is up', async () => {
    const away = aConnection('sftp', { ...server.settings, port: 1 });
    const courier = Courier.parse({ id: 'courier/test', type: 'sftp', files: [fileOf('*')] });
    const listing = courierSource(courier, context, away).list([fileOf('*')], going);
    await expect(listing).rejects.toMatchObject({
      name: 'SourceUnreachable',
      message: expect.stringMatching(/^connection\/test: .+@127\.0\.0\.1 port 1 can't be reached: ECONNREFUSED$/),
    });
    const over = AbortSignal.abort();
    await expect(sourceOf('.').list([fileOf('*')], over)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the test of an SFTP connection', () => {
  const [known = ''] = server.settings.host_keys;

  it('tells the host key that was shown', async () => {
    expect(await testConnection(connection, context)).toMatchObject({ works: true, seen: { host_key: known } });
  });

  it('signs in to no host whose key is unknown or another, and names the one that it shows', async () => {
    const other = `SHA256:${'A'.repeat(43)}`;
    for (const [host_keys, said] of [
      [[], 'no key is expected yet'],
      [[other], `${other} was expected`],
    ] as const) {
      const { works, seen, message } = await testConnection(
        aConnection('sftp', { ...server.settings, host_keys }),
        context,
      );
      expect([works, seen]).toEqual([false, { host_key: known }]);
      expect(message).toContain(`shows the host key ${known}`);
      expect(message).toContain(said);
    }
  });

  it('names user, host and port where the secret is wrong, and never the secret', async () => {
    const password = 'correct-horse';
    const refused = await testConnection(
      aConnection('sftp', { ...server.settings, sign_in: 'password' }),
      courierContext({ password }),
    );
    expect(refused.works).toBe(false);
    expect(refused.message).toContain(`${server.settings.user}@127.0.0.1 port ${server.settings.port}`);
    expect(refused.message).toContain('does not let us in by this password');
    expect(JSON.stringify(refused)).not.toContain(password);
    const noKey = await testConnection(connection, courierContext({ private_key: password }));
    expect(noKey).toMatchObject({ works: false, message: expect.stringContaining('is no private key') });
    expect(JSON.stringify(noKey)).not.toContain(password);
  });

  it('says which secret nobody has set, and how to', async () => {
    expect(await testConnection(connection, courierContext())).toMatchObject({
      works: false,
      message: expect.stringContaining('`tributary connection set-secret test private_key`'),
    });
  });
});
