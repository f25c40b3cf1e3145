import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand,
  AdminInitiateAuthCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peopleVariables } from '../../core/contracts/deployment.ts';
import type { CompanyDirectory } from '../../core/contracts/users.ts';
import { copyBundle } from '../../infra/bundling/bundles.ts';
import { startEmulator } from './emulator.ts';
import { newUserPool, password } from './user-pool.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const cognito = new CognitoIdentityProviderClient(aws.client);

describe('a token', () => {
  const directory: CompanyDirectory = {
    name: 'Corp',
    groups: { 'CDP Admins': { policies: ['datagrid-administrator'], tenants: ['acme'] } },
  };
  const callback = 'https://console.example.com/';
  let pool: Awaited<ReturnType<typeof newUserPool>>;
  let ClientId: string;

  beforeAll(async () => {
    pool = await newUserPool(cognito);
    const { UserPoolId } = pool;
    const { FunctionArn: PreTokenGeneration } = await deployMapGroups(directory);
    await cognito.send(new UpdateUserPoolCommand({ UserPoolId, LambdaConfig: { PreTokenGeneration } }));
    await cognito.send(
      new CreateIdentityProviderCommand({
        UserPoolId,
        ProviderName: directory.name,
        ProviderType: 'SAML',
        ProviderDetails: { MetadataURL: 'https://login.example.com/metadata' },
        AttributeMapping: { email: 'email', 'custom:groups': 'memberOf' },
      }),
    );
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'console',
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
        SupportedIdentityProviders: [directory.name],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email'],
        CallbackURLs: [callback],
      }),
    );
    ClientId = UserPoolClient?.ClientId ?? '';
  });

  /** Signs in as a browser does whom the directory sends back with these groups. */
  async function bySaml(nameId: string, groups?: string): Promise<Record<string, unknown>> {
    const query = { client_id: ClientId, redirect_uri: callback, scope: 'openid email', response_type: 'code' };
    const asked = new URLSearchParams({ ...query, identity_provider: directory.name });
    const toDirectory = await fetch(`${aws.endpoint}/oauth2/authorize?${asked}`, { redirect: 'manual' });
    const RelayState = new URL(toDirectory.headers.get('location') ?? '').searchParams.get('RelayState') ?? '';
    const SAMLResponse = Buffer.from(assertion(nameId, groups)).toString('base64');
    const back = await fetch(`${aws.endpoint}/saml2/idpresponse`, {
      method: 'POST',
      body: new URLSearchParams({ SAMLResponse, RelayState }),
      redirect: 'manual',
    });
    const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const body = new URLSearchParams({ ...query, grant_type: 'authorization_code', code });
    const given = await fetch(`${aws.endpoint}/oauth2/token`, { method: 'POST', body });
    const { id_token } = (await given.json()) as { id_token: string };
    return decodeJwt(id_token);
  }

  it('of somebody who comes by the directory names the groups that theirs stand for', async () => {
    const claims = await bySaml('ada', '[staff, CDP+Admins]');
    expect(claims).toMatchObject({
      email: 'ada@example.com',
      'cognito:groups': ['datagrid-administrator', 'tenant-acme'],
    });
    expect(claims).not.toHaveProperty('custom:groups');
    expect((await bySaml('eve', 'staff'))['cognito:groups']).toEqual([]);
    expect((await bySaml('eve', 'CDP Admins'))['cognito:groups']).toEqual(['datagrid-administrator', 'tenant-acme']);
  });

  it('of them names no group of the pool that somebody put them into', async () => {
    await bySaml('zoe', 'staff');
    const { UserPoolId } = pool;
    const request = { UserPoolId, Username: 'Corp_zoe', GroupName: 'datagrid-administrator' };
    await cognito.send(new AdminAddUserToGroupCommand(request));
    expect((await bySaml('zoe', 'staff'))['cognito:groups']).toEqual([]);
    const told = (await pool.users.list([])).find(({ id }) => id === 'Corp_zoe');
    expect(told).toMatchObject({
      email: 'zoe@example.com',
      signsInBy: 'directory',
      directoryGroups: 'staff',
      state: 'active',
    });
  });

  it('of somebody with a password names their groups of the pool, whatever they wrote of themselves', async () => {
    const { UserPoolId, users, choosePassword } = pool;
    const { id } = await users.add('pat@example.com');
    await choosePassword(id);
    await users.enter(id, 'ampiq-user');
    const UserAttributes = [{ Name: 'custom:groups', Value: 'CDP Admins' }];
    await cognito.send(new AdminUpdateUserAttributesCommand({ UserPoolId, Username: id, UserAttributes }));
    const { AuthenticationResult } = await cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'pat@example.com', PASSWORD: password },
      }),
    );
    expect(decodeJwt(AuthenticationResult?.IdToken ?? '')['cognito:groups']).toEqual(['ampiq-user']);
  });
});

/** The function as it is deployed, told of a directory. */
async function deployMapGroups(directory: CompanyDirectory) {
  const folder = mkdtempSync(join(tmpdir(), 'map-groups-'));
  copyBundle('map-groups', folder);
  const zip = join(folder, 'bundle.zip');
  execFileSync('python3', ['-m', 'zipfile', '-c', zip, join(folder, 'handler.mjs')]);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }] };
  const role = { Action: 'CreateRole', RoleName: 'map-groups', AssumeRolePolicyDocument: JSON.stringify(trust) };
  await aws.call('iam', `${new URLSearchParams({ ...role, Version: '2010-05-08' })}`, {
    'content-type': 'application/x-www-form-urlencoded',
  });
  return new LambdaClient(aws.client).send(
    new CreateFunctionCommand({
      FunctionName: 'map-groups',
      Runtime: 'nodejs24.x',
      Handler: 'handler.handler',
      Role: `arn:aws:iam::${aws.account}:role/map-groups`,
      Code: { ZipFile: readFileSync(zip) },
      Environment: { Variables: { [peopleVariables.directory]: JSON.stringify(directory) } },
    }),
  );
}

function assertion(nameId: string, groups: string | undefined): string {
  const attribute = (name: string, value: string) =>
    `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
  const told =
    attribute('email', `${nameId}@example.com`) + (groups === undefined ? '' : attribute('memberOf', groups));
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:Assertion><saml:Subject><saml:NameID>${nameId}</saml:NameID></saml:Subject><saml:AttributeStatement>${told}</saml:AttributeStatement></saml:Assertion></samlp:Response>`;
}
