import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { createApi } from '../../api/app.ts';
import { behindGateway } from '../../lambdas/shared/gateway.ts';
import { DeployedPlatform } from '../../lambdas/shared/platform.ts';
import { tokensOf } from '../../lambdas/shared/tokens.ts';
import { KnownUsers } from '../support/known-users.ts';

const [userPool, client, kid] = ['eu-central-1_Pool', 'the-console', 'the-key'];
const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${userPool}`;
const pool = await generateKeyPair('RS256');
const strange = await generateKeyPair('RS256');

/** Shows the keys of the pool, as Cognito does. */
const keys = createServer(async ({ url }, answer) => {
  const shown = { keys: [{ ...(await exportJWK(pool.publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  answer.statusCode = url === `/${userPool}/.well-known/jwks.json` ? 200 : 404;
  answer.end(JSON.stringify(shown));
});
await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
afterAll(() => void keys.close());
const endpoint = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;

const users = new KnownUsers();
const places = [
  { tenant: 'acme', environment: 'production' },
  { tenant: 'globex', environment: 'production' },
];
const platform = new DeployedPlatform(places as never, { users }, tokensOf({ userPool, client, endpoint }));

/** Somebody's token for an hour, but for what is said. */
function token(claims: Record<string, unknown>, key = pool.privateKey): Promise<string> {
  const usual = { sub: 'somebody', iss: issuer, aud: client, exp: Math.floor(Date.now() / 1000) + 3600 };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
}

const principalOf = async (claims: Record<string, unknown>) => platform.principalOf(await token(claims));

/** Ids of the policies that a token with these groups stands for. */
const held = async (groups?: unknown) =>
  (await principalOf({ 'cognito:groups': groups }))?.policies.map(({ id }) => id);

const administrator = { 'cognito:groups': ['datagrid-administrator', 'tenant-acme'] };
const unsigned = new UnsecuredJWT({ ...administrator, iss: issuer, aud: client })
  .setSubject('eve')
  .setExpirationTime('1h')
  .encode();

describe('the deployed API', () => {
  it('takes the groups of a person for their policies', async () => {
    expect(await held(['datagrid-administrator'])).toEqual(['datagrid-administrator']);
    expect(await held(['ampiq-user', 'amp360-user'])).toEqual(['amp360-user', 'ampiq-user']);
    for (const none of [['staff'], 'datagrid-administrator', undefined]) expect(await held(none)).toEqual([]);
  });

  it('lets a person into the tenants that they are of a group for', async () => {
    const principal = await principalOf({ 'cognito:groups': ['tenant-acme', 'globex'] });
    expect(['acme', 'globex'].map((tenant) => principal?.worksIn(tenant))).toEqual([true, false]);
    expect((await principalOf({}))?.worksIn('acme')).toBe(false);
  });

  it('knows a person by what lasts, and calls them by their address', async () => {
    const principal = await principalOf({ email: 'ada@example.com' });
    expect(principal).toMatchObject({ id: 'somebody', name: 'ada@example.com' });
  });

  it('takes an access token of its client as well', async () => {
    expect(await principalOf({ aud: undefined, client_id: client })).toMatchObject({ id: 'somebody' });
  });

  it.each([
    ['signed by nobody', async () => unsigned],
    ['signed by another key', () => token(administrator, strange.privateKey)],
    ['of another pool', () => token({ ...administrator, iss: `${issuer}2` })],
    ['of another client of the pool', () => token({ ...administrator, aud: 'another' })],
    ['whose time is over', () => token({ ...administrator, exp: 1_000_000_000 })],
    ['that never ends', () => token({ ...administrator, exp: undefined })],
    ['that is none', async () => 'no.such.token'],
  ])('knows nobody by a token %s', async (_, forged) => {
    expect(await platform.principalOf(await forged())).toBeUndefined();
  });

  it('says that it failed, not that a token is bad, when the keys cannot be had', async () => {
    const given = await token(administrator);
    await expect(tokensOf({ userPool: 'eu-central-1_Other', client, endpoint })(given)).rejects.toThrow();
  });

  it('makes no tenant: the configuration does', () => {
    expect(() => platform.createTenant()).toThrow('add one there, and deploy');
  });
});

describe('the API behind its gateway', () => {
  const answer = behindGateway(createApi(platform));
  /** As the gateway hands on a request: with the path decoded, by the route that it chose. */
  const ask = (rawPath: string, bearer: string, { route = 'GET /api/v0/{proxy+}', body = '' } = {}) => {
    const [method = 'GET'] = route.split(' ');
    const requestContext = { requestId: 'one', domainName: 'api.example.com', http: { method, path: rawPath } };
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const about = { version: '2.0', routeKey: route, rawPath, rawQueryString: '', headers, isBase64Encoded: false };
    return answer({ ...about, body, requestContext } as never);
  };

  it('answers who has a token of the pool', async () => {
    const given = await ask('/api/v0/tenants', await token(administrator));
    expect([given.statusCode, JSON.parse(given.body)]).toEqual([200, { data: [{ name: 'acme' }] }]);
  });

  it('answers 401 to a forged token, whatever let it through', async () => {
    expect(await ask('/api/v0/tenants', unsigned)).toMatchObject({ statusCode: 401 });
  });

  it.each([
    '/handover/../api/v0/tenants',
    '/handover/%2e%2e/api/v0/tenants',
    '/handover/.%2E/api/v0/tenants',
    '/handover/x/./../../api/v0/tenants',
    '/handover/..\\api\\v0\\tenants',
    '/handover/.\t./api/v0/tenants',
    '/handover/x/..',
  ])('leaves no open route by the path %j', async (path) => {
    for (const given of [unsigned, await token(administrator)]) {
      const refused = await ask(path, given, { route: 'GET /handover/{proxy+}' });
      expect([refused.statusCode, JSON.parse(refused.body).message]).toEqual([
        400,
        `the path ${JSON.stringify(path)} has a dot segment or leaves its route: send it resolved`,
      ]);
    }
  });

  it('makes nobody a user who comes by an open route', async () => {
    const body = JSON.stringify({ email: 'eve@example.com', policies: ['datagrid-administrator'], tenants: ['acme'] });
    const route = 'POST /handover/{proxy+}';
    for (const path of ['/handover/../api/v0/users', '/api/v0/users']) {
      expect(await ask(path, unsigned, { route, body })).toMatchObject({ statusCode: 400 });
    }
    expect(await users.list([])).toEqual([]);
  });

  it('answers a link to connection details without a token', async () => {
    const given = await ask('/handover/north/production/no-such-link', '', { route: 'GET /handover/{proxy+}' });
    expect([given.statusCode, given.body]).toEqual([404, expect.stringContaining('There is nothing here')]);
  });
});
