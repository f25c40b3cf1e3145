import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeName } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { findRuns } from '../../core/workflows/find-runs.ts';
import { hasEnded } from '../../core/workflows/runs.ts';
import { alarmsTopicName } from '../../infra/names.ts';
import type { SftpUser } from '../support/sftp.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment, uploadAll } from './deployed-environment.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { until } from './until.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
const name = placeName(stage, acme);

let aws: Emulator;
let api: ApiCaller;
let token: string;
let deployed: DeployedEnvironment;
let site: SftpUser;

beforeAll(async () => {
  aws = await startEmulator();
  const deployment = await Deployment.begin(aws, stage);
  const outputs = await deployment.deploy(`${name}-stateless`);
  api = new ApiCaller(aws, outputs, stage);
  token = await api.signIn('ada@example.com', 'datagrid-administrator', tenantGroup('acme'));
  deployed = await DeployedEnvironment.open(aws, stage, acme);
  site = await deployed.sftpUser('acme', '/');
});
afterAll(async () => aws?.stop());

const courier = (of: string, files: string[]) => ({
  id: `courier/${of}`,
  type: 'folder',
  settings: { path: of },
  files: files.map((file) => ({ name: file, pattern: `{yyyy}-{MM}-{dd}/${file}.csv`, format: { type: 'csv' } })),
});
const group = (of: string, rest: object) => ({
  id: `courier-group/${of}`,
  couriers: [{ courier: `courier/${of}` }],
  run_type: 'source',
  ...rest,
});

/** Adds documents to those that are there, as a person does. */
async function apply(...added: { id: string }[]): Promise<void> {
  const shown = await api.ask('/api/v0/acme/production/configuration', { token });
  const { documents } = JSON.parse(shown.body) as { documents: { id: string }[] };
  const kept = documents.filter(({ id }) => !added.some((one) => one.id === id));
  await api.configure(acme, token, [...kept, ...added]);
}

const scheduleOf = async (of: string) => scheduler().send(new GetScheduleCommand({ Name: of, GroupName: name }));

const runsOf = async (of: string): Promise<Run[]> =>
  (await findRuns(deployed.objects, { courierGroup: `courier-group/${of}` }, 100)).runs;

const aMinute = { within: 60 };

const scheduler = () => new SchedulerClient(aws.client);

/** What looks after files of each courier group that is told of one, by the name of its schedule. */
async function looks(): Promise<string[]> {
  const { Schedules = [] } = await scheduler().send(new ListSchedulesCommand({ GroupName: name }));
  return Schedules.map(({ Name = '' }) => Name).filter((one) => /\.\d{12}$/.test(one));
}

/** Calls what a schedule calls, without waiting for it. */
async function look(schedule: string): Promise<unknown> {
  const { Target } = await scheduler().send(new GetScheduleCommand({ Name: schedule, GroupName: name }));
  const invoked = new InvokeCommand({ FunctionName: Target?.Arn, Payload: Buffer.from(Target?.Input ?? '') });
  const { Payload = new Uint8Array() } = await new LambdaClient(aws.client).send(invoked);
  return JSON.parse(Buffer.from(Payload).toString());
}

async function upload(files: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await uploadAll(site, folder);
}

const files = ['customers', 'orders', 'lines', 'returns', 'stores'];
const delivery = (of: readonly string[]) =>
  Object.fromEntries(of.map((file) => [`shop/2026-11-01/${file}.csv`, `id\n${file}\n`]));

describe('what starts a run in AWS', () => {
  it('is a schedule that follows the document of its courier group', async () => {
    await apply(courier('lone', ['any']), group('lone', { schedule: '30 2 * * 1-5', time_zone: 'Europe/Berlin' }));
    expect(await scheduleOf('lone')).toMatchObject({
      ScheduleExpression: 'cron(30 2 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    await apply(group('lone', {}));
    await expect(scheduleOf('lone')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is a slot of the wall clock of its zone, and the run warns of what it went on without and of its time', async () => {
    const slot = new Date(Math.ceil((Date.now() + 20_000) / 60_000) * 60_000);
    const wall = slot.toLocaleTimeString('sv-SE', { timeZone: 'Asia/Kolkata' });
    const [hour, minute] = wall.split(':').map(Number);
    await apply(
      courier('kolkata', ['any']),
      group('kolkata', {
        couriers: [{ courier: 'courier/kolkata', stop_when_missing: false }],
        schedule: `${minute} ${hour} * * *`,
        time_zone: 'Asia/Kolkata',
        warn_after: 1,
      }),
    );
    expect(await look('kolkata')).toEqual({ courierGroup: 'courier-group/kolkata', missed: [] });
    const shown = await api.ask('/api/v0/acme/production/schedules/kolkata', { token });
    expect(JSON.parse(shown.body)).toMatchObject({ next: expect.arrayContaining([slot.toISOString()]) });
    await new Promise((come) => setTimeout(come, slot.getTime() - Date.now()));
    const { started } = (await look('kolkata')) as { started?: { run: string } };
    expect(started).toEqual({ run: expect.stringMatching(/^run-/), slot: slot.toISOString() });
    const isWarned = (run: Run) => run.id === started?.run && hasEnded(run) && run.warnings.length === 2;
    expect(await until(async () => (await runsOf('kolkata')).find(isWarned), aMinute)).toMatchObject({
      state: 'succeeded',
      scheduled_for: slot.toISOString(),
      warnings: [
        { type: 'MissingFiles', message: expect.stringContaining('{yyyy}-{MM}-{dd}/any.csv') },
        // By its end, or before by the look of each half hour, which may fall on its slot.
        { type: 'SlowRun', message: expect.stringContaining('takes longer than warn_after') },
      ],
    });
  });

  it('is a set of files that is whole, once, and no part of it and no other file', async () => {
    await apply(courier('shop', files), group('shop', { start_on_arrival: true }));
    await upload({ 'shop/2026-11-01/readme.txt': 'hello', 'shop/any.csv': 'id\n', 'lone/2026-11-01/any.csv': 'id\n' });
    await upload(delivery(files.slice(0, 2)));
    const first = await until(async () => (await looks())[0], aMinute);
    expect(await look(first)).toEqual({
      left: 'courier/shop lacks 2026-11-01/lines.csv, 2026-11-01/returns.csv, 2026-11-01/stores.csv',
    });
    expect(await runsOf('shop')).toEqual([]);

    await upload(delivery(files.slice(2)));
    const whole = (await look((await looks())[0] ?? first)) as { run?: string };
    expect(whole).toEqual({ run: expect.stringMatching(/^run-/) });
    const run = await until(async () => (await runsOf('shop')).find(hasEnded), aMinute);
    expect(run).toMatchObject({ id: whole.run, state: 'succeeded', principal: 'arrival' });
    expect(await deployed.objects.list('landings/shop/files/')).toHaveLength(5);

    // Those five have the looks of a minute or two, and nothing else has one.
    expect(new Set((await looks()).map((one) => one.replace(/\.\d{12}$/, '')))).toEqual(new Set(['shop']));
    for (const one of await looks()) expect(await look(one)).toEqual({ left: 'no complete set of files is new' });
    expect(await runsOf('shop')).toHaveLength(1);
  });
});

describe('a run that failed', () => {
  it('is told to those who hear the alarms', async () => {
    const queue = await subscribedQueue();
    await apply(courier('absent', ['never']), group('absent', {}));
    const started = await api.ask('/api/v0/acme/production/runs', {
      token,
      method: 'POST',
      body: { courier_group: 'courier-group/absent' },
    });
    const { id } = JSON.parse(started.body) as Run;
    const told = await until(async () => (await received(queue)).find((text) => text.includes(id)), aMinute);
    const { Message } = JSON.parse(told) as { Message: string };
    expect(JSON.parse(Message)).toMatchObject({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail: { name: id, status: 'FAILED' },
    });
    expect((await runsOf('absent'))[0]).toMatchObject({ state: 'failed', error: { type: 'MissingFile' } });
  });
});

/** A queue of the test that hears what the topic of alarms is told. */
async function subscribedQueue(): Promise<string> {
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const made = await sqs('CreateQueue', { QueueName: 'heard', Attributes: { Policy } });
  const { QueueUrl } = JSON.parse(made) as { QueueUrl: string };
  const subscription = {
    Action: 'Subscribe',
    Version: '2010-03-31',
    TopicArn: `arn:aws:sns:${aws.region}:${aws.account}:${alarmsTopicName(stage)}`,
    Protocol: 'sqs',
    Endpoint: `arn:aws:sqs:${aws.region}:${aws.account}:heard`,
  };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await aws.call('sns', `${new URLSearchParams(subscription)}`, form);
  return QueueUrl;
}

async function received(QueueUrl: string): Promise<string[]> {
  const answer = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  return ((JSON.parse(answer) as { Messages?: { Body: string }[] }).Messages ?? []).map(({ Body }) => Body);
}

const sqs = (action: string, body: object): Promise<string> =>
  aws.call('sqs', JSON.stringify(body), {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${action}`,
  });
