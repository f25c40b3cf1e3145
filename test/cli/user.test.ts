import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalServer, serve } from '../../local/server.ts';
import { TestApi, token } from '../support/api.ts';
import { cli, startCli } from '../support/cli.ts';
import { KnownUsers } from '../support/known-users.ts';
import { shopDocuments } from '../support/tenant.ts';

const users = new KnownUsers()
  .with('root', ['datagrid-administrator', 'tenant-test'])
  .with('Corp_root', [], { email: 'root@example.com', signsInBy: 'directory' });

let api: TestApi;
let server: LocalServer;
let home: string;
beforeAll(async () => {
  api = await TestApi.open(shopDocuments, { people: { users } });
  server = await serve((request) => api.app.fetch(request), 8_470);
  home = await mkdtemp(join(tmpdir(), 'home-'));
});
afterAll(async () => {
  await server.close();
  await api.close();
});

/** `tributary user …`, told of the API. */
const user = (...args: string[]) =>
  startCli(home, ['user', ...args], { TRIBUTARY_URL: server.url, TRIBUTARY_TOKEN: token }).outcome;

describe('tributary user', () => {
  it('administers the people of a deployment', async () => {
    const invited = await user(
      'invite',
      'ada@example.com',
      '--policy',
      'ampiq-user',
      'amp360-user',
      '--works-in',
      'test',
    );
    expect(invited.stdout).toMatch(/^invited ada@example.com\n/);
    expect((await user()).stdout).toMatch(/ada@example\.com +amp360-user, ampiq-user +test +invited +password/);
    const set = await user('set', 'Ada@example.com', '--policy', 'datagrid-operator', '--json');
    expect(JSON.parse(set.stdout)).toMatchObject({ policies: ['datagrid-operator'], tenants: ['test'] });
    expect((await user('reset-password', 'ada@example.com')).stdout).toBe(
      'mailed ada@example.com another invitation\n',
    );
    expect((await user('remove', 'ada@example.com')).stdout).toBe('removed ada@example.com\n');
  }, 180_000);

  it('asks which person is meant, and what is to change', async () => {
    const several = await user('remove', 'root@example.com');
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('by the id, root or Corp_root')]);
    const nobody = await user('remove', 'eve@example.com');
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('nobody eve@example.com')]);
    expect((await user('set', 'root')).stderr).toContain('nothing to change: say --policy');
    expect((await user('set', 'root', '--no-works-in')).stderr).toContain('no tenants: expected one or more');
  }, 180_000);

  it('says on a laptop that it has one user', async () => {
    const { code, stderr } = await cli(home, 'user', 'list');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: this home has one user, who has its token/)]);
  }, 180_000);
});
