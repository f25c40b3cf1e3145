import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient, GetQueryExecutionCommand } from '@aws-sdk/client-athena';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeName, placeOf } from '../../core/contracts/deployment.ts';
import { type PolicyId, tenantGroup } from '../../core/contracts/policies.ts';
import type { QueryAnswer } from '../../core/contracts/query-answer.ts';
import type { UserAccount } from '../../core/contracts/users.ts';
import { apiRoleName } from '../../infra/names.ts';
import { demoFolder } from '../../local/demo.ts';
import { type Outcome, startCli } from '../support/cli.ts';
import { ApiCaller, type Asked } from './api-caller.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
const globex = { tenant: 'globex', environment: 'production' };
const policies: PolicyId[] = ['amp360-user', 'ampiq-user', 'datagrid-operator', 'datagrid-administrator'];

let aws: Emulator;
let api: ApiCaller;
/** One of each policy, and of somebody who has none. */
const tokens = new Map<PolicyId | 'none', string>();

beforeAll(async () => {
  aws = await startEmulator({ athena: 'trino' });
  const deployment = await Deployment.begin(aws, stage);
  const stacks = [acme, globex].flatMap((of) =>
    ['stateful', 'stateless'].map((kind) => `${placeName(stage, of)}-${kind}`),
  );
  api = new ApiCaller(aws, await deployment.deploy(`tributary-${stage}-platform`, ...stacks), stage);
  const tenants = [acme, globex].map(({ tenant }) => tenantGroup(tenant));
  for (const policy of policies) tokens.set(policy, await api.signIn(`${policy}@example.com`, policy, ...tenants));
  tokens.set('none', await api.signIn('eve@example.com', ...tenants));
});
afterAll(async () => aws?.stop());

const administrator = () => tokens.get('datagrid-administrator') ?? '';
const at = ({ tenant, environment }: typeof acme) => `/api/v0/${tenant}/${environment}`;

async function asAdministrator<T>(path: string, asked: Asked = {}): Promise<T> {
  const { status, body } = await api.ask(path, { token: administrator(), ...asked });
  if (status >= 300) throw new Error(`${path}: ${status} ${body}`);
  return JSON.parse(body) as T;
}

describe('the deployed API', () => {
  it('refuses who has no token of its own, and shows an administrator every environment', async () => {
    expect(await api.ask('/api/v0/health')).toMatchObject({ status: 200 });
    expect(await api.ask('/api/v0/tenants')).toMatchObject({ status: 401 });
    expect(await api.ask('/api/v0/tenants', { token: 'no.such.token' })).toMatchObject({ status: 401 });
    expect(await asAdministrator('/api/v0/tenants')).toEqual({ data: [{ name: 'acme' }, { name: 'globex' }] });
    for (const of of [acme, globex]) {
      const { documents } = await asAdministrator<{ documents: { id: string }[] }>(`${at(of)}/configuration`);
      expect(documents.map(({ id }) => id)).toContain(`tenant/${of.tenant}`);
    }
  });

  it('is entered by no forged token, and by no way past the gateway', async () => {
    const claims = { sub: 'mallory', 'cognito:groups': ['datagrid-administrator', tenantGroup(acme.tenant)] };
    const token = new UnsecuredJWT(claims).setExpirationTime('1h').encode();
    const body = { email: 'mallory@example.com', policies: ['datagrid-administrator'], tenants: ['acme'] };
    expect(await api.ask('/api/v0/tenants', { token })).toMatchObject({ status: 401 });
    for (const up of ['..', '%2e%2e', '.%2E', '%252e%252e']) {
      const [seen, made] = await Promise.all([
        api.ask(`/handover/${up}/api/v0/tenants`, { token }),
        api.ask(`/handover/${up}/api/v0/users`, { token, method: 'POST', body }),
      ]);
      for (const { status } of [seen, made]) expect([400, 404], `${up} gave ${status}`).toContain(status);
    }
    const { data } = await asAdministrator<{ data: UserAccount[] }>('/api/v0/users');
    expect(data.map(({ email }) => email)).not.toContain(body.email);
  });

  it('refuses a token whose time is over', async () => {
    await api.tokensLast(1);
    const token = await api.signIn('late@example.com', 'amp360-user', tenantGroup(acme.tenant));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await api.ask('/api/v0/tenants', { token })).toMatchObject({ status: 401 });
    await api.tokensLast(3600);
    const again = await api.signIn('later@example.com', 'amp360-user', tenantGroup(acme.tenant));
    expect(await api.ask('/api/v0/tenants', { token: again })).toMatchObject({ status: 200 });
  });

  it('holds the members of each group to its policy', async () => {
    const attempts: [path: string, asked?: Asked][] = [
      ['/api/v0/tenants'],
      [`${at(acme)}/runs`],
      [`${at(acme)}/tables`],
      [`${at(acme)}/configuration`],
      [`${at(acme)}/runs`, { method: 'POST', body: {} }],
      [`${at(acme)}/configuration`, { method: 'PUT', body: {} }],
    ];
    const found: Record<string, number[]> = {};
    for (const [policy, token] of tokens) {
      const asked = attempts.map(([path, more]) => api.ask(path, { token, ...more }));
      found[policy] = (await Promise.all(asked)).map(({ status }) => status);
    }
    expect(found).toEqual({
      'amp360-user': [200, 200, 200, 403, 403, 403],
      'ampiq-user': [200, 200, 403, 403, 403, 403],
      'datagrid-operator': [200, 200, 200, 200, 400, 403],
      'datagrid-administrator': [200, 200, 200, 200, 400, 400],
      none: [403, 403, 403, 403, 403, 403],
    });
    const refused = await api.ask(`${at(acme)}/tables`, { token: tokens.get('ampiq-user') ?? '' });
    expect(JSON.parse(refused.body).message).toMatch(
      /^ampiq-user@example\.com may not table:view: they hold AmpIQ User/,
    );
  });

  it('lets an administrator of one tenant see nothing of another', async () => {
    const token = await api.signIn('ada@example.com', 'datagrid-administrator', tenantGroup('acme'));
    expect(JSON.parse((await api.ask('/api/v0/tenants', { token })).body)).toEqual({ data: [{ name: 'acme' }] });
    expect(await api.ask(`${at(acme)}/configuration`, { token })).toMatchObject({ status: 200 });
    const refused = await api.ask(`${at(globex)}/configuration`, { token });
    expect([refused.status, JSON.parse(refused.body).message]).toEqual([
      403,
      'ada@example.com does not work in a tenant "globex": `GET /tenants` lists those',
    ]);
  });

  it('lets an administrator say who may do what in their tenants', async () => {
    const body = { email: 'new@example.com', policies: ['amp360-user'], tenants: ['acme'] };
    const { id } = await asAdministrator<UserAccount>('/api/v0/users', { method: 'POST', body });
    const set = { method: 'PUT', body: { tenants: ['globex'] } };
    expect(await asAdministrator(`/api/v0/users/${id}`, set)).toMatchObject({ ...body, tenants: ['globex'] });
    const { data } = await asAdministrator<{ data: UserAccount[] }>('/api/v0/users');
    expect(data.map(({ email }) => email)).toContain('new@example.com');
    await asAdministrator(`/api/v0/users/${id}`, { method: 'DELETE' });
    expect(await api.ask('/api/v0/users', { token: tokens.get('datagrid-operator') ?? '' })).toMatchObject({
      status: 403,
    });
  });

  it('answers a query, gives its result by a link that needs no token, and cancels one that takes too long', async () => {
    const sql = "SELECT id, name FROM (VALUES (1, 'Ada'), (2, NULL)) AS t(id, name) ORDER BY id";
    const asked = await asAdministrator<QueryAnswer>(`${at(acme)}/queries`, { method: 'POST', body: { sql } });
    expect(asked).toMatchObject({
      name: 'query',
      state: 'succeeded',
      rows: [
        [1, 'Ada'],
        [2, null],
      ],
      truncated: false,
    });
    expect(await (await fetch(asked.result_url ?? '')).text()).toBe('"id","name"\n"1","Ada"\n"2",\n');

    const numbers = (name: string) => `(SELECT n FROM UNNEST(SEQUENCE(1, 10000)) AS u(n)) ${name}`;
    const long = `SELECT SUM(a.n * b.n + c.n) AS total FROM ${['a', 'b', 'c'].map(numbers).join(' CROSS JOIN ')}`;
    const body = { sql: long, wait_seconds: 0.5 };
    const begun = await asAdministrator<QueryAnswer>(`${at(acme)}/queries`, { method: 'POST', body });
    expect(['queued', 'running']).toContain(begun.state);
    const ended = await asAdministrator<QueryAnswer>(`${at(acme)}/queries/${begun.id}`, { method: 'DELETE' });
    expect(ended.state).toBe('cancelled');
  });

  it("knows no query of another environment, and that one's role may not look at it either", async () => {
    const body = { sql: 'SELECT 1 AS secret' };
    const { id } = await asAdministrator<QueryAnswer>(`${at(globex)}/queries`, { method: 'POST', body });
    for (const method of ['GET', 'DELETE']) {
      expect(await api.ask(`${at(acme)}/queries/${id}`, { token: administrator(), method })).toMatchObject({
        status: 404,
      });
    }
    const look = async (of: typeof acme) => {
      const client = new AthenaClient({ ...aws.client, credentials: await accessTo(of) });
      return client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    };
    expect((await look(globex)).QueryExecution?.Query).toMatch(/^-- "query" [0-9a-f]{16}\nSELECT 1 AS secret/);
    await expect(look(acme)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

/** The role that the API takes on for an environment, as the API takes it on. */
async function accessTo(of: typeof acme) {
  const takeOn = (arn: string, masterCredentials = aws.client.credentials) =>
    fromTemporaryCredentials({
      masterCredentials,
      params: { RoleArn: arn, RoleSessionName: 'test' },
      clientConfig: { endpoint: aws.endpoint, region: aws.region },
    })();
  const own = await takeOn(`arn:aws:iam::${aws.account}:role/${apiRoleName(stage)}`);
  return takeOn(placeOf({ stage, account: aws.account, region: aws.region }, of).role, own);
}

describe('the command line with TRIBUTARY_URL', () => {
  let there: { url: string; close(): void };
  let home: string;
  beforeAll(async () => {
    there = await api.onLoopback();
    home = await mkdtemp(join(tmpdir(), 'home-'));
  });
  afterAll(() => there?.close());

  const tributary = (...args: string[]): Promise<Outcome> =>
    startCli(home, args, { TRIBUTARY_URL: there.url, TRIBUTARY_TOKEN: administrator() }).outcome;
  const text = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await tributary(...args);
    if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}: ${stderr}`);
    return stdout;
  };

  it('applies a configuration, and gives it back as it was', async () => {
    expect(await text('plan', demoFolder)).toMatch(/\d+ added/);
    expect(await text('apply', demoFolder, '-m', 'The demo')).toMatch(/^version [0-9a-f]{12}$/m);
    const folder = await mkdtemp(join(tmpdir(), 'acme-'));
    await text('export', folder);
    expect(await text('plan', folder)).toBe('0 added, 0 changed, 0 removed\n');
  });

  it('runs a courier group and shows the run', async () => {
    const { code, stdout } = await tributary('run', 'daily', '--ingest-only', '--skip-missing');
    expect(code, stdout).toBe(0);
    expect(await text('runs', 'list')).toMatch(/courier-group\/daily +succeeded, 6 warnings +\S+/);
    expect(await text('quarantine', 'list')).toBe('no bad rows\n');
    expect(await text('quarantine', 'files')).toBe('no feed has refused a file\n');
    expect(await text('tables')).toContain('no tables yet');
  });

  it('asks a query, and says in one sentence why one is refused', async () => {
    expect(await text('query', "SELECT 'Ada' AS name")).toContain('Ada');
    expect(await text('query')).toContain('query/');
    expect(await tributary('query', 'SELECT * FROM nothing')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*nothing/),
    });
  });

  it('profiles a small file there', async () => {
    const file = join(home, 'people.csv');
    await writeFile(file, 'id,email\n1,ada@example.com\n2,grace@example.com\n');
    expect(await text('discover', file)).toContain('2 rows');
  });

  it('refuses what is of this machine, and what the deployment does itself', async () => {
    expect(await tributary('start')).toMatchObject({ code: 2, stderr: expect.stringContaining('TRIBUTARY_URL') });
    const made = await tributary('tenant', 'create', 'north');
    expect(made.stderr).toMatch(/^error: tenants of a deployment are in its configuration: add one there, and deploy/);
    expect(await readFile(join(home, 'token')).catch((cause) => cause.code)).toBe('ENOENT');
  });
});
