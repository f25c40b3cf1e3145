import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actionsOf } from '../../api/authorization.ts';
import { newRoutes } from '../../api/routing.ts';
import type { PolicyId } from '../../core/contracts/policies.ts';
import { policiesOf, standardPolicies } from '../../core/policies/standard.ts';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

/** Who may call each route, by the letters of the table's head: what the reference says of the area that it is part of. */
const reference: Record<string, string> = {
  //                                                      Amp360 · ampIQ · Operator · aDministrator
  'GET /tenants': 'A I O D',
  'POST /tenants': '- - - D', // Settings: tenants
  'GET /configuration': '- - O D', // Sources: view page; Feed view; Courier group view
  'GET /configuration/versions': '- - O D',
  'GET /configuration/documents/{kind}/{name}': '- - O D',
  'POST /configuration/validate': '- - O D', // Sources: run validations
  'PUT /configuration': '- - - D', // Courier, feed, table add/edit/delete
  'GET /connections': '- - O D', // Courier run/view; credentials add/view
  'POST /connections/{name}/test': '- - O D',
  'PUT /connections/{name}/secrets/{secret}': '- - O D',
  'POST /discover': '- - - D', // Feed add
  'GET /runs': 'A I O D', // Workflows: view
  'GET /runs/{id}': 'A I O D',
  'POST /runs': '- - O D', // Courier group run
  'GET /schedules': '- - O D', // Courier group view
  'GET /schedules/{group}': '- - O D',
  'POST /schedules/{group}/pause': '- - O D', // Courier group edit: its state
  'POST /schedules/{group}/resume': '- - O D',
  'POST /runs/{id}/stop': 'A - O D', // Workflows: run actions
  'POST /runs/{id}/retry': 'A - O D',
  'GET /tables': 'A - O D', // C360: view tables
  'GET /tables/{schema}/{name}': 'A - O D',
  'POST /queries': 'A - O D', // Queries: all
  'GET /queries/{id}': 'A - O D', // Queries: view results
  'DELETE /queries/{id}': 'A - O D',
  'GET /queries/{id}/result.csv': 'A - O D', // Queries: download
  'GET /persons': 'A - O D', // Stitch: explore Amperity IDs
  'GET /persons/{amp_id}': 'A - O D',
  'GET /stitch/explain': 'A - O D',
  'GET /stitch/report': 'A - O D', // Stitch: metrics, report
  'POST /stitch/evaluate': 'A - O D',
  'GET /stitch/benchmarks': 'A - O D',
  'GET /stitch/benchmarks/{benchmark}/examples': 'A - O D', // Stitch: explore Amperity IDs
  'GET /stitch/review': 'A - O D',
  'GET /stitch/review/answers': 'A - O D',
  'POST /stitch/review/answers': 'A - O D',
  'GET /stitch/gate': 'A - O D',
  'GET /stitch/models': 'A - O D', // Stitch: metrics, report
  'GET /stitch/models/{id}': 'A - O D',
  'POST /stitch/models': '- - O D', // Stitch: run
  'POST /stitch/models/{id}/try': '- - O D', // as training one
  'POST /stitch/models/{id}/accept': '- - - D', // as other changes of the configuration
  'POST /stitch/models/{id}/discard': '- - - D',
  'GET /stitch/corrections': 'A - O D',
  'GET /stitch/corrections/{name}': 'A - O D',
  'POST /stitch/corrections': '- - - D', // as other changes of the configuration
  'POST /stitch/corrections/{name}/undo': '- - - D',
  'GET /quarantine': '- - O D', // Sources: view page
  'GET /quarantine.csv': '- - O D',
  'POST /quarantine/replay': '- - O D', // Feed: load new data
  'GET /quarantine/files': '- - O D',
  'POST /quarantine/files/{id}/set-aside': '- - O D', // Workflow: skip a task that failed
  'POST /quarantine/files/{id}/take-up': '- - O D',
  'GET /sftp': '- - - D', // Settings: users, credentials of partners
  'POST /sftp': '- - - D',
  'POST /sftp/users': '- - - D',
  'POST /sftp/users/{name}/share': '- - - D',
  'POST /sftp/users/{name}/deliveries': '- - O D', // Queries: download, and Destinations: send
  'DELETE /sftp/users/{name}': '- - - D',
  'POST /sftp/users/{name}/keys': '- - - D',
  'DELETE /sftp/users/{name}/keys': '- - - D',
  'POST /sftp/users/{name}/password': '- - - D',
  'POST /sftp/host-keys': '- - - D',
  'DELETE /sftp/host-keys/{id}': '- - - D',
  'GET /sftp/archive': '- - - D',
  'POST /sftp/archive/restoration': '- - - D',
  'POST /stream/v0/data/{stream}': '- - - D', // Streaming Ingest Write Access, which sees nothing
  'GET /pgp/keys': '- - - D',
  'POST /pgp/keys': '- - - D',
  'POST /pgp/rotation': '- - - D',
  'DELETE /pgp/keys/{fingerprint}': '- - - D',
  'GET /users': '- - - D', // Settings: Users tab
  'POST /users': '- - - D',
  'PUT /users/{id}': '- - - D',
  'DELETE /users/{id}': '- - - D',
  'POST /users/{id}/password': '- - - D',
};
const columns: PolicyId[] = ['amp360-user', 'ampiq-user', 'datagrid-operator', 'datagrid-administrator'];

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.open(shopDocuments, {
    // A token is the ids of the policies that its bearer holds, and the tenant that they work in.
    principalOf: async (token) => {
      const [policies = '', tenant = 'test'] = token.split('@');
      const worksIn = (one: string) => one === tenant;
      return { id: 'eve', name: 'eve@example.com', policies: policiesOf(policies.split('+')), worksIn };
    },
  });
});
afterAll(() => api.close());

/** Routes of the app as it runs, as they are in the table. */
const routes = () => {
  const all = [...actionsOf(api.app)].map(([route, action]) => ({
    name: route
      .replace('/api/v0', '')
      .replace('/:tenant/:environment', '')
      .replace(/:(\w+)/g, '{$1}'),
    method: route.split(' ')[0] ?? '',
    path: (route.split(' ')[1] ?? '')
      .replace(':tenant', 'test')
      .replace(':environment', 'production')
      .replace(/:/g, ''),
    action,
  }));
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Whether a policy lets on to a route: what is asked for is nothing there, so that nothing is done. */
async function letsOn(policy: string, { method, path }: { method: string; path: string }): Promise<boolean> {
  const headers = { authorization: `Bearer ${policy}`, 'content-type': 'application/json' };
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{"wrong":' };
  const { status } = await api.app.request(path, { method, headers, ...body });
  return status !== 403;
}

describe('the policies', () => {
  test('let each on to the routes that the reference says, and to no others', async () => {
    const found: Record<string, string> = {};
    for (const route of routes()) {
      const marks = columns.map(async (policy, n) => ((await letsOn(policy, route)) ? 'AIOD'[n] : '-'));
      found[route.name] = (await Promise.all(marks)).join(' ');
    }
    expect(found).toEqual(reference);
  });

  test('let a system that sends records do that and nothing else', async () => {
    const open = [];
    for (const route of routes()) if (await letsOn('streaming-ingest', route)) open.push(route.name);
    expect(open).toEqual(['POST /stream/v0/data/{stream}']);
  });

  test('that nobody holds let nobody on, and several let on to what each does', async () => {
    for (const route of routes()) expect(await letsOn('none', route), route.name).toBe(false);
    const both = await Promise.all(routes().map((route) => letsOn('ampiq-user+datagrid-operator', route)));
    const operator = await Promise.all(routes().map((route) => letsOn('datagrid-operator', route)));
    expect(both).toEqual(operator);
  });

  test('are named in a refusal, with who and what', async () => {
    const headers = { authorization: 'Bearer ampiq-user' };
    const response = await api.app.request('/api/v0/test/production/quarantine', { headers });
    expect(await response.json()).toEqual({
      status: 403,
      message:
        'eve@example.com may not quarantine:view: they hold AmpIQ User, and DataGrid Administrator or DataGrid Operator would allow it',
      request_id: expect.any(String),
    });
  });

  test('hold in the tenants that somebody works in, and in no others', async () => {
    const ofTenants = routes().filter(({ path }) => path.includes('/test/'));
    expect(ofTenants.length).toBeGreaterThan(20);
    for (const route of ofTenants) expect(await letsOn('datagrid-administrator@other', route), route.name).toBe(false);
    const headers = { authorization: 'Bearer datagrid-administrator@other' };
    const disguised = await api.app.request('/api/v0/t%65st/production/tables', { headers });
    expect(await disguised.json()).toMatchObject({
      status: 403,
      message: 'eve@example.com does not work in a tenant "test": `GET /tenants` lists those',
    });
    const listed = await api.app.request('/api/v0/tenants', { headers });
    expect(await listed.json()).toEqual({ data: [] });
  });

  test('are asked for nothing where there is no route', async () => {
    const response = await api.app.request('/api/v0/nothing', { headers: { authorization: 'Bearer none' } });
    expect(response.status).toBe(404);
  });
});

test('the link to a result is for who may download it', async () => {
  const ask = async (policies: typeof standardPolicies) => {
    const own = await TestApi.open(shopDocuments, {
      principalOf: async () => ({ id: 'eve', name: 'eve', policies, worksIn: () => true }),
    });
    const answer = await own.ok<object>('POST', '/queries', { sql: 'SELECT 1 AS one' });
    await own.close();
    return answer;
  };
  const restricted = { id: 'r', name: 'R', statements: [{ effect: 'deny' as const, actions: ['query:download'] }] };
  expect(await ask(standardPolicies)).toHaveProperty('result_url');
  expect(await ask([...standardPolicies, restricted])).not.toHaveProperty('result_url');
});

test('a route that says no action keeps the API from starting', () => {
  const app = newRoutes();
  app.openAPIRegistry.registerPath({ method: 'get', path: '/secrets', responses: { 200: { description: 'All' } } });
  expect(() => actionsOf(app)).toThrow('GET /secrets says no action');
});
