import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserAccount } from '../../core/contracts/users.ts';
import type { Principal } from '../../core/policies/policy.ts';
import { policiesOf } from '../../core/policies/standard.ts';
import { TestApi } from '../support/api.ts';
import { KnownUsers } from '../support/known-users.ts';
import { shopDocuments } from '../support/tenant.ts';

const users = new KnownUsers()
  .with('ada', ['datagrid-administrator', 'tenant-test'])
  .with('gus', ['datagrid-administrator', 'tenant-other']);
const principalOf = async (): Promise<Principal> => ({
  id: 'ada',
  name: 'ada@example.com',
  policies: policiesOf(['datagrid-administrator']),
  worksIn: (tenant) => tenant === 'test',
});

let api: TestApi;
beforeAll(async () => {
  const tenants = async () => ['other', 'test'];
  api = await TestApi.open(shopDocuments, { people: { users }, principalOf, tenants });
});
afterAll(() => api.close());

/** Status and body of a call. */
async function ask(method: string, path: string, body?: unknown): Promise<[number, { message: string } & UserAccount]> {
  const response = await api.request(method, `/api/v0/users${path}`, body);
  return [response.status, (await response.json()) as { message: string } & UserAccount];
}

describe('people, by the API', () => {
  it('are invited, changed, sent another password and removed by who administers their tenants', async () => {
    const body = { email: 'Bob@Example.com', policies: ['ampiq-user'], tenants: ['test'] };
    const [status, bob] = await ask('POST', '', body);
    expect([status, bob]).toEqual([201, expect.objectContaining({ email: 'bob@example.com', state: 'invited' })]);
    const path = `/${encodeURIComponent(bob.id)}`;
    expect(await ask('PUT', path, { policies: ['amp360-user'] })).toMatchObject([200, { policies: ['amp360-user'] }]);
    expect(await ask('POST', `${path}/password`)).toMatchObject([200, { id: bob.id }]);
    const listed = await api.request('GET', '/api/v0/users');
    const { data } = (await listed.json()) as { data: UserAccount[] };
    expect(data.map(({ email }) => email)).toEqual(['ada@example.com', 'bob@example.com']);
    expect(await ask('DELETE', path)).toMatchObject([200, { email: 'bob@example.com' }]);
    expect(await ask('DELETE', path)).toMatchObject([404, { message: expect.stringContaining('in your tenants') }]);
  });

  it.each<[what: string, body: object, message: string]>([
    ['an address that is none', { email: 'bob' }, '"bob" is no e-mail address: expected one such as ada@example.com'],
    ['a policy that is none', { policies: ['boss'] }, 'no policy "boss": there is datagrid-administrator'],
    ["a tenant that is not the caller's", { tenants: ['other'] }, 'works in no tenant "other": expected test'],
    ['a field that is none', { admin: true }, 'admin'],
  ])('are refused with %s', async (_what, body, message) => {
    const asked = { email: 'bob@example.com', policies: ['ampiq-user'], tenants: ['test'], ...body };
    expect(await ask('POST', '', asked)).toMatchObject([400, { message: expect.stringContaining(message) }]);
  });

  it('of tenants that the caller does not work in are nobody to them', async () => {
    expect(await ask('PUT', '/gus', { policies: ['ampiq-user'] })).toMatchObject([404, {}]);
    expect(await ask('DELETE', '/ada')).toMatchObject([409, { message: expect.stringContaining('the last DataGrid') }]);
  });
});

it('a home of one user says so', async () => {
  const laptop = await TestApi.open(shopDocuments);
  const calls = [
    ['GET', ''],
    ['POST', '', { email: 'bob@example.com', policies: ['ampiq-user'], tenants: ['test'] }],
    ['PUT', '/ada', {}],
    ['DELETE', '/ada'],
    ['POST', '/ada/password'],
  ] as const;
  for (const [method, path, body] of calls) {
    const response = await laptop.request(method, `/api/v0/users${path}`, body);
    expect(await response.json()).toMatchObject({ status: 404, message: expect.stringContaining('has one user') });
  }
  await laptop.close();
});
