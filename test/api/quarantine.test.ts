import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import type { RefusedRow } from '../../core/feeds/quarantine.ts';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

let api: TestApi;
const feed = 'feed/web-customers';
const tolerant = (change: object) =>
  shopDocuments.map((document) => (document.id === feed ? { ...document, error_threshold: 100, ...change } : document));

beforeAll(async () => {
  api = await TestApi.open(tolerant({}));
  await api.tenant.drop(
    'web/2026-11-01/customers.csv',
    csv(
      ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
      ['1', 'Ada', 'Lovelace', 'ada@example.com', '1815-12-10', '2026-11-01T08:00:00Z'],
      ['2', 'Charles', 'Babbage', 'charles@example.com', '26. Dez. 1791', '2026-11-01T08:00:00Z'],
      ['', '"Eve ""E"""', '"x,y"', '', '', '2026-11-01T08:00:00Z'],
    ),
  );
  const run = await api.tenant.run({ ingest_only: true });
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
});
afterAll(() => api.close());

const rows = async (query = '') => api.ok<{ data: RefusedRow[]; next_token?: string }>('GET', `/quarantine${query}`);

test('bad rows are listed with line, column, value and what was expected', async () => {
  const { data, next_token } = await rows();
  expect(next_token).toBeUndefined();
  expect(data).toMatchObject([
    { feed, line: 3, column: 'birth_date', value: '26. Dez. 1791', expected: expect.stringContaining('Date') },
    { feed, line: 4, column: 'id' },
  ]);
  expect((await rows(`?feed=${feed}&run_id=${data[0]?.run_id}`)).data).toEqual(data);
  expect((await rows('?feed=feed/web-lines')).data).toEqual([]);
  expect((await rows('?run_id=run-20200101-000000-aaaa')).data).toEqual([]);
});

test('no bad rows of a feed that there is not are a refusal that names the feeds there are', async () => {
  for (const path of ['/quarantine', '/quarantine.csv']) {
    expect(await api.refusal('GET', `${path}?feed=feed/web-customer`)).toMatchObject({
      status: 404,
      message: expect.stringMatching(/no feed "feed\/web-customer", there is .*feed\/web-customers/),
    });
  }
});

test('bad rows come in pages', async () => {
  const first = await rows('?limit=1');
  const second = await rows(`?limit=1&next_token=${first.next_token}`);
  expect([...first.data, ...second.data].map((row) => row.line)).toEqual([3, 4]);
  expect(second.next_token).toBeUndefined();
  expect(await api.refusal('GET', '/quarantine?next_token=nonsense')).toMatchObject({ status: 400 });
});

test('bad rows are exported as CSV', async () => {
  const response = await api.call('GET', '/quarantine.csv');
  expect(response.headers.get('content-type')).toContain('text/csv');
  const lines = (await response.text()).split('\r\n');
  expect(lines[0]).toBe('feed,run_id,file,line,column,value,expected,raw');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toContain(',3,birth_date,26. Dez. 1791,');
  expect(lines[2]).toContain('Eve \\""E\\""');
});

test('a replay finds nothing to do before the feed is mended', async () => {
  expect(await api.ok('POST', '/quarantine/replay', { feed })).toMatchObject({ files: [], run: null });
  expect(await api.refusal('POST', '/quarantine/replay', { feed: 'feed/nothing' })).toMatchObject({ status: 404 });
});

test('once the feed is mended, a replay loads what it takes by now and tells what is still bad', async () => {
  const fields = shopDocuments.flatMap((document) => (document.id === feed ? (document.fields ?? []) : []));
  const mended = fields.map((field) =>
    field.field === 'birth_date' ? { ...field, type: 'String', semantics: [] } : field,
  );
  await api.tenant.configure(tolerant({ fields: mended }));
  const replay = await api.ok<{ run: Run }>('POST', '/quarantine/replay', { feed });
  expect(replay).toMatchObject({ feed, files: ['2026-11-01/customers.csv'], rows: 2, mended: 1, still_bad: 1 });
  await api.tenant.environment.workflows.ended(replay.run.id);
  const query = { sql: 'SELECT id, birth_date FROM domain.web_customers ORDER BY id' };
  expect(await api.ok('POST', '/queries', query)).toMatchObject({
    rows: [
      ['1', '1815-12-10'],
      ['2', '26. Dez. 1791'],
    ],
  });
  expect((await rows(`?run_id=${replay.run.id}`)).data).toMatchObject([{ line: 4, column: 'id' }]);
  expect(await api.ok('POST', '/quarantine/replay', { feed })).toMatchObject({ files: [], run: null });
});
