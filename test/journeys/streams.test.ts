import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../api/app.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { apiToken } from '../../local/home.ts';
import { LocalPlatform } from '../../local/platform.ts';
import { eventDocuments } from '../support/streams.ts';

let home: string;
let platform: LocalPlatform;
let send: (body: unknown, headers?: Record<string, string>) => Promise<Response>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'streams-'));
  platform = await LocalPlatform.open(home);
  await platform.createTenant({ name: 'test', amp_iq: false }, 'owner');
  const { objects } = await platform.environment('test', 'production');
  const store = new ConfigurationStore(objects);
  const documents = eventDocuments({ continuous: 'courier-group/events', roll: { seconds: 1 } });
  const parsed = documents.map((one) => parseDocument(one));
  await store.commit(await store.head(), parsed, { author: 'owner', at: new Date(), message: 'events' });
  await platform.keepTime();
  const api = createApi(platform);
  const token = await apiToken(home);
  send = async (body, headers = {}) =>
    api.request('/stream/v0/data/web-events', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
});
afterAll(async () => {
  await platform.close();
  await rm(home, { recursive: true, force: true });
});

/** Rows of the domain table once it has so many, or after a minute. */
async function rowsOnce(count: number): Promise<unknown[][]> {
  const { objects, warehouse } = await platform.environment('test', 'production');
  for (const end = Date.now() + 60_000; ; await new Promise((go) => setTimeout(go, 200))) {
    const tables = Object.values(await publishedTables(objects));
    const query = {
      name: 'test',
      sql: 'SELECT id, page, amount FROM web_events ORDER BY id',
      tables,
      asOf: '2026-11-26T00:00:00Z',
    };
    const rows = tables.length === 0 ? [] : (await warehouse.query(query, { limit: 1000 })).rows;
    if (rows.length >= count || Date.now() > end) return rows;
  }
}

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
});
