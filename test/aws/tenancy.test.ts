import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { CreateTableCommand, GetDatabasesCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemas } from '../../core/contracts/catalog.ts';
import { databaseName, type Place, placeName, placeOf } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { apiRoleName } from '../../infra/names.ts';
import { ApiCaller } from './api-caller.ts';
import { DeployedEnvironment } from './deployed-environment.ts';
import { Deployment, type Outputs } from './deployment.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const stage = 'emulator';
const acme = { tenant: 'acme', environment: 'production' };
const sandbox = { tenant: 'acme', environment: 'sandbox' };
const globex = { tenant: 'globex', environment: 'production' };
type Environment = typeof acme;

let aws: Emulator;
let deployment: Deployment;
let outputs: Outputs;

beforeAll(async () => {
  aws = await startEmulator();
  deployment = await Deployment.begin(aws, stage);
  outputs = await deployment.deploy();
});
afterAll(async () => aws?.stop());

const stacksOf = (of: Environment): string[] =>
  ['stateless', 'stateful'].map((kind) => `${placeName(stage, of)}-${kind}`);
const placeAt = (of: Environment): Place => placeOf({ stage, account: aws.account, region: aws.region }, of);

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Each thing that CloudFormation lists, by the names of its fields. */
async function fromCloudFormation(action: string, stack?: string): Promise<Record<string, string>[]> {
  const query = new URLSearchParams({ Action: action, Version: '2010-05-15', ...(stack && { StackName: stack }) });
  const things: Record<string, string>[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    if (next !== '') query.set('NextToken', next);
    const text = await aws.call('cloudformation', `${query}`, form);
    for (const [, member = ''] of text.matchAll(/<member>(.*?)<\/member>/gs))
      things.push(Object.fromEntries([...member.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, is]) => [name, is])));
    next = /<NextToken>([^<]+)<\/NextToken>/.exec(text)?.[1];
  }
  return things;
}

const resourcesOf = (stack: string) => fromCloudFormation('ListStackResources', stack);

/** When each stack was last made or changed. */
async function changes(): Promise<Record<string, string>> {
  const stacks = (await fromCloudFormation('ListStacks')).filter(({ StackName }) =>
    StackName?.startsWith('tributary-'),
  );
  return Object.fromEntries(
    stacks.map((one) => [one.StackName ?? '', `${one.StackStatus} ${one.LastUpdatedTime ?? one.CreationTime}`]),
  );
}

type Clients = ReturnType<typeof clientsOf>;

function clientsOf(given: { credentials?: { accessKeyId: string; secretAccessKey: string } } = {}) {
  const client = { ...aws.client, ...given };
  return {
    client,
    s3: new S3Client(client),
    athena: new AthenaClient(client),
    glue: new GlueClient(client),
    machines: new SFNClient(client),
    scheduler: new SchedulerClient(client),
    functions: new LambdaClient(client),
    secrets: new SecretsManagerClient(client),
  };
}

/** What a session of a role is made with, when it trusts the asker. */
async function takeOn(role: string, by = aws.client.credentials) {
  return fromTemporaryCredentials({
    masterCredentials: by,
    params: { RoleArn: `arn:aws:iam::${aws.account}:role/${role}`, RoleSessionName: 'test' },
    clientConfig: { endpoint: aws.endpoint, region: aws.region },
  })();
}

/** Lets the account take on a role that a service's alone may: whom it trusts says nothing of what it may. */
async function openToAccount(role: string): Promise<void> {
  const Principal = { AWS: `arn:aws:iam::${aws.account}:root` };
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }],
  });
  const change = { Action: 'UpdateAssumeRolePolicy', Version: '2010-05-08', RoleName: role, PolicyDocument };
  await aws.call('iam', `${new URLSearchParams(change)}`, form);
}

/** Clients in each role of an environment, by the role's name. */
async function rolesOf(of: Environment): Promise<Map<string, Clients>> {
  const resources = (await Promise.all(stacksOf(of).map(resourcesOf))).flat();
  const names = resources.filter((one) => one.ResourceType === 'AWS::IAM::Role').map((one) => one.PhysicalResourceId);
  const api = await takeOn(apiRoleName(stage));
  const taken = names.map(async (name = '') => {
    const isAccess = placeAt(of).role.endsWith(`/${name}`);
    if (!isAccess) await openToAccount(name);
    return [name, clientsOf({ credentials: await takeOn(name, isAccess ? api : undefined) })] as const;
  });
  return new Map(await Promise.all(taken));
}

const seen = 'landing/seen.csv';

/** What would reach into an environment, by what it is called. */
const attempts: Record<string, (as: Clients, place: Place) => Promise<unknown>> = {
  'read an object': ({ s3 }, { bucket }) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: seen })),
  'list objects': ({ s3 }, { bucket }) => s3.send(new ListObjectsV2Command({ Bucket: bucket })),
  'write an object': ({ s3 }, { bucket }) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'inbox/x', Body: 'x' })),
  'delete an object': ({ s3 }, { bucket }) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'inbox/x' })),
  'read a secret': ({ secrets }, place) => secrets.send(new GetSecretValueCommand({ SecretId: secretName(place) })),
  'query in its work group': ({ athena }, { workgroup }) =>
    athena.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', WorkGroup: workgroup })),
  'look up a table': ({ glue }, place) =>
    glue.send(new GetTableCommand({ DatabaseName: databaseName(place, 'domain'), Name: 'seen' })),
  'start a run': ({ machines }, { machine }) =>
    machines.send(new StartExecutionCommand({ stateMachineArn: machine, input: '{}' })),
  'call a step': ({ functions }, place) =>
    functions.send(new InvokeCommand({ FunctionName: functionName(place, 'start-run'), InvocationType: 'DryRun' })),
  'call what a schedule calls': ({ functions }, place) =>
    functions.send(new InvokeCommand({ FunctionName: functionName(place, 'launch-run'), InvocationType: 'DryRun' })),
  'start its runs by the clock': ({ scheduler }, { workgroup: GroupName }) =>
    scheduler.send(new DeleteScheduleCommand({ Name: 'none', GroupName })).catch((cause) => {
      if (cause.name !== 'ResourceNotFoundException') throw cause;
    }),
  'take on its access role': ({ client }, { role }) => takeOn(role.split('/').at(-1) ?? '', client.credentials),
};

const secretName = (of: Environment): string => `${placeName(stage, of)}/sftp/seen/password`;

const functionName = (of: Environment, lambda: string): string => `${placeName(stage, of)}-${lambda}`;

/** Names of the attempts that roles may make, each with the roles that may. */
async function allowed(roles: Map<string, Clients>, place: Place): Promise<Record<string, string[]>> {
  const open: Record<string, string[]> = {};
  for (const [role, clients] of roles)
    for (const [name, attempt] of Object.entries(attempts))
      if (await isAllowed(() => attempt(clients, place))) open[name] = [...(open[name] ?? []), role];
  return open;
}

async function isAllowed(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (cause) {
    if (cause instanceof Error && ['AccessDenied', 'AccessDeniedException'].includes(cause.name)) return false;
    throw cause;
  }
}

/** Something to see in an environment. */
async function fill(of: Environment): Promise<void> {
  const [{ s3, glue, secrets }, place] = [clientsOf(), placeAt(of)];
  await s3.send(new PutObjectCommand({ Bucket: place.bucket, Key: seen, Body: 'id\n1\n' }));
  await secrets.send(new CreateSecretCommand({ Name: secretName(of), SecretString: 'seen' }));
  const TableInput = { Name: 'seen', StorageDescriptor: { Location: `s3://${place.bucket}/tables/domain/seen/` } };
  await glue.send(new CreateTableCommand({ DatabaseName: databaseName(place, 'domain'), TableInput }));
}

describe('environments of one account', () => {
  beforeAll(async () => {
    for (const of of [acme, sandbox, globex]) await fill(of);
  });

  it.each([
    ['a second tenant can read nothing of the first through any of its roles', globex, acme],
    ['the first tenant can read nothing of the second through any of its roles', acme, globex],
    ['a sandbox can read nothing of production through any of its roles', sandbox, acme],
    ['production can read nothing of a sandbox through any of its roles', acme, sandbox],
  ])('%s', async (_, stranger, owner) => {
    const roles = await rolesOf(stranger);
    expect(roles.size).toBeGreaterThan(20);
    expect(await allowed(roles, placeAt(owner))).toEqual({});
  });

  it.each([
    ['the first tenant', acme],
    ['its sandbox', sandbox],
    ['the second tenant', globex],
  ])('%s is open to roles of its own, and to the API', async (_, own) => {
    const api = clientsOf({ credentials: await takeOn(apiRoleName(stage)) });
    const open = await allowed(new Map([...(await rolesOf(own)), [apiRoleName(stage), api]]), placeAt(own));
    expect(Object.keys(open).sort()).toEqual(Object.keys(attempts).sort());
    expect(open['take on its access role']).toEqual([apiRoleName(stage)]);
  });
});

describe('a deployment', () => {
  it('changes nothing when it is repeated', async () => {
    const before = await changes();
    expect(Object.keys(before)).toHaveLength(7);
    const again = await Deployment.beginAgain(aws, stage);
    await again.deploy();
    expect(await changes()).toEqual(before);
  });

  it('of a newer version keeps data and ids', async () => {
    const { objects } = await DeployedEnvironment.open(aws, stage, acme);
    const store = new ConfigurationStore(objects);
    const first = await store.head();
    const documents = first ? await store.documents(first) : [];
    const change = { author: 'test', at: new Date(), message: 'Without queries' };
    await store.commit(
      first,
      documents.filter(({ id }) => !id.startsWith('query/')),
      change,
    );
    await objects.put('landing/marker.csv', 'id\n1\n');
    // Noted anew by what prepares an environment, which shows that it ran.
    await objects.delete('config/format.json');
    const kept = async () => ({
      head: await objects.get('config/head.json'),
      marker: await objects.get('landing/marker.csv'),
      resources: (await resourcesOf(`${placeName(stage, acme)}-stateful`)).map((one) => one.PhysicalResourceId),
    });
    const before = await kept();
    const [code, stacks] = [await codeOf('prepare-environment'), await changes()];

    await deployment.renew('prepare-environment');
    await deployment.deploy();

    expect(await codeOf('prepare-environment')).not.toBe(code);
    const changed = Object.entries(await changes()).filter(([name, at]) => stacks[name] !== at);
    expect(changed.map(([name]) => name).sort()).toEqual([globex, acme, sandbox].map((of) => stacksOf(of)[0]).sort());
    expect(await kept()).toEqual(before);
    expect(await objects.get('config/format.json')).toBeDefined();
  });

  it('of a sandbox is removed by destroying its stacks, and its data stays', async () => {
    const { s3, glue, functions } = clientsOf();
    const own = placeAt(sandbox);
    const tree = async () => (await s3.send(new ListObjectsV2Command({ Bucket: own.bucket }))).Contents;
    const before = await tree();
    await deployment.destroy(...stacksOf(sandbox));

    expect(await tree()).toEqual(before);
    const { DatabaseList = [] } = await glue.send(new GetDatabasesCommand({}));
    const databases = DatabaseList.map(({ Name }) => Name);
    expect(databases).toEqual(expect.arrayContaining(schemas.map((schema) => databaseName(own, schema))));
    const left = Object.entries(await changes()).filter(([, at]) => !at.startsWith('DELETE_COMPLETE'));
    expect(left.map(([name]) => name)).not.toEqual(expect.arrayContaining(stacksOf(sandbox)));
    const gone = functions.send(new GetFunctionCommand({ FunctionName: functionName(sandbox, 'launch-run') }));
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await functions.send(new GetFunctionCommand({ FunctionName: functionName(acme, 'launch-run') }));
    const api = new ApiCaller(aws, outputs, stage);
    const token = await api.signIn('grace@example.com', 'datagrid-administrator', tenantGroup('acme'));
    expect(await api.ask('/api/v0/acme/production/configuration', { token })).toMatchObject({ status: 200 });
    expect(await api.ask('/api/v0/acme/sandbox/configuration', { token })).not.toMatchObject({ status: 200 });
  });
});

async function codeOf(lambda: string): Promise<string | undefined> {
  const FunctionName = functionName(acme, lambda);
  return (await clientsOf().functions.send(new GetFunctionCommand({ FunctionName }))).Configuration?.CodeSha256;
}
