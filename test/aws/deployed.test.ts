import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePgpKey } from '../../adapters/pgp/make-key.ts';
import { readDocuments } from '../../cli/documents-folder.ts';
import type { TableEntry } from '../../core/contracts/catalog.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import type { Run } from '../../core/contracts/runs.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { PgpKeys } from '../../core/pgp/keys.ts';
import type { ObjectStore, Secrets } from '../../core/ports.ts';
import type { Warehouse } from '../../core/sql/port.ts';
import { closedFilesPrefix } from '../../core/streams/closing.ts';
import type { LaunchPlace } from '../../core/workflows/launch.ts';
import { retrain, showModel, tryModel } from '../../core/workflows/stitch-models.ts';
import { demoFolder, demoTenant } from '../../local/demo.ts';
import { packedCalls } from '../../local/demo-calls.ts';
import { deliveryDates, generateDemo } from '../../samples/generate/demo.ts';
import type { SftpUser } from '../support/sftp.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment, endedRun, uploadAll } from './deployed-environment.ts';
import { DeployedMachines } from './deployed-machines.ts';
import { Deployment } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { Laptop } from './laptop.ts';
import { until } from './until.ts';

const stage = 'emulator';
const production = { tenant: demoTenant, environment: 'production' };
const days = deliveryDates(3);

let aws: Emulator;
let deployed: DeployedEnvironment;
let laptop: Laptop;
let site: SftpUser;
let deliveries: string;
/** Of what the shop sends to the deployment's stream. */
let send: (records: readonly string[]) => Promise<void>;

beforeAll(async () => {
  aws = await startEmulator({ athena: 'trino' });
  const deployment = await Deployment.begin(aws, stage);
  const outputs = await deployment.deploy();
  deployed = await DeployedEnvironment.open(aws, stage, production);
  laptop = await Laptop.open(demoTenant);
  site = await deployed.sftpUser(demoTenant, '/');
  deliveries = await deliveriesByDay();
  const api = new ApiCaller(aws, outputs, stage);
  const token = await api.signIn('sam@example.com', 'datagrid-administrator', tenantGroup(demoTenant));
  await configure(api, token, laptop.environment.objects);
  send = async (records) => {
    const body = records.map((record) => JSON.parse(record));
    const answer = await api.ask('/stream/v0/data/web-events', { token, method: 'POST', body });
    if (answer.status !== 202) throw new Error(`the stream gave ${answer.status}: ${answer.body}`);
  };
});
afterAll(async () => {
  await laptop?.close();
  await aws?.stop();
});

/** The demo's files, those of each day in a folder of their own. */
async function deliveriesByDay(): Promise<string> {
  const [all, byDay] = await Promise.all([mkdtemp(join(tmpdir(), 'demo-')), mkdtemp(join(tmpdir(), 'days-'))]);
  await generateDemo({ folder: all, people: 300, days: days.length });
  for (const entry of await readdir(all, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const day = days.find((one) => path.includes(one));
    if (!entry.isFile() || day === undefined) continue;
    const target = join(byDay, day, path.slice(all.length + 1));
    await mkdir(dirname(target), { recursive: true });
    await cp(path, target);
  }
  return byDay;
}

/** The demo's documents: by the API, whose schedules follow, and on the laptop, where the test starts each run. */
async function configure(api: ApiCaller, token: string, objects: ObjectStore): Promise<void> {
  const documents = (await readDocuments(demoFolder)).map(({ document }) => document);
  await api.configure(production, token, documents);
  const store = new ConfigurationStore(objects);
  await store.commit(await store.head(), documents, { author: 'test', at: new Date(), message: 'The demo' });
}

/** Brings a day to both homes as its partners do: files, calls that are encrypted for each, and events for their streams. */
async function deliver(day: string): Promise<void> {
  const folder = join(deliveries, day);
  const calls = join('call-centre', day, 'calls.xml');
  const xml = await readFile(join(folder, calls));
  const events = (await readFile(join(folder, 'web-events', day, 'events.ndjson'), 'utf8')).trimEnd().split('\n');
  for (const left of ['web-events', calls]) await rm(join(folder, left), { recursive: true });
  const packed = join(folder, `${calls}.zip.pgp`);
  await writeFile(packed, await packedCalls(xml, await keyOf(deployed)));
  await uploadAll(site, folder);
  await writeFile(packed, await packedCalls(xml, await keyOf(laptop.environment)));
  await laptop.deliver(folder);
  const inAws = async () => (await deployed.objects.list(closedFilesPrefix('stream/web-events'))).map(({ key }) => key);
  await Promise.all([
    closedAfter(inAws, () => send(events)),
    closedAfter(
      () => laptop.closedFiles('stream/web-events'),
      () => laptop.send('stream/web-events', events),
    ),
  ]);
}

/** Sends to a stream, and waits until there is a file that was not there before. */
async function closedAfter(files: () => Promise<string[]>, sending: () => Promise<void>): Promise<void> {
  const before = new Set(await files());
  await sending();
  await until(async () => (await files()).find((file) => !before.has(file)), { within: 120 });
}

/** The public key that senders of an environment are given. */
async function keyOf(home: { objects: ObjectStore; secrets: Secrets }): Promise<string> {
  const keys = new PgpKeys(home);
  const [known] = await keys.list();
  return (known ?? (await keys.add(await makePgpKey(demoTenant), new Date(), { isFirst: true }))).public_key;
}

/** Every row that readers see of a table, in an order of its own. */
async function rowsOf(home: { warehouse: Warehouse; objects: ObjectStore }, table: string): Promise<string[]> {
  const tables = Object.values(await publishedTables(home.objects));
  const query = { name: table, sql: `SELECT * FROM ${table}`, tables, asOf: '2026-11-01T00:00:00Z' };
  const { columns, rows, truncated } = await home.warehouse.query(query, { limit: 1_000_000 });
  expect(truncated).toBe(false);
  const named = rows.map((row) =>
    columns.map(({ name }, n) => [name, row[n]] as const).filter(([name]) => !own.has(name)),
  );
  return named.map((row) => JSON.stringify(Object.fromEntries(row))).sort();
}

/** What a new model would do to ids, and what it would when it is tried again. */
async function triedTwice(home: LaunchPlace) {
  const trialOf = async ({ id }: Run) => {
    const { error, state } = await until(() => endedRun(home.objects, id));
    expect([error, state]).toEqual([undefined, 'succeeded']);
    return showModel(home.objects, id);
  };
  const trained = await trialOf(await retrain(home, 'test'));
  const again = await trialOf(await tryModel(home, trained.id, 'test'));
  expect(again.trained_by).toBe(trained.id);
  return { trained: trained.trial?.effect, again: again.trial?.effect };
}

/** Columns that tell of the run that wrote a row. */
const own = new Set(['job_id', 'timestamp', 'created_at', 'created_run', 'changed_at', 'changed_run']);

const nameOf = ({ schema, name }: TableEntry) => `${schema}.${name}`;

describe('the demo tenant in AWS', () => {
  it.each(days)('gives on %s what a laptop gives, row by row', async (day) => {
    await deliver(day);
    const runs = await Promise.all([deployed.runOnSchedule('daily'), laptop.run()]);
    expect(runs.map(({ state, error }) => [state, error])).toEqual([
      ['succeeded', undefined],
      ['succeeded', undefined],
    ]);
    const [there, here] = await Promise.all(
      [deployed, laptop.environment].map(({ objects }) => publishedTables(objects)),
    );
    expect(Object.keys(there ?? {}).sort()).toEqual(Object.keys(here ?? {}).sort());
    const differing: Record<string, unknown> = {};
    const compare = async (table: string) => {
      const [inAws, onLaptop] = await Promise.all([rowsOf(deployed, table), rowsOf(laptop.environment, table)]);
      const only = (mine: string[], others: ReadonlySet<string>) => mine.filter((row) => !others.has(row));
      const [more, fewer] = [only(inAws, new Set(onLaptop)), only(onLaptop, new Set(inAws))];
      if (more.length + fewer.length > 0 || inAws.length !== onLaptop.length)
        differing[table] = {
          rows: [inAws.length, onLaptop.length],
          inAws: more.slice(0, 2),
          onLaptop: fewer.slice(0, 2),
        };
    };
    await Promise.all(
      Object.values(here ?? {})
        .map(nameOf)
        .map(compare),
    );
    expect(differing).toEqual({});
  });

  it('tries a model that is trained anew, and it once more, with the effect that it has on a laptop', async () => {
    const { workflows } = new DeployedMachines(aws, deployed);
    const { environment } = laptop;
    const homes: LaunchPlace[] = [
      { ...deployed.place, objects: deployed.objects, workflows, clock: () => new Date() },
      { ...environment, environment: environment.name, clock: () => new Date() },
    ];
    const [inAws, onLaptop] = await Promise.all(homes.map(triedTwice));
    expect(inAws).toEqual(onLaptop);
    expect(inAws?.again).toEqual(inAws?.trained);
  });

  it('has fewer files and the same rows once its tables are tidied', async () => {
    const tables = Object.values(await publishedTables(deployed.objects)).filter(
      ({ schema, physical }) => schema === 'domain' && physical.startsWith('web_'),
    );
    const look = async () => ({
      files: (await Promise.all(tables.map(({ physical }) => deployed.filesOf(physical)))).reduce((a, b) => a + b, 0),
      rows: await Promise.all(tables.map((table) => rowsOf(deployed, nameOf(table)))),
    });
    const before = await look();
    expect(await deployed.tidy()).toBe('SUCCEEDED');
    const after = await look();
    expect(after.rows).toEqual(before.rows);
    expect(after.files).toBeLessThan(before.files);
    expect(after.files).toBe(tables.length);
  });
});
