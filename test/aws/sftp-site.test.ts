import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeName } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment } from './deployed-environment.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { fingerprintOf, makeSshKey, type SftpUser, sftp, upload } from './sftp.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
/** Deployed with what it needs: the platform, and what keeps the environment's data. */
const stack = `${placeName(stage, acme)}-stateless`;

let aws: Emulator;
let api: ApiCaller;
let environment: DeployedEnvironment;
let file: string;

beforeAll(async () => {
  aws = await startEmulator();
  const deployment = await Deployment.begin(aws, stage);
  api = new ApiCaller(aws, await deployment.deploy(stack), stage);
  environment = await DeployedEnvironment.open(aws, stage, acme);
  file = join(await mkdtemp(join(tmpdir(), 'upload-')), 'orders.csv');
  await writeFile(file, 'id\n1\n');
});
afterAll(async () => aws?.stop());

const text = async (key: string) => {
  const found = await environment.objects.get(key);
  return found && Buffer.from(found.body).toString();
};

/** What `sftp` says when it is not let in. */
const refused = { stderr: expect.stringMatching(/Permission denied|Connection closed/) };

describe('a user of the SFTP site', () => {
  it('comes in by a key, and no more once the key is taken away', async () => {
    const site = await environment.sftpUser('by-key', 'by-key');
    await upload(site, file, 'orders.csv');
    expect(await text('inbox/by-key/orders.csv')).toBe('id\n1\n');

    const newer: SftpUser = { ...site, key: await makeSshKey(['-t', 'rsa', '-b', '2048']) };
    await expect(sftp(newer, ['ls'])).rejects.toMatchObject(refused);
    await environment.sftpUsers.addKey('by-key', newer.key.publicKey);
    expect(await sftp(newer, ['ls'])).toContain('orders.csv');
    expect(await sftp(site, ['ls'])).toContain('orders.csv');

    const { public_keys } = (await environment.sftpUsers.list()).find(({ name }) => name === 'by-key') ?? {};
    await environment.sftpUsers.removeKey('by-key', public_keys?.[0]?.fingerprint ?? '');
    await expect(sftp(site, ['ls'])).rejects.toMatchObject(refused);
    expect(await sftp(newer, ['ls'])).toContain('orders.csv');
  });

  it('comes in by the password that was made last, and by no other', async () => {
    await environment.sftpUsers.add('by-password', 'by-password');
    const first = await environment.sftpUsers.setPassword('by-password');
    const as = (password: string) => ({ port: aws.sftpPort, user: 'by-password', password });
    await sftp(as(first), [`put "${file}" orders.csv`]);
    expect(await text('inbox/by-password/orders.csv')).toBe('id\n1\n');

    const second = await environment.sftpUsers.setPassword('by-password');
    await Promise.all(
      [first, 'guessed', ''].map((wrong) => expect(sftp(as(wrong), ['ls'])).rejects.toMatchObject(refused)),
    );
    expect(await sftp(as(second), ['ls'])).toContain('orders.csv');
    await expect(sftp({ ...as(second), user: 'nobody-here' }, ['ls'])).rejects.toMatchObject(refused);
    const withoutOne = await environment.sftpUser('has-a-key', 'has-a-key');
    await expect(sftp({ ...as(second), user: withoutOne.user }, ['ls'])).rejects.toMatchObject(refused);

    await environment.sftpUsers.remove('by-password');
    await expect(sftp(as(second), ['ls'])).rejects.toMatchObject(refused);
    await environment.sftpUsers.add('by-password', 'by-password');
    await expect(sftp(as(second), ['ls'])).rejects.toMatchObject(refused);
    expect(await text('inbox/by-password/orders.csv')).toBe('id\n1\n');
  });

  it('uploads, downloads, renames, lists and removes', async () => {
    const site = await environment.sftpUser('worker', 'shop/daily');
    const back = `${file}.back`;
    await sftp(site, [
      'mkdir 2026',
      `put "${file}" 2026/a.csv`,
      'rename 2026/a.csv 2026/b.csv',
      `get 2026/b.csv "${back}"`,
    ]);
    expect(await readFile(back, 'utf8')).toBe('id\n1\n');
    expect(await sftp(site, ['ls -1 2026'])).toContain('2026/b.csv');
    expect(await text('inbox/shop/daily/2026/b.csv')).toBe('id\n1\n');
    await sftp(site, ['rm 2026/b.csv']);
    expect(await text('inbox/shop/daily/2026/b.csv')).toBeUndefined();
  });

  it('is held to its folder: no path and no link leads out of it', async () => {
    await environment.objects.put('inbox/other/secret.csv', 'of another');
    await environment.objects.put('config/secret.json', 'of the tenant');
    const site = await environment.sftpUser('held', 'held');
    await upload(site, file, 'mine.csv');
    const { bucket } = environment.place;
    const out = [
      '../other/secret.csv',
      '../../config/secret.json',
      'x/../../other/secret.csv',
      '/inbox/other/secret.csv',
      `/${bucket}/inbox/other/secret.csv`,
      `/../../${bucket}/config/secret.json`,
    ];
    for (const path of out)
      await expect(sftp(site, [`get "${path}" "${file}.stolen"`])).rejects.toMatchObject({ code: 1 });
    for (const path of out) await sftp(site, [`-put "${file}" "${path}"`]);
    await expect(sftp(site, ['symlink ../other/secret.csv link.csv'])).rejects.toMatchObject({ code: 1 });
    await expect(sftp(site, ['ln mine.csv hard.csv'])).rejects.toMatchObject({ code: 1 });
    await sftp(site, ['-rename mine.csv ../other/secret.csv', '-rm ../other/secret.csv']);
    expect(await sftp(site, ['cd ../..', 'pwd'])).toContain('Remote working directory: /\n');
    expect([await text('inbox/other/secret.csv'), await text('config/secret.json')]).toEqual([
      'of another',
      'of the tenant',
    ]);
  });
});

describe('the function that the site asks', () => {
  const lambda = () => new LambdaClient(aws.client);
  const ask = async (request: object) => {
    const FunctionName = `${environment.place.workgroup}-sign-in-sftp`;
    const about = { serverId: 's-0123456789abcdef0', protocol: 'SFTP', sourceIp: '192.0.2.1', ...request };
    const asked = performance.now();
    const { Payload } = await lambda().send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(about) }));
    return { answer: JSON.parse(Buffer.from(Payload ?? []).toString()), took: performance.now() - asked };
  };

  it('tells the keys of a user and one folder, and holds the session to it', async () => {
    const { key } = await environment.sftpUser('asked', 'shop/asked');
    const { bucket, role } = environment.place;
    for (const request of [{ username: 'asked' }, { username: 'asked', password: '' }]) {
      const { Policy, HomeDirectoryDetails, ...answer } = (await ask(request)).answer;
      expect(answer).toEqual({
        Role: role.replace('-access', '-upload'),
        HomeDirectoryType: 'LOGICAL',
        PublicKeys: [key.publicKey.replace(' test', '')],
      });
      expect(JSON.parse(HomeDirectoryDetails)).toEqual([{ Entry: '/', Target: `/${bucket}/inbox/shop/asked` }]);
      expect(Policy).toContain(`arn:aws:s3:::${bucket}/inbox/shop/asked/*`);
    }
    const password = await environment.sftpUsers.setPassword('asked');
    expect((await ask({ username: 'asked', password })).answer).not.toHaveProperty('PublicKeys');
  });

  it('tells nothing of who is not let in, and a wrong password late, whoever is asked about', async () => {
    await environment.sftpUsers.add('careful', 'careful');
    await environment.sftpUsers.setPassword('careful');
    const guess = async (username: string) => {
      const { answer, took } = await ask({ username, password: 'wrong' });
      expect([username, answer]).toEqual([username, {}]);
      expect(took).toBeGreaterThan(1_900);
    };
    await Promise.all(['careful', 'nobody', 'root', '../users/careful', ''].map(guess));
    expect((await ask({ username: 'nobody' })).answer).toEqual({});
  });
});

describe('an administrator', () => {
  it('adds a user of the site by the API, shows what partners need to know, and takes the user away', async () => {
    const token = await api.signIn('ada@example.com', 'datagrid-administrator', tenantGroup('acme'));
    const send = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
      const answer = await api.ask(`/api/v0/acme/production/sftp${path}`, { token, method, ...(body && { body }) });
      return { status: answer.status, ...JSON.parse(answer.body) };
    };
    const partner = { port: aws.sftpPort, user: 'partner', key: await makeSshKey() };
    expect(await send('POST', '/users', { name: 'partner' })).toMatchObject({ status: 201, folder: 'partner' });
    const added = await send('POST', '/users/partner/keys', { public_key: partner.key.publicKey });
    expect(added.public_keys).toMatchObject([{ fingerprint: await fingerprintOf(partner.key), comment: 'test' }]);
    const { password } = await send('POST', '/users/partner/password', {});
    for (const as of [partner, { port: aws.sftpPort, user: 'partner', password: String(password) }])
      expect(await sftp(as, ['pwd'])).toContain('Remote working directory: /');

    const shown = await send('GET', '');
    expect(shown).toMatchObject({ status: 200, port: 22, host_keys: [{ type: 'ssh-ed25519', active: true }] });
    expect(shown.host).toMatch(/^s-[0-9a-f]{17}\.server\.transfer\.eu-west-2\.amazonaws\.com$/);
    expect(await send('DELETE', '/users/partner')).toMatchObject({ status: 200 });
    await expect(sftp(partner, ['pwd'])).rejects.toMatchObject(refused);
  });
});
