import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { StepFunctionsWorkflows } from '../../adapters/workflows/step-functions.ts';
import { getRun } from '../../core/workflows/runs.ts';
import { sdkVariables } from '../../infra/constructs/core-function.ts';
import { aRun } from '../support/runs.ts';

/** Longer than the SDK goes on by itself. */
const REFUSALS = 4;

beforeEach(() => {
  for (const [name, value] of Object.entries(sdkVariables)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

/** A service that is too busy for the first calls, and then answers so. */
async function busyService(refusal: { status: number; body: string }, answer: string) {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const refused = ++calls <= REFUSALS;
      response.writeHead(refused ? refusal.status : 200, { etag: '"tag"' }).end(refused ? refusal.body : answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = { endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-2', credentials, forcePathStyle: true };
  return { client, calls: () => calls, [Symbol.dispose]: () => void server.close() };
}

const folder = () => mkdtemp(join(tmpdir(), 'throttling-'));

describe('a service that is too busy for a while', () => {
  it('is S3: an object is read all the same', async () => {
    const slowDown = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
    using service = await busyService({ status: 503, body: slowDown }, 'the object');
    const objects = new S3Objects({ client: new S3Client(service.client), bucket: 'lake', folder: await folder() });
    const found = await objects.get('head');
    expect(Buffer.from(found?.body ?? '').toString()).toBe('the object');
    expect(service.calls()).toBe(REFUSALS + 1);
  }, 60_000);

  it('is Step Functions: the run starts all the same', async () => {
    const throttled = JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' });
    using service = await busyService({ status: 400, body: throttled }, '{"executionArn":"arn","startDate":0}');
    const objects = new FilesystemObjects(await folder());
    const machine = 'arn:aws:states:eu-west-2:000000000000:stateMachine:run-courier-group';
    const client = new SFNClient(service.client);
    const workflows = new StepFunctionsWorkflows({ client, machine, objects, clock: () => new Date() });
    const run = aRun([], { state: 'scheduled' });
    await workflows.start(run);
    expect((await getRun(objects, run.id)).state).toBe('scheduled');
    expect(service.calls()).toBe(REFUSALS + 1);
  }, 60_000);
});
