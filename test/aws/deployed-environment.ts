import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { SecretsManagerSecrets } from '../../adapters/secrets/secrets-manager.ts';
import { AthenaEngine } from '../../adapters/sql/athena.ts';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import { databaseName, type Place, placeName, placeOf } from '../../core/contracts/deployment.ts';
import { Run } from '../../core/contracts/runs.ts';
import { readJson } from '../../core/environments/json-objects.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { SftpUsers } from '../../core/sftp/users.ts';
import { getRun, hasEnded, runKey } from '../../core/workflows/runs.ts';
import { changeScheduleState, stateUnder } from '../../core/workflows/schedule-state.ts';
import { makeSshKey, type SftpUser, sftp } from '../support/sftp.ts';
import type { Emulator } from './emulator.ts';
import { until } from './until.ts';

/** An environment that is deployed, as its users and its cloud ops reach it. */
export class DeployedEnvironment {
  readonly place: Place;
  readonly objects: S3Objects;
  readonly secrets: SecretsManagerSecrets;
  readonly warehouse: LakeWarehouse;
  readonly #engine: AthenaEngine;
  readonly #aws: Emulator;
  readonly #stage: string;

  private constructor(aws: Emulator, stage: string, place: Place, folder: string) {
    this.#aws = aws;
    this.#stage = stage;
    this.place = place;
    this.objects = new S3Objects({ client: new S3Client(aws.client), bucket: place.bucket, folder });
    this.secrets = new SecretsManagerSecrets({
      client: new SecretsManagerClient(aws.client),
      prefix: place.workgroup,
    });
    this.#engine = new AthenaEngine({ client: new AthenaClient(aws.client), workgroup: place.workgroup });
    this.warehouse = new LakeWarehouse({ place, engine: this.#engine, objects: this.objects });
  }

  static async open(aws: Emulator, stage: string, of: { tenant: string; environment: string }) {
    const place = placeOf({ stage, account: aws.account, region: aws.region }, of);
    return new DeployedEnvironment(aws, stage, place, await mkdtemp(join(tmpdir(), 'deployed-')));
  }

  /** Who the SFTP site lets in. */
  get sftpUsers(): SftpUsers {
    return new SftpUsers({ objects: this.objects, secrets: this.secrets, clock: () => new Date() });
  }

  /** Lets a new user of the SFTP site into a folder of the inbox, by a key. */
  async sftpUser(user: string, folder: string): Promise<SftpUser> {
    const key = await makeSshKey();
    await this.sftpUsers.add(user, folder);
    await this.sftpUsers.addKey(user, key.publicKey);
    return { port: this.#aws.sftpPort, user, key };
  }

  /** Files that the rows of a stored domain table are in. */
  async filesOf(table: string): Promise<number> {
    const sql = `SELECT count(*) FROM "${databaseName(this.place, 'domain')}"."${table}$files"`;
    return Number((await this.#engine.query({ name: 'files', sql }, 1)).rows[0]?.[0]);
  }

  /** Runs the weekly tidying of tables now, and tells how it ended. */
  async tidy(): Promise<string> {
    const machines = new SFNClient(this.#aws.client);
    const stateMachineArn = this.place.machine.replace(/run-courier-group$/, 'tidy-tables');
    const { executionArn } = await machines.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
    return until(async () => {
      const { status } = await machines.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING' ? undefined : status;
    });
  }

  /** Starts a courier group by its schedule, whose time comes now, and waits for the end of the run. */
  async runOnSchedule(name: string): Promise<Run> {
    const before = new Set(await this.#runs());
    await this.#owe(`courier-group/${name}`);
    await this.#bringForward(name);
    return until(async () => {
      const id = (await this.#runs()).find((one) => !before.has(one));
      return id === undefined ? undefined : endedRun(this.objects, id);
    });
  }

  /** Has a slot of a courier group come at this moment, and none else: its schedule starts a run for what is owed alone. */
  async #owe(id: string): Promise<void> {
    const { schedule, time_zone } = (await headConfiguration(this.objects)).get('courier-group', id);
    if (schedule === undefined) throw new Error(`${id} has no schedule`);
    const now = new Date().toISOString();
    await changeScheduleState(this.objects, id, async (found) => {
      const state = await stateUnder({ id, schedule, time_zone }, found, this.objects);
      return { state: { ...state, decided_to: now, owed: [now] }, told: undefined };
    });
  }

  /** A schedule like the deployed one, once: an emulated schedule keeps the expression that it was made with. */
  async #bringForward(name: string): Promise<void> {
    const scheduler = new SchedulerClient(this.#aws.client);
    const GroupName = placeName(this.#stage, this.place);
    const { Target, FlexibleTimeWindow } = await scheduler.send(new GetScheduleCommand({ Name: name, GroupName }));
    const soon = new Date(Date.now() + 3000).toISOString().slice(0, 19);
    const Name = `${name}-${randomUUID()}`;
    await scheduler.send(
      new CreateScheduleCommand({ Name, GroupName, Target, FlexibleTimeWindow, ScheduleExpression: `at(${soon})` }),
    );
  }

  async #runs(): Promise<string[]> {
    const keys = (await this.objects.list('runs/')).map(({ key }) => key);
    return keys.map((key) => key.slice(key.lastIndexOf('/') + 1).replace('.json', ''));
  }
}

/** A run with all its tasks, once it has ended: what is looked at until then is its record alone. */
export async function endedRun(objects: ObjectStore, id: string): Promise<Run | undefined> {
  const record = await readJson(objects, runKey(id), Run);
  return record && hasEnded(record.value) ? getRun(objects, id) : undefined;
}

/** Uploads every file of a folder by OpenSSH's `sftp`, under its name in the folder. */
export async function uploadAll(to: SftpUser, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const nameOf = (path: string) => path.slice(folder.length + 1);
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => nameOf(join(entry.parentPath, entry.name)));
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await sftp(to, [
    // A folder may be there already.
    ...folders.sort().map((name) => `-mkdir "${name}"`),
    ...files.map((path) => `put "${path}" "${nameOf(path)}"`),
  ]);
}
