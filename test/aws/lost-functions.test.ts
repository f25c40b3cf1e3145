import {
  GetFunctionCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeName } from '../../core/contracts/deployment.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { zipOf } from '../support/zip.ts';
import { DeployedEnvironment } from './deployed-environment.ts';
import { DeployedMachines } from './deployed-machines.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
const name = placeName(stage, acme);
const FunctionName = `${name}-pull-files`;

let aws: Emulator;
let deployed: DeployedEnvironment;
let machines: DeployedMachines;

beforeAll(async () => {
  aws = await startEmulator({ memory: true });
  await (await Deployment.begin(aws, stage)).deploy(`${name}-stateless`);
  deployed = await DeployedEnvironment.open(aws, stage, acme);
  machines = new DeployedMachines(aws, deployed);
  const file = { name: 'any', pattern: '*.csv', format: { type: 'csv' } };
  const documents = [
    { id: 'tenant/acme', name: 'acme' },
    { id: 'courier/till', type: 'folder', settings: { path: 'till' }, files: [file] },
    { id: 'courier-group/daily', couriers: [{ courier: 'courier/till' }] },
  ].map((document) => parseDocument(document));
  const store = new ConfigurationStore(deployed.objects);
  await store.commit(await store.head(), documents, { author: 'test', at: new Date(), message: 'One courier' });
  await deployed.objects.put('inbox/till/a.csv', 'id\n1\n');
});
afterAll(async () => aws?.stop());

/** Makes a function another for a while, and gives what makes it itself again. */
async function replaced(
  handler: string,
  limits: { Timeout: number; MemorySize: number },
): Promise<() => Promise<void>> {
  const functions = new LambdaClient(aws.client);
  const { Code, Configuration } = await functions.send(new GetFunctionCommand({ FunctionName }));
  const own = Buffer.from(await (await fetch(Code?.Location ?? '')).arrayBuffer());
  const become = async (ZipFile: Buffer, given: { Timeout?: number | undefined; MemorySize?: number | undefined }) => {
    await functions.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    await functions.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...given }));
  };
  await become(zipOf({ 'handler.mjs': handler }), limits);
  const { Timeout, MemorySize } = Configuration ?? {};
  return () => become(own, { Timeout, MemorySize });
}

describe('a function that is killed', () => {
  it.each([
    {
      by: 'its time-out',
      handler: 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));',
      limits: { Timeout: 1, MemorySize: 512 },
      told: /^Sandbox.Timedout: .*Task timed out after 1.00 seconds/,
    },
    {
      by: 'the memory that it takes',
      handler: `const held = [];
export async function handler() {
  for (;;) {
    held.push(Buffer.alloc(20_000_000, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}`,
      limits: { Timeout: 60, MemorySize: 256 },
      told: /^Runtime.ExitError: .*signal: killed/,
    },
  ])('by $by fails its run, which says so, lets the next begin and goes on when it is retried', async (one) => {
    const restore = await replaced(one.handler, one.limits);
    const failed = await machines.ingest();
    await restore();
    expect([failed.state, failed.error?.attribution, failed.error?.message]).toEqual([
      'failed',
      'platform',
      expect.stringMatching(one.told),
    ]);
    expect(failed.tasks.map(({ name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['StartRun', 'succeeded'],
        ['FailRun', 'succeeded'],
      ]),
    );

    const other = await machines.ingest();
    expect([other.error, other.state]).toEqual([undefined, 'succeeded']);
    await machines.workflows.retry(failed);
    const retried = await machines.ended(failed.id);
    expect([retried.error, retried.state]).toEqual([undefined, 'succeeded']);
    expect((await deployed.objects.list('landing/till/')).length).toBe(1);
  });
});
