import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Client } from '../../cli/client.ts';
import { type LocalServer, serve } from '../../local/server.ts';

let server: LocalServer | undefined;
/** Another for each server: a connection to one that has gone may still be held. */
let port = 18_760;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

/** A client of whatever gives this answer. */
async function clientOf(answer: (request: Request) => Response): Promise<Client> {
  server = await serve(answer, port++);
  vi.stubEnv('TRIBUTARY_URL', server.url);
  vi.stubEnv('TRIBUTARY_TOKEN', 'eyJ.a-token.x');
  return Client.open('/nowhere');
}

const json = (status: number, body: object) => () => Response.json(body, { status });

describe('commands with TRIBUTARY_URL', () => {
  test('ask the deployment that it names, with its token, and own no home', async () => {
    const client = await clientOf((request) =>
      Response.json({ path: new URL(request.url).pathname, token: request.headers.get('authorization') }),
    );
    expect(await client.get('/tenants')).toEqual({ path: '/api/v0/tenants', token: 'Bearer eyJ.a-token.x' });
    expect([client.platform, client.isDeployed]).toEqual([undefined, true]);
  });

  test.each<[what: string, answer: (request: Request) => Response, name: string, message: RegExp]>([
    [
      'an expired token',
      json(401, { message: 'Unauthorized' }),
      'Unauthenticated',
      /refused the token: .* sign in again/,
    ],
    [
      'a site that is not the API',
      () => new Response('<html>', { status: 200 }),
      'InvalidInput',
      /answered 200, and not as the API/,
    ],
    [
      'an address without an API',
      json(404, { message: 'Not Found' }),
      'InvalidInput',
      /answered 404, and not as the API .* ApiUrl/,
    ],
    ['too many requests', json(429, { message: 'Too Many Requests' }), 'InternalError', /try again later/],
    ['a body that is too large', json(413, { message: 'Request Entity Too Large' }), 'InvalidInput', /6 MB/],
    ['what the API refuses', json(403, { message: 'ada may not', request_id: 'r' }), 'Forbidden', /^ada may not$/],
    ['a thing that is not there', json(404, { message: 'no table', request_id: 'r' }), 'NotFound', /^no table$/],
    ['a failure of the function', json(500, { message: 'Internal Server Error' }), 'InternalError', /serve-api/],
  ])('say of %s what to do', async (_what, answer, name, message) => {
    const client = await clientOf(answer);
    await expect(client.get('/tenants')).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    await expect(client.get('/tenants')).rejects.not.toThrow('a-token');
  });

  test('say that nobody answers', async () => {
    const client = await clientOf(json(200, {}));
    await server?.close();
    await expect(client.get('/tenants')).rejects.toThrow(
      /^nobody answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
    );
  });

  test.each([
    ['an address without https', 'http://api.example.com', 'x', 'is no address with https'],
    ['no address', 'api.example.com', 'x', 'is no address with https'],
    ['no token', 'https://api.example.com', '', 'TRIBUTARY_TOKEN is not a token'],
    ['two tokens', 'https://api.example.com', 'secret one', 'TRIBUTARY_TOKEN is not a token'],
    ['a token alone', '', 'secret', 'TRIBUTARY_URL is not'],
  ])('refuse %s, and repeat no token', async (_what, url, token, message) => {
    vi.stubEnv('TRIBUTARY_URL', url);
    vi.stubEnv('TRIBUTARY_TOKEN', token);
    const refused = Client.open(await mkdtemp(join(tmpdir(), 'home-')));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow('secret');
  });
});
