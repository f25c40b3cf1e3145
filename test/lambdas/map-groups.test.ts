import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CompanyDirectory, directoryGroupsAttribute } from '../../core/contracts/users.ts';
import { log } from '../../lambdas/shared/log.ts';

const directory: CompanyDirectory = {
  name: 'Corp',
  groups: { 'CDP Admins': { policies: ['datagrid-administrator'], tenants: ['acme'] } },
};
let handler: (event: unknown) => Promise<{ response: object }>;

beforeAll(async () => {
  vi.stubEnv('TRIBUTARY_DIRECTORY', JSON.stringify(directory));
  vi.spyOn(log, 'info').mockReturnValue(undefined);
  handler = (await import('../../lambdas/map-groups/handler.ts')).handler;
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** As Cognito tells it. */
const event = (userAttributes: Record<string, string>) => ({
  version: '1',
  triggerSource: 'TokenGeneration_HostedAuth',
  userName: 'Corp_ada',
  request: { userAttributes, groupConfiguration: { groupsToOverride: ['eu-west-1_pool_Corp', 'datagrid-operator'] } },
  response: { claimsOverrideDetails: null },
});
const identities = '[{"userId":"ada","providerName":"Corp","providerType":"SAML","primary":true}]';

describe('the trigger before a token is made', () => {
  it('names the groups of somebody who comes by the directory, in the shape that Cognito takes', async () => {
    const attributes = {
      'cognito:user_status': 'EXTERNAL_PROVIDER',
      identities,
      'custom:groups': '[staff, CDP+Admins]',
    };
    expect((await handler(event(attributes))).response).toEqual({
      claimsOverrideDetails: {
        groupOverrideDetails: { groupsToOverride: ['datagrid-administrator', 'tenant-acme'] },
        claimsToSuppress: [directoryGroupsAttribute],
      },
    });
  });

  it('gives back what it was told of somebody with a password', async () => {
    const told = event({ 'cognito:user_status': 'CONFIRMED', 'custom:groups': 'CDP Admins' });
    expect(await handler(told)).toEqual(told);
  });
});
