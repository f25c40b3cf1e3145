import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CopyObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { TransferClient } from '@aws-sdk/client-transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BucketArchive } from '../../adapters/inbox-archive/bucket.ts';
import { TransferSite } from '../../adapters/sftp-site/transfer.ts';
import { placeName, sftpServerParameter } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import { getUser } from '../../core/sftp/users.ts';
import { refused, sftpSiteContract } from '../contracts/sftp-site.ts';
import { fingerprintOf, makeSshKey, sftp } from '../support/sftp.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment } from './deployed-environment.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
/** Deployed with what it needs: the platform, and what keeps the environment's data. */
const stack = `${placeName(stage, acme)}-stateless`;

let aws: Emulator;
let api: ApiCaller;
let environment: DeployedEnvironment;
let apiUrl: string | undefined;

beforeAll(async () => {
  aws = await startEmulator({ athena: 'trino' });
  const deployment = await Deployment.begin(aws, stage);
  const outputs = await deployment.deploy(stack);
  api = new ApiCaller(aws, outputs, stage);
  apiUrl = outputs[`tributary-${stage}-platform`]?.ApiUrl;
  environment = await DeployedEnvironment.open(aws, stage, acme);
});
afterAll(async () => aws?.stop());

const s3 = () => new S3Client(aws.client);

sftpSiteContract('the SFTP site of a deployment', async () => ({
  port: aws.sftpPort,
  users: environment.sftpUsers,
  textOf: async (path) => {
    const found = await environment.objects.get(`inbox/${path}`);
    return found && Buffer.from(found.body).toString();
  },
  put: async (path, text) => void (await environment.objects.put(`inbox/${path}`, text)),
  deliver: async (name, path, text) => {
    const { place, objects } = environment;
    await objects.put('query-results/test.csv', text);
    const clients = { transfer: new TransferClient(aws.client), ssm: new SSMClient(aws.client) };
    const site = new TransferSite({ ...clients, parameter: sftpServerParameter(place), objects });
    await site.deliver('query-results/test.csv', await getUser(objects, name), path);
  },
  archive: new BucketArchive({ client: s3(), bucket: environment.place.bucket }),
  letTimePass: () => undefined,
  // As the bucket's life cycle does, which the emulator doesn't.
  growOld: async (path) => {
    const { bucket: Bucket } = environment.place;
    const Key = `inbox/${path}`;
    const copy = { Bucket, Key, CopySource: `${Bucket}/${Key}`, StorageClass: 'GLACIER_IR' } as const;
    await s3().send(new CopyObjectCommand(copy));
  },
  realInbox: `${environment.place.bucket}/inbox`,
}));

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
  let token: string;
  beforeAll(async () => {
    token = await api.signIn('ada@example.com', 'datagrid-administrator', tenantGroup('acme'));
  });
  const send = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await api.ask(`/api/v0/acme/production/sftp${path}`, { token, method, ...(body && { body }) });
    return { status: answer.status, ...JSON.parse(answer.body) };
  };

  it('adds a user of the site by the API, shows what partners need to know, and takes the user away', async () => {
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

  it('gives a partner the whole result of a query, which the partner fetches', async () => {
    const reader = { port: aws.sftpPort, user: 'reading', key: await makeSshKey() };
    await send('POST', '/users', { name: 'reading', folder: 'partners/reading' });
    await send('POST', '/users/reading/keys', { public_key: reader.key.publicKey });
    const query = async (sql: string) => {
      const body = { sql, wait_seconds: 20 };
      const answer = await api.ask('/api/v0/acme/production/queries', { token, method: 'POST', body });
      const { id, state } = JSON.parse(answer.body);
      expect([state, answer.body]).toEqual(['succeeded', answer.body]);
      return id as string;
    };
    const numbers = (most: number) => `SELECT n FROM UNNEST(SEQUENCE(1, ${most})) AS t(n) ORDER BY n`;
    const body = { query_id: await query(numbers(3)), path: 'reports/n.csv' };
    const delivered = await send('POST', '/users/reading/deliveries', body);
    expect(delivered).toEqual({ status: 201, user: 'reading', path: '/reports/n.csv', bytes: 16, rows: 3 });
    const back = join(await mkdtemp(join(tmpdir(), 'delivered-')), 'n.csv');
    await sftp(reader, [`get reports/n.csv "${back}"`]);
    expect(await readFile(back, 'utf8')).toBe('"n"\n"1"\n"2"\n"3"\n');

    const refusedOf = async (more: object) => send('POST', '/users/reading/deliveries', { ...body, ...more });
    expect(await refusedOf({ path: '../n.csv' })).toMatchObject({ status: 400 });
    expect(await refusedOf({ path: 'reports' })).toMatchObject({ status: 409 });
    expect(await send('POST', '/users/nobody-here/deliveries', body)).toMatchObject({ status: 404 });
  });

  it('hands details over by a link of the API, which shows them once, to whom presses its button', async () => {
    await send('POST', '/users', { name: 'handed' });
    const { url } = await send('POST', '/users/handed/share', { hours: 1 });
    const { protocol, hostname, pathname } = new URL(String(url));
    expect([protocol, hostname]).toEqual(['https:', new URL(apiUrl ?? '').hostname]);
    // As programs do that preview links, without a token.
    for (const method of ['GET', 'HEAD', 'GET']) {
      const seen = await api.ask(pathname, { method });
      expect([seen.status, seen.body]).toEqual([200, expect.not.stringContaining('server.transfer')]);
    }
    const press = () =>
      api.ask(pathname, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const shown = await press();
    expect(shown.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': expect.stringContaining('noindex'),
    });
    const [, password = ''] = /<dt>Password<\/dt><dd><code>([^<]+)</.exec(shown.body) ?? [];
    expect(await sftp({ port: aws.sftpPort, user: 'handed', password }, ['pwd'])).toContain('directory: /');

    for (const gone of [await press(), await api.ask(pathname)])
      expect([gone.status, gone.body]).toEqual([410, expect.stringContaining('were shown already')]);
    const [kept] = await environment.objects.list('sftp/handovers/');
    const note = Buffer.from((await environment.objects.get(kept?.key ?? ''))?.body ?? '').toString();
    expect(JSON.parse(note)).toMatchObject({ user: 'handed', details: null });
    const stranger = await api.ask('/handover/nobody/production/AAAA');
    expect(stranger).toMatchObject({ status: 404, body: (await api.ask('/handover/acme/production/AAAA')).body });
  });
});
