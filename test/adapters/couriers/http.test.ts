import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { courierSource } from '../../../adapters/couriers/registry.ts';
import { testConnection } from '../../../adapters/couriers/test-connection.ts';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { Courier, CourierFile } from '../../../core/contracts/sources.ts';
import type { Reading, SourceFile } from '../../../core/feeds/port.ts';
import { courierSourceContract, fetched, going, onlyFile } from '../../contracts/couriers.ts';
import { aConnection, courierContext } from '../../support/couriers.ts';
import { FaultyServer, serveFile } from '../../support/faulty-server.ts';

const server = await FaultyServer.start();
afterAll(() => server.kill());

const secrets = { token: 'the-token', password: 'the-password', key: 'the-key', client_secret: 'the-client-secret' };
const context = courierContext(secrets);
const files = [CourierFile.parse({ name: 'any', pattern: '*', format: { type: 'csv' } })];

function sourceOf(requests: Record<string, unknown>[], settings: Record<string, unknown> = {}, given = context) {
  const courier = { id: 'courier/test', type: 'http', connection: 'connection/test', settings: { requests }, files };
  return courierSource(Courier.parse(courier), given, aConnection('http', { base_url: server.origin, ...settings }));
}

const api = (more: Record<string, unknown> = {}) => ({
  name: 'items.ndjson',
  path: '/items',
  records: 'data',
  ...more,
});

/** What the one request of a source gives: its lines, and the mark of the next reading. */
async function read(source: ReturnType<typeof sourceOf>, reading: Partial<Reading> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'http-')), 'file');
  const found = await source.fetch(await onlyFile(source), path, { signal: going, ...reading });
  await source.close?.();
  return { found, text: await readFile(path, 'utf8'), mark: found?.mark };
}

const json = (
  response: { setHeader(name: string, value: string): unknown; end(text: string): unknown },
  body: unknown,
) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
};

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

describe('records of an API', () => {
  const pages = [[{ id: 1 }, { id: 2 }], [{ id: 3 }], []];
  const lines = '{"id":1}\n{"id":2}\n{"id":3}\n';

  it.each([
    ['numbers', { by: 'page', parameter: 'p', first: 0 }],
    ['a cursor', { by: 'cursor', parameter: 'after', at: 'meta.next' }],
    ['links in headers', { by: 'link' }],
    ['links in answers', { by: 'link', at: 'meta.url' }],
  ])('are read page by page, by %s', async (_, paging) => {
    server.answers((_request, response, { searchParams }) => {
      const n = Number(searchParams.get('p') ?? searchParams.get('after') ?? 0);
      const isLast = n + 1 >= pages.length;
      const next = isLast ? null : n + 1;
      if (!isLast)
        response.setHeader('link', `<${server.origin}/>; rel="first", </items?p=${next}>; title="a, b"; rel="next"`);
      json(response, { data: pages[n] ?? [], meta: { next, url: isLast ? undefined : `/items?p=${next}` } });
    });
    expect((await read(sourceOf([api({ pages: paging })]))).text).toBe(lines);
  });

  it('keep numbers as they were written', async () => {
    server.answers((_, response) => void response.end('{"data":[{"id":12345678901234567890,"price":1.10}]}'));
    expect((await read(sourceOf([api()]))).text).toBe('{"id":12345678901234567890,"price":1.10}\n');
  });

  it('are asked for since the last reading began, and of a period when one is read again', async () => {
    server.answers((_, response) => json(response, { data: [{ id: 1 }] }));
    const request = api({ since: { parameter: 'since' }, until: { parameter: 'until', format: 'seconds' } });
    const query = () => Object.fromEntries(new URL(server.asked.at(-1)?.path ?? '', server.origin).searchParams);
    const before = new Date().toISOString();
    const { mark = '' } = await read(sourceOf([request]));
    expect(query()).toEqual({});
    expect(mark >= before && mark <= new Date().toISOString()).toBe(true);
    await read(sourceOf([request]), { since: '2026-11-23T10:00:00.000Z' });
    expect(query()).toEqual({ since: '2026-11-23T09:55:00.000Z' });
    const again = await read(sourceOf([request]), { since: mark, period: { from: '2026-10-01', to: '2026-10-03' } });
    expect(query()).toEqual({ since: '2026-10-01T00:00:00.000Z', until: String(Date.UTC(2026, 9, 3) / 1000) });
    expect(again.mark).toBeUndefined();
  });

  it('are a file without rows where the whole list is empty, and nothing new where what changed was asked for', async () => {
    for (const data of [[], null]) {
      server.answers((_, response) => json(response, { data }));
      expect((await read(sourceOf([api()]))).found).toMatchObject({ bytes: 0 });
      expect((await read(sourceOf([api({ since: { parameter: 'since' } })]))).found).toBeUndefined();
    }
  });

  it('end before a page that is not there, unless that is the first', async () => {
    const paged = () => sourceOf([api({ pages: { by: 'page', parameter: 'p' } })]);
    server.answers((_, response, { searchParams }) => {
      if (searchParams.get('p') === '1') return json(response, { data: [{ id: 1 }] });
      response.writeHead(404).end();
    });
    expect((await read(paged())).text).toBe('{"id":1}\n');
    server.answers((_, response) => void response.writeHead(404).end());
    await expect(read(paged())).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it.each([
    [429, { 'retry-after': '1' }],
    [503, {}],
    [500, {}],
  ])('are asked for again after a %s', async (status, headers) => {
    const at: number[] = [];
    server.answers((_, response) => {
      at.push(Date.now());
      if (at.length <= 2) return void response.writeHead(status, headers).end();
      json(response, { data: [{ id: 1 }] });
    });
    expect((await read(sourceOf([api()]))).text).toBe('{"id":1}\n');
    expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(status === 429 ? 1990 : 700);
  });

  it.each([
    ['records', api()],
    ['a file', { name: 'items.ndjson', path: '/items' }],
  ])('are waited for as long as they say, but no longer than a step may wait: %s', async (_, request) => {
    const putOff = (seconds: string) =>
      server.answers((_, response) => void response.writeHead(429, { 'retry-after': seconds }).end('slow, the-token'));
    putOff('600');
    const over = new AbortController();
    const source = sourceOf([request], { sign_in: { by: 'bearer' } });
    const reading = source
      .list(files, over.signal)
      .then(([file]) => source.fetch(file as SourceFile, join(tmpdir(), 'put-off'), { signal: over.signal }));
    expect(await Promise.race([reading.catch(() => 'ended'), pause(500, 'waits')])).toBe('waits');
    over.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow();
    expect(server.asked).toHaveLength(1);
    putOff('86400');
    await expect(read(source)).rejects.toMatchObject({
      name: 'SourceRefused',
      message: expect.stringMatching(
        /answered 429, "slow, …": it asks us to come again at 20.*Z, .*10 minutes at most/,
      ),
    });
    expect(server.asked).toHaveLength(1);
  });

  it('never end where pages lead round in a circle: that is refused', async () => {
    server.answers((_, response) => json(response, { data: [{ id: 1 }], next: 'same' }));
    await expect(read(sourceOf([api({ pages: { by: 'cursor', parameter: 'c', at: 'next' } })]))).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining('leads to a page again'),
    });
  });

  it('are refused where the answer has no list of them, or is no JSON', async () => {
    server.answers((_, response) => json(response, { items: [], total: 0 }));
    await expect(read(sourceOf([api()]))).rejects.toThrow('has no list at data, and has items, total');
    server.answers((_, response) => void response.end('<html>'));
    await expect(read(sourceOf([api()]))).rejects.toThrow('what is no JSON');
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
