import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeName } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import { closedFilesPrefix } from '../../core/streams/queued.ts';
import { hasEnded, listRuns } from '../../core/workflows/runs.ts';
import { eventDocuments } from '../support/streams.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment } from './deployed-environment.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };

let aws: Emulator;
let api: ApiCaller;
let deployed: DeployedEnvironment;
let sender: string;

beforeAll(async () => {
  aws = await startEmulator();
  const deployment = await Deployment.begin(aws, stage);
  const outputs = await deployment.deploy(`${placeName(stage, acme)}-stateless`);
  api = new ApiCaller(aws, outputs, stage);
  const administrator = await api.signIn('ada@example.com', 'datagrid-administrator', tenantGroup('acme'));
  sender = await api.signIn('shop@example.com', 'streaming-ingest', tenantGroup('acme'));
  deployed = await DeployedEnvironment.open(aws, stage, acme);
  const documents = eventDocuments({ continuous: 'courier-group/events' })
    .filter(({ id }) => !/^(tenant|stitch|merge-policy)\//.test(id))
    // Landed only: this AWS has no Athena.
    .map((one) => (one.id === 'courier/web-events' ? { ...one, loads: [] } : one));
  const shown = await api.ask('/api/v0/acme/production/configuration', { token: administrator });
  const { documents: there } = JSON.parse(shown.body) as { documents: { id: string }[] };
  await api.configure(acme, administrator, [...there, ...documents]);
});
afterAll(async () => aws?.stop());

const send = (body: unknown, headers: Record<string, string> = {}, token = sender) =>
  api.ask('/stream/v0/data/web-events', { token, method: 'POST', body, headers });

async function until<T>(found: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 120_000; Date.now() < end; await new Promise((go) => setTimeout(go, 500))) {
    const seen = await found();
    if (seen !== undefined) return seen;
  }
  throw new Error('it did not come within two minutes');
}

/** Ids of all records in files that the courier has landed, sorted. */
async function kept(): Promise<string[]> {
  const files = await deployed.objects.list('landing/web-events/');
  const texts = await Promise.all(files.map(async ({ key }) => (await deployed.objects.get(key))?.body));
  const lines = texts.flatMap((body) =>
    Buffer.from(body ?? '')
      .toString()
      .trimEnd()
      .split('\n'),
  );
  return lines.map((line) => (JSON.parse(line) as { id: string }).id).sort();
}

describe('what is sent to a stream in AWS', () => {
  it('becomes a file, once though it is sent twice or is large, and starts the group of a continuous stream', async () => {
    // A text whose message is beyond what SQS takes, since each quote of it is escaped again and again.
    const large = { id: 'large', text: '"'.repeat(400_000) };
    const key = { 'idempotency-key': 'order-1' };
    for (const [body, headers] of [
      [{ id: 'a' }, key],
      [{ id: 'a' }, key],
      [[{ id: 'b' }, { id: 'c' }], {}],
      [large, {}],
    ] as const) {
      const answer = await send(body, headers);
      expect([answer.status, answer.body]).toEqual([202, expect.stringContaining('"accepted"')]);
    }
    await until(async () => ((await kept()).length >= 4 ? true : undefined));
    expect(await kept()).toEqual(['a', 'b', 'c', 'large']);
    const run = await until(async () => (await listRuns(deployed.objects)).find(hasEnded));
    expect(run).toMatchObject({ name: 'courier-group/events', principal: 'arrival', state: 'succeeded' });
    expect(await deployed.objects.list(closedFilesPrefix('stream/web-events'))).toEqual([]);
    expect(JSON.parse((await send({ id: 'a' }, key)).body)).toMatchObject({ repeated: true });
    expect((await send({ id: 'other' }, key)).status).toBe(409);
  });

  it('is refused without a token, and by who may not send', async () => {
    expect((await send({ id: 'x' }, {}, 'no.token.atall')).status).toBe(401);
    const reader = await api.signIn('eve@example.com', 'amp360-user', tenantGroup('acme'));
    expect((await send({ id: 'x' }, {}, reader)).status).toBe(403);
  });
});
