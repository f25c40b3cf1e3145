import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { DeployedPlatform } from '../../lambdas/shared/platform.ts';

const platform = new DeployedPlatform([]);
const token = (claims: Record<string, unknown>) => new UnsecuredJWT(claims).setSubject('somebody').encode();

describe('the deployed API', () => {
  it('knows an administrator, and nobody else who has signed in', async () => {
    expect(await platform.principalOf(token({ 'cognito:groups': ['datagrid-administrator'] }))).toBe('somebody');
    expect(await platform.principalOf(token({ 'cognito:groups': ['ampiq-user'] }))).toBeUndefined();
    expect(await platform.principalOf(token({ 'cognito:groups': 'datagrid-administrator' }))).toBeUndefined();
    expect(await platform.principalOf(token({}))).toBeUndefined();
  });

  it('makes no tenant: the configuration does', () => {
    expect(() => platform.createTenant()).toThrow('add one there, and deploy');
  });
});
