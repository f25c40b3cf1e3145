import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamFolders } from '../../adapters/streams/folders.ts';
import { createApi } from '../../api/app.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { apiToken, environmentFolders } from '../../local/home.ts';
import { LocalPlatform } from '../../local/platform.ts';
import { eventDocuments } from '../support/streams.ts';

let home: string;
let platform: LocalPlatform;
let post: (stream: string, type: string, body: string, headers?: Record<string, string>) => Promise<Response>;
const send = (body: unknown, headers: Record<string, string> = {}) =>
  post('web-events', 'application/json', JSON.stringify(body), headers);

/** A stream of calls, each an XML document. */
const callDocuments = [
  { id: 'stream/calls', format: 'xml', continuous: 'courier-group/calls', roll: { seconds: 1 } },
  {
    id: 'courier/calls',
    type: 'stream',
    settings: { stream: 'stream/calls' },
    files: [
      { name: 'calls', pattern: '{yyyy}-{MM}-{dd}/*.xml', format: { type: 'xml', row_tag: 'call' }, optional: true },
    ],
    loads: [{ feed: 'feed/calls', file: 'calls' }],
  },
  {
    id: 'feed/calls',
    source: 'phone',
    name: 'calls',
    primary_key: ['id'],
    fields: [{ field: '_id', column: 'id', required: true }, { field: 'said' }],
  },
  { id: 'courier-group/calls', couriers: [{ courier: 'courier/calls' }], run_type: 'source' },
];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'streams-'));
  platform = await LocalPlatform.open(home);
  await platform.createTenant({ name: 'test', amp_iq: false }, 'owner');
  const { objects } = await platform.environment('test', 'production');
  const store = new ConfigurationStore(objects);
  const events = eventDocuments({ continuous: 'courier-group/events', roll: { seconds: 1 } });
  const parsed = [...events, ...callDocuments].map((one) => parseDocument(one));
  await store.commit(await store.head(), parsed, { author: 'owner', at: new Date(), message: 'events' });
  await platform.keepTime();
  const api = createApi(platform);
  const token = await apiToken(home);
  post = async (stream, type, body, headers = {}) =>
    api.request(`/stream/v0/data/${stream}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers },
      body,
    });
});
afterAll(async () => {
  await platform.close();
  await rm(home, { recursive: true, force: true });
});

/** Rows of a query over a domain table once it has so many, or after a minute. */
async function rowsOnce(
  count: number,
  sql = 'SELECT id, page, amount FROM web_events ORDER BY id',
): Promise<unknown[][]> {
  const { objects, warehouse } = await platform.environment('test', 'production');
  for (const end = Date.now() + 60_000; ; await new Promise((go) => setTimeout(go, 200))) {
    const tables = Object.values(await publishedTables(objects));
    const query = { name: 'test', sql, tables, asOf: '2026-11-26T00:00:00Z' };
    const isThere = tables.some(({ name }) => sql.includes(name));
    const rows = isThere ? (await warehouse.query(query, { limit: 1000 })).rows : [];
    if (rows.length >= count || Date.now() > end) return rows;
  }
}

/** Closed files of a stream that no run has landed. */
const filesLeft = async (stream: string) => {
  const { streams } = environmentFolders(home, 'test', 'production');
  const { files } = streamFolders(streams, stream);
  const entries = await readdir(files, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

describe('what is sent to a continuous stream', () => {
  it('is in the domain table within a minute, single or in batches, and once though it is sent twice', async () => {
    const first = await send({ id: 'a', page: 'a “page”\nof two lines', amount: 1.5 });
    expect([first.status, await first.json()]).toEqual([
      202,
      { stream: 'stream/web-events', accepted: 1, repeated: false },
    ]);
    const batch = [{ id: 'b' }, { id: 'c', page: '}]"' }];
    expect(await (await send(batch, { 'idempotency-key': '1' })).json()).toMatchObject({
      accepted: 2,
      repeated: false,
    });
    expect(await (await send(batch, { 'idempotency-key': '1' })).json()).toMatchObject({ accepted: 2, repeated: true });
    expect(await rowsOnce(3)).toEqual([
      ['a', 'a “page”\nof two lines', '1.5000'],
      ['b', null, null],
      ['c', '}]"', null],
    ]);
  });

  it('is rows of the elements that its documents have, of a stream of XML', async () => {
    const answer = await post(
      'calls',
      'application/xml',
      '<calls><call id="1"><said>Où est-ce&#160;?</said></call></calls>',
    );
    expect(answer.status).toBe(202);
    await post('calls', 'application/xml', '<?xml version="1.0"?><call id="2"><said>a &lt; b</said></call>');
    expect(await rowsOnce(2, 'SELECT id, said FROM phone_calls ORDER BY id')).toEqual([
      ['1', 'Où est-ce\u00a0?'],
      ['2', 'a < b'],
    ]);
  });

  it('is kept once: the files of a stream go when their bytes are landed', async () => {
    for (const stream of ['web-events', 'calls']) expect(await filesLeft(stream)).toEqual([]);
  });
});
