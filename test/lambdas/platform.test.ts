import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { DeployedPlatform } from '../../lambdas/shared/platform.ts';
import { KnownUsers } from '../support/known-users.ts';

const platform = new DeployedPlatform([], { users: new KnownUsers() });
const token = (claims: Record<string, unknown>) => new UnsecuredJWT(claims).setSubject('somebody').encode();

/** Ids of the policies that a token with these groups stands for. */
const held = async (groups?: unknown) =>
  (await platform.principalOf(token({ 'cognito:groups': groups })))?.policies.map(({ id }) => id);

describe('the deployed API', () => {
  it('takes the groups of a person for their policies', async () => {
    expect(await held(['datagrid-administrator'])).toEqual(['datagrid-administrator']);
    expect(await held(['ampiq-user', 'amp360-user'])).toEqual(['amp360-user', 'ampiq-user']);
    for (const none of [['staff'], 'datagrid-administrator', undefined]) expect(await held(none)).toEqual([]);
  });

  it('lets a person into the tenants that they are of a group for', async () => {
    const principal = await platform.principalOf(token({ 'cognito:groups': ['tenant-acme', 'globex'] }));
    expect(['acme', 'globex'].map((tenant) => principal?.worksIn(tenant))).toEqual([true, false]);
    expect((await platform.principalOf(token({})))?.worksIn('acme')).toBe(false);
  });

  it('knows a person by what lasts, and calls them by their address', async () => {
    const principal = await platform.principalOf(token({ email: 'ada@example.com' }));
    expect(principal).toMatchObject({ id: 'somebody', name: 'ada@example.com' });
  });

  it('makes no tenant: the configuration does', () => {
    expect(() => platform.createTenant()).toThrow('add one there, and deploy');
  });
});
