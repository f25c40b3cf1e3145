import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testConnection } from '../../../adapters/couriers/test-connection.ts';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { courierSourceContract, fetched, going, onlyFile } from '../../contracts/couriers.ts';
import { aConnection } from '../../support/couriers.ts';
import { FaultyServer, serveFile } from '../../support/faulty-server.ts';
import { api, context, files, json, read, startApi } from '../../support/http-api.ts';

const { server, sourceOf } = await startApi();
afterAll(() => server.kill());

courierSourceContract('files by their addresses', async () => {
  const contents = new Map<string, string>();
  const put = async (name: string, content: string) => void contents.set(name, content);
  server.answers((request, response, { pathname }) => {
    const content = contents.get(pathname.slice(1));
    if (content === undefined) return void response.writeHead(404).end();
    serveFile(request, response, Buffer.from(content), `"${createHash('sha256').update(content).digest('hex')}"`);
  });
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'objects-')));
  return { source: sourceOf(['a.csv', 'b.csv', 'a/2026/x.csv'].map((name) => ({ name, path: name }))), objects, put };
});

describe('a file by its address', () => {
  const content = randomBytes(3_000_000);
  const file = [{ name: 'large.bin', path: '/large.bin' }];
  const sha256 = createHash('sha256').update(content).digest('hex');

  it.each([
    ['from the byte reached, where the server can', true],
    ['from the start, where it can not', false],
  ])('goes on %s when a connection was cut', async (_, canResume) => {
    let cuts = 0;
    server.answers((request, response) => {
      if (!canResume) delete request.headers.range;
      if (server.asked.length > 1 && cuts < 2) {
        cuts += 1;
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        response.writeHead(from > 0 ? 206 : 200, {
          etag: '"one"',
          'content-length': content.length - from,
          ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
        });
        response.write(content.subarray(from, from + 1_000_000), () => response.destroy());
        return;
      }
      serveFile(request, response, content, '"one"');
    });
    const source = sourceOf(file);
    const found = await fetched(source, await onlyFile(source));
    expect([found.bytes, found.sha256]).toEqual([content.length, sha256]);
    expect(cuts).toBe(2);
    expect(server.asked.at(-1)?.headers.range !== undefined).toBe(canResume);
    expect(server.asked.at(-1)?.headers['if-range']).toBe('"one"');
    await source.close?.();
  });

  it('is not put together of two files: one that changed while it was cut is refused', async () => {
    server.answers((request, response) => {
      if (server.asked.length !== 2)
        return serveFile(request, response, content, server.asked.length < 2 ? '"one"' : '"two"');
      response.writeHead(200, { etag: '"one"', 'content-length': content.length });
      response.write(content.subarray(0, 1_000_000), () => response.destroy());
    });
    const source = sourceOf(file);
    await expect(fetched(source, await onlyFile(source))).rejects.toMatchObject({ name: 'FileChanged' });
    await source.close?.();
  });

  it('comes whole from a server that was killed and started again', async () => {
    server.answers((request, response) => {
      if (server.asked.length !== 2) return serveFile(request, response, content, '"one"');
      response.writeHead(200, { etag: '"one"', 'content-length': content.length });
      response.write(content.subarray(0, 500_000), () => void server.restart());
    });
    const source = sourceOf(file);
    expect((await fetched(source, await onlyFile(source))).sha256).toBe(sha256);
    await source.close?.();
  });

  it('is not there where the server has none', async () => {
    server.answers((_, response) => void response.writeHead(404).end());
    expect(await sourceOf(file).list(files, going)).toEqual([]);
  });
});

describe('signing in over HTTP', () => {
  const told = async (sign_in: Record<string, unknown>) => {
    server.answers((_, response) => json(response, { data: [] }));
    await read(sourceOf([api()], { sign_in }));
    return server.asked.at(-1)?.headers;
  };

  it('is by a token, a password or a header', async () => {
    expect(await told({ by: 'bearer' })).toMatchObject({ authorization: 'Bearer the-token' });
    const basic = `Basic ${Buffer.from('acme:the-password').toString('base64')}`;
    expect(await told({ by: 'basic', user: 'acme' })).toMatchObject({ authorization: basic });
    expect(await told({ by: 'header', header: 'X-Api-Key' })).toMatchObject({ 'x-api-key': 'the-key' });
    expect((await told({ by: 'nothing' }))?.authorization).toBeUndefined();
  });

  it.each(['header', 'body'])(
    'is by a token that client credentials buy, told in the %s, and buy anew when it ends',
    async (client_in) => {
      let bought = 0;
      server.answers((request, response, { pathname }) => {
        if (pathname === '/token') return json(response, { access_token: `token-${++bought}`, expires_in: 3600 });
        if (request.headers.authorization === 'Bearer token-1' && server.asked.length > 2)
          return void response.writeHead(401).end();
        json(response, { data: [{ id: bought }], next: server.asked.length < 3 ? '/items?p=2' : undefined });
      });
      const sign_in = { by: 'oauth', token_url: `${server.origin}/token`, client_id: 'acme', scope: 'read', client_in };
      const { text } = await read(sourceOf([api({ pages: { by: 'link', at: 'next' } })], { sign_in }));
      expect([text, bought]).toEqual(['{"id":1}\n{"id":2}\n', 2]);
      const [{ body, headers } = { body: '', headers: {} }] = server.asked;
      expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
        grant_type: 'client_credentials',
        scope: 'read',
      });
      expect(body.includes('the-client-secret')).toBe(client_in === 'body');
      expect(headers.authorization !== undefined).toBe(client_in === 'header');
    },
  );

  it('goes over no network in the clear', () => {
    const settings = { base_url: 'http://api.example.com', sign_in: { by: 'bearer' } };
    expect(() => sourceOf([api()], settings)).toThrow(/expected https/);
  });

  it('tells no other system who we are, also when we are sent on to it', async () => {
    const other = await FaultyServer.start();
    other.answers((request, response) => serveFile(request, response, Buffer.from('id\n'), '"x"'));
    server.answers((_, response) => void response.writeHead(302, { location: `${other.origin}/file` }).end());
    const source = sourceOf([{ name: 'a.csv', path: '/a.csv' }], { sign_in: { by: 'header', header: 'X-Api-Key' } });
    expect((await fetched(source, await onlyFile(source))).bytes).toBe(3);
    expect(server.asked.every(({ headers }) => headers['x-api-key'] === 'the-key')).toBe(true);
    expect(other.asked.length).toBeGreaterThan(0);
    expect(JSON.stringify(other.asked)).not.toContain('the-key');
    server.answers((_, response) => json(response, { data: [], next: `${other.origin}/items` }));
    await expect(read(sourceOf([api({ pages: { by: 'link', at: 'next' } })]))).rejects.toThrow(
      'is another system than',
    );
    await source.close?.();
    await other.kill();
  });

  it('says what failed, and never by what', async () => {
    const connection = aConnection('http', { base_url: server.origin, sign_in: { by: 'bearer' }, test_path: '/me' });
    server.answers((_, response) => void response.writeHead(401).end('{"error":"token the-token is expired"}'));
    const test = await testConnection(connection, context);
    expect(test.message).toBe(
      `connection/test: ${server.origin}/me answered 401, "{\\"error\\":\\"token … is expired\\"}": look at the connection's settings and its secret`,
    );
    server.answers((_, response) => json(response, {}));
    expect(await testConnection(connection, context)).toMatchObject({ works: true });
  });
});

it('is not sent on to where a cloud tells credentials', async () => {
  server.answers((_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end());
  await expect(sourceOf([{ name: 'a', path: '/a' }]).list(files, going)).rejects.toMatchObject({
    name: 'SourceRefused',
    message: expect.stringContaining('169.254.169.254 is an address of the platform itself'),
  });
});
