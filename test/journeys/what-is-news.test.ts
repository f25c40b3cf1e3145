import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { streamFolders } from '../../adapters/streams/folders.ts';
import { eventDocuments } from '../support/streams.ts';
import { csv, TestTenant } from '../support/tenant.ts';
import { zipOf } from '../support/zip.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

async function run(courier_group = 'courier-group/daily'): Promise<string[]> {
  const { error, tasks } = await tenant.run({ courier_group });
  expect(error).toBeUndefined();
  return tasks.filter((task) => task.name === 'ReadFile').map((task) => task.label);
}

describe('a closed file of a stream', () => {
  const pages = () => tenant.query('SELECT id, page FROM web_events');
  const closed = (n: number) => {
    const { files } = streamFolders(tenant.environment.folders.streams, 'web-events');
    return join(files, '2026-11-01', `20261101T10000000${n}.ndjson`);
  };
  const close = async (n: number, page: string) => {
    await mkdir(dirname(closed(n)), { recursive: true });
    await writeFile(closed(n), `${JSON.stringify({ id: 'e-1', page })}\n`);
  };

  it('is loaded, also when it holds what an earlier one of its day held', async () => {
    tenant = await TestTenant.open(eventDocuments());
    for (const [n, page] of ['on', 'off', 'on'].entries()) {
      await close(n, page);
      expect(await run('courier-group/events')).toHaveLength(1);
      expect(await pages()).toEqual([{ id: 'e-1', page }]);
    }
  });

  it('is loaded once, also when it is there again after it was landed', async () => {
    tenant = await TestTenant.open(eventDocuments());
    await close(0, 'on');
    await run('courier-group/events');
    await close(1, 'off');
    await close(0, 'on');
    expect(await run('courier-group/events')).toHaveLength(1);
    expect(await pages()).toEqual([{ id: 'e-1', page: 'off' }]);
    expect(await run('courier-group/events')).toEqual([]);
  });
});

describe('a file that two files of a set mean', () => {
  const entry = (name: string) => ({ name, pattern: 'all.zip', format: { type: 'csv', members: `${name}*` } });
  const documents = (entries: string[], feedOf: (entry: string) => string) => [
    { id: 'tenant/test', name: 'test' },
    { id: 'stitch/default' },
    { id: 'merge-policy/default', sources: [] },
    {
      ...{ id: 'courier/till', type: 'folder', settings: { path: 'till' } },
      files: entries.map(entry),
      loads: entries.map((file) => ({ file, feed: `feed/${feedOf(file)}` })),
    },
    ...[...new Set(entries.map(feedOf))].map((name) => ({
      ...{ id: `feed/${name}`, source: 'till', name, primary_key: ['id'] },
      fields: [{ field: 'id', required: true }],
    })),
    { id: 'courier-group/daily', couriers: [{ courier: 'courier/till' }], run_type: 'source' },
  ];
  const zip = zipOf({ 'shoes.csv': csv(['id'], ['shoe']), 'hats.csv': csv(['id'], ['hat']) });
  const idsOf = async (table: string) =>
    (await tenant.query(`SELECT id FROM till_${table} ORDER BY id`)).map(({ id }) => id);

  it('is loaded for each of them', async () => {
    tenant = await TestTenant.open(documents(['shoes', 'hats'], (file) => file));
    await tenant.drop('till/all.zip', zip);
    await run();
    expect([await idsOf('shoes'), await idsOf('hats')]).toEqual([['shoe'], ['hat']]);
    expect(await run()).toEqual([]);
  });

  it('is loaded for each of them into one feed too', async () => {
    tenant = await TestTenant.open(documents(['shoes', 'hats'], () => 'stock'));
    await tenant.drop('till/all.zip', zip);
    await run();
    expect(await idsOf('stock')).toEqual(['hat', 'shoe']);
  });

  it('is loaded for one that is added when the file was there for long', async () => {
    tenant = await TestTenant.open(documents(['shoes'], (file) => file));
    await tenant.drop('till/all.zip', zip);
    await run();
    await tenant.configure(documents(['shoes', 'hats'], (file) => file));
    expect(await run()).toHaveLength(1);
    expect([await idsOf('shoes'), await idsOf('hats')]).toEqual([['shoe'], ['hat']]);
  });
});
