import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { machineFolder } from '../../../adapters/couriers/machine-folder.ts';
import { OpenedLaptopSite } from '../../support/laptop-site.ts';
import { fingerprintOf, makeSshKey, type SftpUser, sftp, startSftp, upload } from '../../support/sftp.ts';

const run = promisify(execFile);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let site: OpenedLaptopSite;
let folder: string;
let large: string;
const bytes = randomBytes(4_000_000);

beforeAll(async () => {
  site = await OpenedLaptopSite.open();
  folder = await mkdtemp(join(tmpdir(), 'upload-'));
  large = join(folder, 'large.bin');
  await writeFile(large, bytes);
});
afterAll(() => site.close());

/** What a courier of the whole inbox finds. */
const found = async () =>
  (await machineFolder(site.inbox, 'courier/test').list([], AbortSignal.timeout(60_000))).map(({ name }) => name);

async function tookOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Begins an upload and cuts it off once some of it is there. */
async function cutUpload(user: SftpUser, name: string): Promise<void> {
  const client = await startSftp(user, [`put "${large}" ${name}`], 500);
  const sizeOf = async () => Number(/ (\d+) \w{3} \d+ +\d{4} /.exec(await sftp(user, ['ls -l']))?.[1] ?? 0);
  await vi.waitUntil(async () => (await sizeOf()) > 100_000, { timeout: 60_000, interval: 200 });
  client.kill('SIGKILL');
  await once(client, 'close');
}

describe('an upload to the site of a laptop', () => {
  it('is seen by its client as far as it has come, by couriers not before it is whole, and resumed after a cut', async () => {
    const user = await site.newUser('cut-off');
    await cutUpload(user, 'orders.csv');
    expect(await sftp(user, ['ls -1'])).toContain('orders.csv');
    expect(await found()).not.toContain('cut-off/orders.csv');
    expect(site.arrived).not.toContain('inbox/cut-off/orders.csv');
    await expect(sftp(user, ['rename orders.csv other.csv'])).rejects.toMatchObject({ code: 1 });

    await sftp(user, [`reput "${large}" orders.csv`]);
    expect(sha256(await readFile(join(site.inbox, 'cut-off/orders.csv')))).toBe(sha256(bytes));
    expect(site.arrived).toContain('inbox/cut-off/orders.csv');
    expect(await found()).toContain('cut-off/orders.csv');
  });

  it('leaves the whole file of its name to couriers until it is whole itself', async () => {
    const user = await site.newUser('again');
    await site.put('again/orders.csv', 'id\n1\n');
    await cutUpload(user, 'orders.csv');
    expect(await site.textOf('again/orders.csv')).toBe('id\n1\n');
    await upload(user, large, 'orders.csv');
    expect((await stat(join(site.inbox, 'again/orders.csv'))).size).toBe(bytes.length);
    expect(await sftp(user, ['ls -l'])).toContain(String(bytes.length));
  });

  it('is forgotten when nobody has gone on with it for three days', async () => {
    const user = await site.newUser('forgotten');
    await cutUpload(user, 'orders.csv');
    await site.site.close();
    site.now = new Date(Date.now() + 4 * 24 * 3_600_000);
    expect(await site.site.listen()).toBe(site.port);
    site.now = new Date();
    expect(await sftp(user, ['ls -1'])).not.toContain('orders.csv');
  });

  it('appends to a file that is whole', async () => {
    const user = await site.newUser('appends');
    const [head, all] = [join(folder, 'head.csv'), join(folder, 'all.csv')];
    await writeFile(head, 'id\n1\n');
    await writeFile(all, 'id\n1\n2\n');
    await upload(user, head, 'ids.csv');
    await sftp(user, [`reput "${all}" ids.csv`]);
    expect(await site.textOf('appends/ids.csv')).toBe('id\n1\n2\n');
  });
});

describe('the archive of an inbox', () => {
  const courier = () => machineFolder(site.inbox, 'courier/test', join(site.folder, 'archive'));
  const going = AbortSignal.timeout(60_000);

  it('keeps its files for couriers under their names, unchanged, so that none is missing or fetched anew', async () => {
    await site.put('kept/2026-10-01/orders.csv', 'id\n1\n');
    const before = await courier().list([], going);
    await site.growOld();
    expect(await site.textOf('kept/2026-10-01/orders.csv')).toBeUndefined();
    expect(await courier().list([], going)).toEqual(before);
    const file = before.find(({ name }) => name === 'kept/2026-10-01/orders.csv');
    const fetched = await courier().fetch(file as never, join(folder, 'fetched'), { signal: going });
    expect(fetched?.sha256).toBe(sha256(Buffer.from('id\n1\n')));
  });

  it('leaves what came lately, whatever its date, and what is being uploaded', async () => {
    await site.put('lately/old-date.csv', 'id\n');
    await utimes(join(site.inbox, 'lately/old-date.csv'), 0, 0);
    await site.archive.keep(new Date());
    expect(await site.textOf('lately/old-date.csv')).toBe('id\n');
    const user = await site.newUser('under-way');
    await cutUpload(user, 'orders.csv');
    await site.growOld();
    await sftp(user, [`reput "${large}" orders.csv`]);
    expect(sha256(await readFile(join(site.inbox, 'under-way/orders.csv')))).toBe(sha256(bytes));
  });

  it('gives way to a file of the same name that came since, and takes its place when that is archived', async () => {
    await site.put('again/rates.csv', 'old');
    await site.growOld();
    await site.put('again/rates.csv', 'newer');
    const sizeOf = async () => (await courier().list([], going)).find(({ name }) => name === 'again/rates.csv')?.bytes;
    expect(await sizeOf()).toBe(5);
    await expect(site.archive.restore('again/rates.csv')).rejects.toThrow('is archived');
    await site.growOld();
    expect(await sizeOf()).toBe(5);
    expect(await site.archive.restore('again/rates.csv')).toMatchObject({ bytes: 5 });
  });

  it('holds its folders: one that something is archived in is not empty', async () => {
    const user = await site.newUser('folders');
    await sftp(user, ['mkdir 2026', `put "${large}" 2026/a.bin`]);
    await site.growOld();
    await expect(sftp(user, ['rmdir 2026'])).rejects.toMatchObject({ code: 1 });
    await sftp(user, ['rename 2026 2027']);
    expect((await stat(join(site.inbox, 'folders/2027/a.bin'))).size).toBe(bytes.length);
    await sftp(user, ['rm 2027/a.bin', 'rmdir 2027']);
  });
});

describe('the site of a laptop', () => {
  it('shows and follows no link of the machine', async () => {
    const user = await site.newUser('links');
    await sftp(user, ['pwd']);
    const secret = join(folder, 'secret.txt');
    await writeFile(secret, 'of the machine');
    await symlink(secret, join(site.inbox, 'links/file'));
    await symlink(folder, join(site.inbox, 'links/folder'));
    expect(await sftp(user, ['ls -1a'])).not.toMatch(/file|folder/);
    for (const path of ['file', 'folder/secret.txt']) {
      await expect(sftp(user, [`get ${path} "${folder}/stolen"`])).rejects.toMatchObject({ code: 1 });
      await sftp(user, [`-put "${large}" ${path}`, `-rm ${path}`]);
    }
    expect(await readFile(secret, 'utf8')).toBe('of the machine');
  });

  it('lets nobody in whose RSA key signs with SHA-1', async () => {
    const user = await site.newUser('sha1');
    const key = await makeSshKey(['-t', 'rsa', '-b', '2048']);
    await site.users.addKey('sha1', key.publicKey);
    const by = (algorithm: string) => ({ ...user, key, options: [`PubkeyAcceptedAlgorithms=${algorithm}`] });
    expect(await sftp(by('rsa-sha2-256'), ['pwd'])).toContain('Remote working directory');
    await expect(sftp(by('ssh-rsa'), ['pwd'])).rejects.toMatchObject({ stderr: expect.stringContaining('denied') });
    expect(site.signIns.at(-1)).toMatchObject({ sftp_user: 'sha1', let_in: false, reason: 'signed with SHA-1' });
  });

  it('is known by the host keys that it was made with, and by others from when they are imported and these removed', async () => {
    const user = await site.newUser('rotating');
    const kept = (await site.site.describe()).host_keys.find(({ type }) => type === 'ssh-ed25519');
    const shown = async () => {
      const { stdout } = await run('ssh-keyscan', ['-t', 'ed25519', '-p', String(site.port), '127.0.0.1']);
      const hosts = join(await mkdtemp(join(tmpdir(), 'hosts-')), 'known');
      await writeFile(hosts, stdout);
      const strict = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${hosts}`, 'HostKeyAlgorithms=ssh-ed25519'];
      return { user: { ...user, options: strict }, line: (await run('ssh-keygen', ['-l', '-f', hosts])).stdout };
    };
    const before = await shown();
    expect(before.line).toContain(kept?.fingerprint);
    await site.site.close();
    await site.site.listen();
    expect(await sftp(before.user, ['pwd'])).toContain('Remote');

    const newer = await makeSshKey();
    await site.site.importHostKey(await readFile(newer.path, 'utf8'));
    expect(await sftp(before.user, ['pwd'])).toContain('Remote');
    await site.site.removeHostKey(kept?.id ?? '');
    await expect(sftp(before.user, ['pwd'])).rejects.toMatchObject({ code: 255 });
    expect((await shown()).line).toContain(await fingerprintOf(newer));
    expect(await readFile(join(site.folder, 'secrets'), 'utf8')).not.toContain('PRIVATE KEY');
  });

  it('notes who was let in and who was not, and no password', async () => {
    await site.users.add('noted', 'noted');
    const password = await site.users.setPassword('noted');
    const as = (given: string) => ({ port: site.port, user: 'noted', password: given });
    await sftp(as(password), ['pwd']);
    await expect(sftp(as('a-wrong-one'), ['pwd'])).rejects.toMatchObject({ code: 255 });
    const about = { sftp_user: 'noted', source_ip: '127.0.0.1', by: 'password' };
    expect(site.signIns.slice(-2)).toEqual([
      { ...about, let_in: true },
      { ...about, let_in: false },
    ]);
    expect(JSON.stringify(site.signIns)).not.toContain('a-wrong-one');
  });

  it('holds off who failed again and again, whatever the connection, and nobody who has a key', async () => {
    const held = await OpenedLaptopSite.open();
    const user = await held.newUser('held');
    const password = await held.users.setPassword('held');
    const stranger = { ...user, key: await makeSshKey() };
    for (let n = 0; n < 5; n++) await expect(sftp(stranger, ['pwd'])).rejects.toMatchObject({ code: 255 });
    await vi.waitUntil(() => held.signIns.length === 5);
    const about = { sftp_user: 'held', source_ip: '127.0.0.1' };
    expect(held.signIns.at(-1)).toEqual({ ...about, by: 'key', let_in: false, reason: 'signed by no key of the user' });

    expect(await tookOf(() => sftp(user, ['pwd']))).toBeLessThan(4000);
    expect(await tookOf(() => sftp({ port: held.port, user: 'held', password }, ['pwd']))).toBeGreaterThan(4000);
    expect(held.signIns.at(-1)).toEqual({ ...about, by: 'password', let_in: true, held_ms: 4000 });
    await held.close();
  });

  it('lives on after what is no SSH at all', async () => {
    for (const nonsense of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      randomBytes(50_000),
      Buffer.from('SSH-2.0-x\r\n\0\0\0\0'),
    ]) {
      const socket = connect(site.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(nonsense);
      await once(socket.resume(), 'close');
    }
    expect(await sftp(await site.newUser('after'), ['pwd'])).toContain('Remote');
    expect(site.failures).toEqual([]);
  });

  it('is made once', async () => {
    await expect(site.site.provision()).rejects.toMatchObject({ name: 'Conflict' });
  });
});
