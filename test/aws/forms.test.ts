import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { placeName } from '../../core/contracts/deployment.ts';
import { type Run, RunTask } from '../../core/contracts/runs.ts';
import { type FeedLoad, PlanLoadsOutput, ReadFileOutput } from '../../core/contracts/steps.ts';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { readAllJson } from '../../core/environments/json-objects.ts';
import { text } from '../../core/sql/quote.ts';
import { memoryFor } from '../../core/stitch/forms.ts';
import { taskPrefix } from '../../core/workflows/runs.ts';
import { taskCommand } from '../../infra/constructs/stitch-task.ts';
import { taskClusterName } from '../../infra/names.ts';
import { customers } from '../support/customers.ts';
import { haveDatasets, labelledSets, writeLabelledSet } from '../support/labelled-sets.ts';
import { writeRecords } from '../support/stitch-runs.ts';
import { DeployedEnvironment } from './deployed-environment.ts';
import { DeployedMachines } from './deployed-machines.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { labelledTenant } from './labelled-tenant.ts';

const stage = 'emulator';
const production = { tenant: 'acme', environment: 'production' };
const name = placeName(stage, production);

let aws: Emulator;
let deployed: DeployedEnvironment;
let machines: DeployedMachines;
let folder: string;
let first: string;
/** The run that loaded the records. */
let loaded: Run;

beforeAll(async () => {
  aws = await startEmulator({ athena: 'trino', tasks: { [`${name}-task`]: taskCommand() } });
  await (await Deployment.begin(aws, stage)).deploy(`${name}-stateless`);
  deployed = await DeployedEnvironment.open(aws, stage, production);
  machines = new DeployedMachines(aws, deployed);
  folder = await mkdtemp(join(tmpdir(), 'forms-'));
  const { sources, documents } = await labelledTenant(await someRecords(), folder);
  first = sources[0] ?? '';
  const store = new ConfigurationStore(deployed.objects);
  await store.commit(await store.head(), documents, { author: 'test', at: new Date(), message: 'A labelled set' });
  for (const source of sources) await deliver(`${source}.csv`);
  loaded = await machines.ingest();
  expect([loaded.error, loaded.state]).toEqual([undefined, 'succeeded']);
});
afterAll(async () => aws?.stop());

/** The labelled set that the bar is about; a smaller one of made-up people where it isn't at hand. */
async function someRecords(): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'records-'));
  const set = haveDatasets && labelledSets.find((one) => one.name === 'cdp_120k');
  if (set) return (await writeLabelledSet(set, own)).records;
  return writeRecords(join(own, 'records.parquet'), customers(5000).records);
}

/** Puts a file of the set into the inbox; with something at its end it has other content. */
async function deliver(file: string, as = file, end = ''): Promise<void> {
  const bytes = await readFile(join(folder, file));
  await deployed.objects.put(`inbox/set/${as}`, Buffer.concat([bytes, Buffer.from(end)]));
}

/** What a machine is told of a run beside the one that loaded the records. */
const asRun = (run_id: string) => ({
  run_id,
  as_of: loaded.as_of,
  configuration_version: loaded.configuration_version,
});

/** What a task of a run noted of itself. */
async function noteOf(run_id: string, task: string): Promise<RunTask> {
  const notes = await readAllJson(deployed.objects, taskPrefix(run_id), RunTask);
  const note = notes.find((one) => one.name === task);
  if (!note) throw new Error(`${run_id} has no note of ${task}`);
  return note;
}

/** What `load-feed` is given of the smallest file that was loaded. */
function landed(): FeedLoad {
  const plan = PlanLoadsOutput.parse(loaded.tasks.find((task) => task.name === 'PlanLoads')?.output);
  const [smallest] = [...plan.feeds].sort((a, b) => (a.batches[0]?.[0]?.[1] ?? 0) - (b.batches[0]?.[0]?.[1] ?? 0));
  if (!smallest) throw new Error('nothing was loaded');
  return smallest;
}

/** Every file is too large for a function from now on. */
const readInTasks = () => machines.alter('load-files', '"NumericGreaterThan":2000000000', '"NumericGreaterThan":0');

/** Rows that a task staged, as the bucket keeps them once they are merged. */
async function stagedRows(key: string): Promise<string[]> {
  const at = { Bucket: deployed.place.bucket, Key: key };
  const s3 = new S3Client(aws.client);
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: at.Bucket, Prefix: key }));
  const { Body } = await s3.send(new GetObjectCommand({ ...at, VersionId: Versions[0]?.VersionId }));
  const path = join(await mkdtemp(join(tmpdir(), 'staged-')), 'staged.parquet');
  await writeFile(path, (await Body?.transformToByteArray()) ?? '');
  return rowsOf(path, 'FROM read_parquet($path)');
}

/** Memory of the function, which says how much of Stitch it takes on. */
async function giveStitch(MemorySize: number): Promise<void> {
  const change = { FunctionName: `${name}-run-stitch`, MemorySize };
  await new LambdaClient(aws.client).send(new UpdateFunctionConfigurationCommand(change));
}

/** No records that a test has are too much for the largest task: from now on what is for a task is for many functions. */
async function spreadStitch(): Promise<void> {
  const size = { cpu: '4096', memory: '30720', storage: 100 };
  const said = JSON.stringify({ form: 'distributed', pairs: 0, size });
  await machines.alter(
    'stitch',
    '"StringEquals":"task"}],"Next":"RunLargeStitch"',
    '"StringEquals":"task"}],"Next":"SpreadStitch"',
  );
  await machines.alter(
    'stitch',
    '"ResultPath":null,"Next":"RunLargeStitch"',
    `"ResultSelector":${said},"ResultPath":"$.stitched","Next":"RunLargeStitch"`,
  );
}

async function rowsOf(path: string, sql: string): Promise<string[]> {
  const session = await DuckDbSession.open();
  try {
    const rows = await session.rows('rows', sql.replace('$path', text(path)));
    return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value)));
  } finally {
    session.close();
  }
}

const people = async (run: string) =>
  rowsOf(
    await deployed.objects.locate(`stitch/${run}/assignments.parquet`),
    'SELECT datasource, pk, amp_id FROM read_parquet($path) ORDER BY ALL',
  );

it('Stitch gives the same people in a function, in a task, and spread over many functions', async () => {
  const [inFunction, inTask, inMany] = ['000a', '000b', '000e'].map((end) => `run-20261126-100000-${end}`) as [
    string,
    string,
    string,
  ];
  await machines.execute('stitch', { ...asRun(inFunction), refresh: 'full', retrain: false });
  const { report } = (await noteOf(inFunction, 'RunStitch')).output as { report: StitchReport };
  const pairs = report.blocking.reduce((sum, rule) => sum + rule.pairs, 0);
  // Enough for the records, and not for their pairs.
  await giveStitch(Math.floor(memoryFor({ records: report.records, pairs })) - 1);
  await machines.execute('stitch', { ...asRun(inTask), refresh: 'full', retrain: false });

  await spreadStitch();
  await machines.execute('stitch', { ...asRun(inMany), refresh: 'full', retrain: false });

  expect(await noteOf(inFunction, 'RunStitch')).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await noteOf(inTask, 'RunStitch')).toMatchObject({ state: 'succeeded', attempts: 2, form: 'task' });
  const one = await people(inFunction);
  expect(one).toHaveLength(report.records);
  expect(await people(inTask)).toEqual(one);
  expect(await noteOf(inMany, 'RunStitch')).toMatchObject({ state: 'succeeded', attempts: 2, form: 'distributed' });
  expect(await people(inMany)).toEqual(one);
});

it('a file has the same rows when a task reads and merges it', async () => {
  const [inFunction, inTask] = ['run-20261126-100000-000c', 'run-20261126-100000-000d'];
  const file = landed();
  await machines.execute('load-feed', { ...asRun(inFunction), ...file });
  await readInTasks();
  await machines.execute('load-feed', { ...asRun(inTask), ...file });

  const [one, other] = [await noteOf(inFunction, 'ReadFile'), await noteOf(inTask, 'ReadFile')];
  expect([one.form, other.form]).toEqual([undefined, 'task']);
  expect((await noteOf(inTask, 'MergeRows')).form).toBe('task');
  const [read, readAgain] = [ReadFileOutput.parse(one.output), ReadFileOutput.parse(other.output)];
  expect(readAgain.counts).toEqual(read.counts);
  const rows = await stagedRows(read.staged);
  expect(rows).toHaveLength(read.counts.rows_staged);
  expect(await stagedRows(readAgain.staged)).toEqual(rows);
});

it('a task that is stopped fails the run, which says so and goes on where it was', async () => {
  await readInTasks();
  await deliver(`${first}.csv`, `${first}-again.csv`, '\n');
  const cluster = taskClusterName(stage);
  const running = machines.ingest();
  // The state tries it once more by itself.
  for (let time = 0; time < 2; time++) await machines.stopNextTask(cluster, 'Host is retired');
  const failed = await running;
  expect(failed.state).toBe('failed');
  expect(failed.error?.message).toMatch(
    /feed\/\w+: TaskStopped: the task arn:aws:ecs:\S+ ended before its step was done: Host is retired, exit code 137/,
  );

  await machines.workflows.retry(failed);
  const { state, tasks } = await machines.ended(failed.id);
  expect(state).toBe('succeeded');
  expect(tasks.find((task) => task.name === 'ReadFile')).toMatchObject({ state: 'succeeded', form: 'task' });
});
