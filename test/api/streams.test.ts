import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policiesOf } from '../../core/policies/standard.ts';
import { TestApi, token } from '../support/api.ts';
import { eventDocuments } from '../support/streams.ts';

let api: TestApi;
beforeAll(async () => {
  const documents = [
    ...eventDocuments(),
    { id: 'stream/orders', format: 'xml' },
    { id: 'stream/narrow', requests_per_second: 2 },
  ];
  api = await TestApi.open(documents, {
    principalOf: async (given) =>
      given === token || given === 'stranger'
        ? {
            id: 'shop',
            name: 'shop',
            policies: policiesOf(['streaming-ingest']),
            worksIn: (tenant) => given === token && tenant === 'test',
          }
        : undefined,
  });
});
afterAll(() => api.close());

interface Sent {
  to?: string;
  type?: string;
  headers?: Record<string, string>;
}

async function send(
  body: string | Uint8Array<ArrayBuffer>,
  { to = 'web-events', type = 'application/json', headers = {} }: Sent = {},
) {
  const response = await api.app.request(`/stream/v0/data/${to}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers },
    body,
  });
  const answer = (await response.json()) as { message?: string; accepted?: number; repeated?: boolean };
  return { status: response.status, headers: response.headers, ...answer };
}

describe('a payload', () => {
  it('is taken when it is of the stream’s format', async () => {
    expect(await send('{"id":1}')).toMatchObject({ status: 202, accepted: 1 });
    expect(await send('[{"id":1},{"id":2}]', { type: 'application/json; charset=UTF-8' })).toMatchObject({
      status: 202,
      accepted: 2,
    });
    const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<order id="1"><line/></order>';
    expect(await send(xml, { to: 'orders', type: 'text/xml' })).toMatchObject({ status: 202, accepted: 1 });
  });

  const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
  it.each([
    ['', 'the payload is no JSON'],
    ['{"id":', 'the payload is no JSON'],
    ['{"id":1}{"id":2}', 'the payload is no JSON'],
    ['7', 'the payload is 7: expected an object'],
    ['[]', 'the batch is empty'],
    ['[{"id":1},[{"id":2}]]', 'record 2 of the batch is [{"id":2}]: expected an object'],
    [`[${'{},'.repeat(10_000)}{}]`, 'the batch has 10001 records: expected 10000 at most'],
    [deep, 'more than 100 levels deep'],
    ['{"id":"\\ud800"}', 'the text "\\ud800", in which one half of a surrogate pair stands alone'],
    ['[{"id":1},{"a":{"\\udc00x":2}}]', 'one half of a surrogate pair stands alone'],
    ['{"a":[{"id":1,"i\\u0064":2}]}', 'an object with "id" twice'],
    ['{"p":{"a":1,"A":2}}', 'an object with "A" twice'],
  ])('of JSON that is wrong is refused: %.20s', async (body, message) => {
    expect(await send(body)).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  it.each([
    ['', 'document must contain a root element'],
    ['<a>', 'unclosed tag: a'],
    ['<a></b>', 'line 1'],
    ['<a/><b/>', 'line 1'],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'document type'],
    ['<?xml version="1.0" encoding="latin1"?><a/>', 'its encoding is latin1: expected UTF-8'],
    [`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, 'more than 64 levels deep'],
    ['<?xml version="1.1"?><r><row>a&#1;b</row></r>', 'it says that it is XML 1.1: expected XML 1.0'],
    ['<r><row>a&#1;b</row></r>', 'malformed character entity'],
  ])('of XML that is wrong is refused: %.20s', async (body, message) => {
    const refused = await send(body, { to: 'orders', type: 'application/xml' });
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  it('is refused as what it is when it is no UTF-8, too large, of another type, or packed', async () => {
    expect(await send(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ status: 400 });
    expect(await send(`{"id":"${'x'.repeat(1024 * 1024)}"}`)).toMatchObject({ status: 413 });
    for (const type of ['application/xml', 'text/csv', 'application/json; charset=latin1']) {
      expect(await send('{"id":1}', { type })).toMatchObject({ status: 415 });
    }
    expect(await send('{"id":1}', { headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 415 });
  });

  it('is refused without a token, to another tenant, and to a stream that is not there', async () => {
    expect(await send('{}', { headers: { authorization: '' } })).toMatchObject({ status: 401 });
    expect(await send('{}', { headers: { 'x-tributary-tenant': 'other' } })).toMatchObject({ status: 403 });
    const stranger = await send('{}', { headers: { authorization: 'Bearer stranger' } });
    expect(stranger).toMatchObject({ status: 400, message: expect.stringContaining('X-Tributary-Tenant') });
    expect(await send('{}', { to: 'clicks' })).toMatchObject({
      status: 404,
      message: 'no stream/clicks: there is stream/narrow, stream/orders, stream/web-events',
    });
  });
});

describe('a limit of requests', () => {
  it('is told with each answer, and when to come again once it is reached', async () => {
    const first = await send('{"id":1}', { to: 'narrow' });
    expect(first.status).toBe(202);
    expect(first.headers.get('ratelimit-limit')).toBe('2');
    expect(first.headers.get('ratelimit-remaining')).toBe('1');
    await send('{"id":2}', { to: 'narrow' });
    const refused = await send('{"id":3}', { to: 'narrow' });
    expect(refused).toMatchObject({ status: 429, message: expect.stringContaining('more than 2 requests a second') });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
  });
});

describe('an idempotency key', () => {
  const key = (value: string) => ({ headers: { 'idempotency-key': value } });

  it('makes a request that is sent again, even at once, one request', async () => {
    const sent = Array.from({ length: 5 }, () => send('{"id":9}', key('order-9')));
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(answers.filter(({ repeated }) => repeated)).toHaveLength(4);
  });

  it('is of its records alone, and short', async () => {
    await send('{"id":9}', key('order-10'));
    expect(await send('{"id":10}', key('order-10'))).toMatchObject({ status: 409 });
    expect(await send('{"id":9}', key('x'.repeat(256)))).toMatchObject({ status: 400 });
  });
});
