import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionTest } from '../../core/contracts/connections.ts';
import { placeName } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { closedFilesPrefix } from '../../core/streams/closing.ts';
import { findRuns } from '../../core/workflows/find-runs.ts';
import { taskCommand } from '../../infra/constructs/stitch-task.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment, endedRun } from './deployed-environment.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { sourceDocuments } from './source-documents.ts';
import { makePartnersBucket, partnerBucket, type SourceServers, startServers } from './source-servers.ts';
import { until } from './until.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
const name = placeName(stage, acme);
const path = '/api/v0/acme/production';

let aws: Emulator;
let api: ApiCaller;
let deployed: DeployedEnvironment;
let administrator: string;
let sender: string;
let servers: SourceServers;

beforeAll(async () => {
  servers = await startServers();
  aws = await startEmulator({ athena: 'trino', tasks: { [`${name}-task`]: taskCommand() } });
  const deployment = await Deployment.begin(aws, stage);
  api = new ApiCaller(aws, await deployment.deploy(`${name}-stateless`), stage);
  administrator = await api.signIn('ada@example.com', 'datagrid-administrator', tenantGroup('acme'));
  sender = await api.signIn('shop@example.com', 'streaming-ingest', tenantGroup('acme'));
  deployed = await DeployedEnvironment.open(aws, stage, acme);
  await makePartnersBucket(aws);
  await configure();
});
afterAll(async () => {
  await aws?.stop();
  await servers?.kill();
});

async function configure(): Promise<void> {
  const shown = await api.ask(`${path}/configuration`, { token: administrator });
  const { documents: there } = JSON.parse(shown.body) as { documents: { id: string }[] };
  const ours = sourceDocuments(servers, aws.region).filter(({ id }) => !/^(tenant|stitch|merge-policy)\//.test(id));
  await api.configure(acme, administrator, [...there, ...ours]);
}

const fourMinutes = { within: 240 };

/** Rows that readers see of a domain table, by its feed; none while there is no such table. */
async function rowsOf(table: string, ...columns: string[]): Promise<unknown[][]> {
  const tables = Object.values(await publishedTables(deployed.objects));
  if (!tables.some((one) => one.schema === 'domain' && one.name === table)) return [];
  const sql = `SELECT ${columns.join(', ')} FROM domain.${table} ORDER BY 1`;
  return (await deployed.warehouse.query({ name: table, sql, tables, asOf: '2026-11-01T00:00:00Z' }, { limit: 1000 }))
    .rows;
}

async function run(of: string): Promise<Run> {
  const body = { courier_group: `courier-group/${of}` };
  const started = await api.ask(`${path}/runs`, { token: administrator, method: 'POST', body });
  const { id } = JSON.parse(started.body) as Run;
  const ended = await until(() => endedRun(deployed.objects, id), fourMinutes);
  expect([ended.error, ended.state]).toEqual([undefined, 'succeeded']);
  return ended;
}

const tried = async (connection: string, secret?: { name: string; value: string }): Promise<ConnectionTest> => {
  const own = `${path}/connections/${connection}`;
  const answer = secret
    ? await api.ask(`${own}/secrets/${secret.name}`, {
        token: administrator,
        method: 'PUT',
        body: { value: secret.value },
      })
    : await api.ask(`${own}/test`, { token: administrator, method: 'POST', body: {} });
  return JSON.parse(answer.body);
};

describe('couriers of a deployment', () => {
  it('are signed in by secrets and roles that the deployment holds, and by no other role', async () => {
    const { postgres, ssh } = servers;
    expect(await tried('shop', { name: 'password', value: 'wrong' })).toMatchObject({ works: false });
    expect(await tried('shop', { name: 'password', value: postgres.password })).toMatchObject({
      works: true,
      seen: { server: expect.stringMatching(/^PostgreSQL \d/) },
    });
    expect(await tried('partner', { name: 'private_key', value: ssh.privateKey })).toMatchObject({ works: true });
    expect(await tried('stores')).toMatchObject({ works: true, seen: { bucket: partnerBucket } });
    expect((await tried('other')).message).toMatch(
      /^connection\/other: .*role\/another-of-acme is no role .*there is .*role\/partner-of-acme; add it to .* infra\/config.ts/,
    );
    const kept = await deployed.secrets.get('connections/shop/password');
    expect(kept).toBe(postgres.password);
  });

  it('land rows of a database, an SFTP server, a JSON API and a bucket, and read on where they were', async () => {
    const { postgres, ssh, http } = servers;
    postgres.sql(`CREATE TABLE orders (id int, item text); INSERT INTO orders VALUES (1, 'hat'), (2, 'coat')`);
    await writeFile(join(ssh.folder, 'visits.csv'), 'id,page\n1,/shoes\n');
    const members = (...all: object[]) =>
      http.answers((_, response, { searchParams }) => {
        const page = Number(searchParams.get('page'));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ data: all.slice(page - 1, page) }));
      });
    members({ id: 1, email: 'ada@example.com' }, { id: 2, email: 'bob@example.com' });
    await run('sources');
    expect(http.asked.map(({ path }) => path)).toEqual(['/members?page=1', '/members?page=2', '/members?page=3']);
    expect(await rowsOf('shop_rows', 'id', 'item')).toEqual([
      ['1', 'hat'],
      ['2', 'coat'],
    ]);
    expect(await rowsOf('partner_rows', 'id', 'page')).toEqual([['1', '/shoes']]);
    expect(await rowsOf('crm_rows', 'email')).toEqual([['ada@example.com'], ['bob@example.com']]);
    expect(await rowsOf('stores_rows', 'id', 'city')).toEqual([['1', 'Leeds']]);

    postgres.sql(`INSERT INTO orders VALUES (3, 'scarf')`);
    members({ id: 2, email: 'bob@example.org' });
    await run('sources');
    expect(http.asked[0]?.path).toMatch(/^\/members\?changed_since=\d{4}-.*&page=1$/);
    expect((await rowsOf('shop_rows', 'item')).flat()).toEqual(['coat', 'hat', 'scarf']);
    expect((await rowsOf('crm_rows', 'email')).flat()).toEqual(['ada@example.com', 'bob@example.org']);
  });
});

const send = (body: unknown, { to = 'web-events', token = sender, headers = {} } = {}) =>
  api.ask(`/stream/v0/data/${to}`, { token, method: 'POST', body, headers });

describe('what is sent to a stream in AWS', () => {
  it('is a row within a minute, once though it is sent twice or is large', async () => {
    // A text whose message is beyond what SQS takes, since each quote of it is escaped again and again.
    const large = { id: 'large', page: '"'.repeat(400_000) };
    const headers = { 'idempotency-key': 'order-1' };
    const sent = performance.now();
    const answers = [
      await send({ id: 'a' }, { headers }),
      await send({ id: 'a' }, { headers }),
      await send([{ id: 'b' }, { id: 'c' }]),
      await send(large),
    ];
    for (const { status, body } of answers)
      expect([status, body]).toEqual([202, expect.stringContaining('"accepted"')]);
    await until(async () => ((await rowsOf('web_events', 'id')).length >= 4 ? true : undefined), fourMinutes);
    const took = (performance.now() - sent) / 1000;
    console.log(`rows of a continuous stream were visible ${took.toFixed(1)} s after they were sent`);
    expect((await rowsOf('web_events', 'id')).flat()).toEqual(['a', 'b', 'c', 'large']);
    const [arrived] = (await findRuns(deployed.objects, { courierGroup: 'courier-group/events' }, 1)).runs;
    expect(arrived).toMatchObject({ principal: 'arrival' });
    const files = await deployed.objects.list('landing/web-events/');
    const texts = await Promise.all(files.map(async ({ key }) => (await deployed.objects.get(key))?.body));
    expect(
      Buffer.concat(texts.map((body) => body ?? Buffer.of()))
        .toString()
        .match(/\n/g),
    ).toHaveLength(4);
    expect(await deployed.objects.list(closedFilesPrefix('stream/web-events'))).toEqual([]);
    expect(JSON.parse((await send({ id: 'a' }, { headers })).body)).toMatchObject({ repeated: true });
    expect((await send({ id: 'other' }, { headers })).status).toBe(409);
    expect(took).toBeLessThan(60);
  });

  it('may be XML, of which an element is a row', async () => {
    const receipts =
      '<receipts><receipt><id>7</id><total>9.50</total></receipt><receipt><id>8</id></receipt></receipts>';
    const headers = { 'content-type': 'application/xml' };
    expect(await send(receipts, { to: 'tills', headers })).toMatchObject({ status: 202 });
    expect(await send(receipts, { headers })).toMatchObject({ status: 415 });
    const rows = await until(async () => {
      const found = await rowsOf('tills_receipts', 'id', 'total');
      return found.length > 0 ? found : undefined;
    }, fourMinutes);
    expect(rows).toEqual([
      ['7', '9.50'],
      ['8', null],
    ]);
  });

  it('is refused without a token, and by who may not send', async () => {
    expect((await send({ id: 'x' }, { token: 'no.token.atall' })).status).toBe(401);
    const reader = await api.signIn('eve@example.com', 'amp360-user', tenantGroup('acme'));
    expect((await send({ id: 'x' }, { token: reader })).status).toBe(403);
  });
});

describe('a file that a function has no time for', () => {
  it('is pulled by a task', async () => {
    const lines = ['id,n', ...Array.from({ length: 40 }, (_, n) => `${n},${n}`)].map((line) => `${line}\n`);
    servers.http.answers(async (_, response) => {
      response.writeHead(200, { etag: '"slow"', 'content-length': Buffer.byteLength(lines.join('')) });
      for (const line of lines) {
        response.write(line);
        await new Promise((go) => setTimeout(go, 500));
      }
      response.end();
    });
    const limits = { FunctionName: `${name}-pull-files`, Timeout: 15 };
    await new LambdaClient(aws.client).send(new UpdateFunctionConfigurationCommand(limits));
    const { tasks } = await run('slow');
    const pulled = tasks.find((task) => task.name === 'PullCourier');
    expect(pulled).toMatchObject({ form: 'task', state: 'succeeded', output: { files_landed: 1 } });
    expect(await rowsOf('slow_rows', 'id')).toHaveLength(40);
  });
});
