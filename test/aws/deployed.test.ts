import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { readDocuments } from '../../cli/documents-folder.ts';
import { placeName, placeOf } from '../../core/contracts/deployment.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { getRun, hasEnded } from '../../core/workflows/runs.ts';
import { demoCourierGroup, demoFolder, demoTenant } from '../../local/demo.ts';
import { generateDemo } from '../../samples/generate/demo.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const of = { tenant: demoTenant, environment: 'production' };
const stage = 'emulator';
let aws: Emulator;
let objects: S3Objects;
let launchRun = '';

beforeAll(async () => {
  aws = await startEmulator({ athena: 'trino' });
  const deployment = await Deployment.begin(aws, { stage });
  const outputs = await deployment.deploy();
  launchRun = outputs[`${placeName(stage, of)}-stateless`]?.LaunchRunName ?? '';
  const place = placeOf({ stage, account: aws.account, region: aws.region }, of);
  const folder = await mkdtemp(join(tmpdir(), 'deployed-'));
  objects = new S3Objects({ client: new S3Client(aws.client), bucket: place.bucket, folder });
});
afterAll(() => aws?.stop());

/** Starts the demo's courier group as its schedule does, and waits for the end of the run. */
async function runDay(date: string): Promise<Run> {
  const lambda = new LambdaClient(aws.client);
  const invoked = await lambda.send(
    new InvokeCommand({
      FunctionName: launchRun,
      Payload: JSON.stringify({ courier_group: demoCourierGroup, range_from: date }),
    }),
  );
  const { run_id } = JSON.parse(Buffer.from(invoked.Payload ?? []).toString()) as { run_id: string };
  for (;;) {
    const run = await getRun(objects, run_id);
    if (hasEnded(run)) return run;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

describe('the demo tenant in AWS', () => {
  it('runs from files to a Customer 360', async () => {
    const files = await mkdtemp(join(tmpdir(), 'demo-'));
    await generateDemo({ folder: files, people: 300, days: 3 });
    for (const entry of await readdir(files, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'truth.csv') continue;
      const path = join(entry.parentPath, entry.name);
      await objects.adopt(path, `inbox/${path.slice(files.length + 1)}`);
    }
    const store = new ConfigurationStore(objects);
    const documents = (await readDocuments(demoFolder)).map(({ document }) => document);
    await store.commit(await store.head(), documents, { author: 'test', at: new Date(), message: 'The demo' });
    const run = await runDay('2026-10-01');
    expect([run.state, run.error]).toEqual(['succeeded', undefined]);
  });
});
