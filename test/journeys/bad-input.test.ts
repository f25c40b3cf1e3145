import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import { inboxFolder } from '../../local/home.ts';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

const header = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const row = (id: string, name = 'Ann') => [id, name, 'Stone', `${id}@example.com`, '1980-01-02', '2026-10-01 00:00:00'];
const many = (n: number) => Array.from({ length: n }, (_, i) => row(`n${i}`));

/** The shop, which also takes compressed and JSON customers. */
const documents = shopDocuments.map((document) =>
  document.id !== 'courier/web'
    ? document
    : {
        ...document,
        files: [
          { name: 'customers', pattern: 'customers*.csv*', format: { type: 'csv' } },
          { name: 'people', pattern: 'people*.json', format: { type: 'json' }, optional: true },
        ],
        loads: [
          { feed: 'feed/web-customers', file: 'customers' },
          { feed: 'feed/web-customers', file: 'people' },
        ],
      },
);

interface BadFile {
  what: string;
  name: string;
  content: string | Uint8Array;
  /** The error that the run must end with; left out: the run ends well and the bad row is in quarantine. */
  error?: RegExp;
}

const badFiles: BadFile[] = [
  {
    what: 'a truncated gzip',
    name: 'customers-1.csv.gz',
    content: gzipSync(csv(header, ...many(5000))).subarray(0, 9000),
    error: /UnreadableFile/,
  },
  {
    what: 'JSON with a missing brace',
    name: 'people-1.json',
    content: '[{"id":"j1","updated_at":"2026-10-01"}, {"id":"j2"',
    error: /UnreadableFile/,
  },
  {
    what: 'the same header twice',
    name: 'customers-2.csv',
    content: csv([...header, 'email'], [...row('d1'), 'x']),
    error: /UnreadableFile/,
  },
  { what: 'an empty file', name: 'customers-3.csv', content: '', error: /UnreadableFile/ },
  {
    what: 'too many bad rows',
    name: 'customers-4.csv',
    content: csv(header, row('g1'), row('g2').with(4, 'yesterday')),
    error: /ErrorThresholdExceeded/,
  },
  {
    what: 'a missing key column',
    name: 'customers-5.csv',
    content: csv(['number', ...header.slice(1)], row('k1')),
    error: /ErrorThresholdExceeded.*the file lacks id, and has number, which the feed doesn't name; line 2, id: null/,
  },
  {
    what: 'a re-typed column',
    name: 'customers-6.csv',
    content: csv(header, row('t1').with(5, 'soon')),
    error: /ErrorThresholdExceeded/,
  },
  {
    what: 'bytes that are not UTF-8 in one row',
    name: 'customers-7.csv',
    content: Buffer.concat([Buffer.from(csv(header, ...many(200))), Buffer.from([0x62, 0x2c, 0xff, 0xfe, 0x0a])]),
  },
  {
    what: 'a stray quote in one row',
    name: 'customers-8.csv',
    content: `${csv(header, ...many(200))}q1,"Ann" x,Stone,q1@example.com,1980-01-02,2026-10-01 00:00:00\n`,
  },
  { what: 'a ragged row', name: 'customers-9.csv', content: `${csv(header, ...many(200))}r1,Ann\n` },
];

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await TestTenant.open(documents);
  await tenant.drop('web/customers-0.csv', csv(header, row('before', 'Zoe')));
  expect((await tenant.run()).error).toBeUndefined();
});
afterAll(() => tenant.close());

const kept = () => tenant.query("SELECT given_name FROM domain.web_customers WHERE id = 'before'");
const failure = (run: Run) => `${run.error?.type}: ${run.error?.message}`;
const rejected = (run: Run) =>
  run.tasks
    .filter((task) => task.name === 'MergeRows')
    .reduce((sum, task) => sum + (task.output as { rows_rejected: number }).rows_rejected, 0);

describe('a bad file', () => {
  it.each(badFiles)(
    'that is $what ends in a named error or in quarantine, and leaves what was there',
    async ({ name, content, error }) => {
      await tenant.drop(`web/${name}`, content);
      const run = await tenant.run();
      if (error) {
        expect(failure(run)).toMatch(error);
        expect(failure(run)).toContain(name);
        expect(run.error?.attribution).toBe('customer');
      } else {
        expect(run.error).toBeUndefined();
        expect(rejected(run)).toBe(1);
      }
      expect(await kept()).toEqual([{ given_name: 'Zoe' }]);
      await tenant.forget(`web/${name}`);
    },
  );

  it('whose one line never ends is refused without reading it into memory', async () => {
    const path = join(inboxFolder(tenant.home, 'test'), 'web/customers-line.csv');
    await mkdir(dirname(path), { recursive: true });
    const stream = createWriteStream(path);
    stream.write(`${header.join(',')}\n`);
    const chunk = Buffer.alloc(1 << 24, 'x');
    for (let written = 0; written < 2 ** 30; written += chunk.length)
      if (!stream.write(chunk)) await once(stream, 'drain');
    stream.end();
    await finished(stream);
    const before = process.memoryUsage().rss;
    const run = await tenant.run();
    expect(failure(run)).toMatch(/UnreadableFile.*customers-line\.csv/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30);
    await tenant.forget('web/customers-line.csv');
  });

  it('that grows while it is read is waited for, and loaded whole', async () => {
    await tenant.drop('web/customers-growing.csv', csv(header, ...many(20_000)));
    const running = tenant.run();
    const late = 200;
    const path = join(inboxFolder(tenant.home, 'test'), 'web/customers-growing.csv');
    for (let n = 0; n < late; n++) await appendFile(path, csv(row(`late${n}`)));
    const run = await running;
    expect(run.error).toBeUndefined();
    const again = await tenant.run();
    expect(again.error).toBeUndefined();
    const [after] = await tenant.query("SELECT count(*) AS n FROM domain.web_customers WHERE id LIKE 'late%'");
    expect(Number(after?.n)).toBe(late);
  });
});

describe('a file with another schema', () => {
  it('loads with new columns left out and missing ones empty, and tells of both', async () => {
    await tenant.drop(
      'web/customers-drift.csv',
      csv(['id', 'nickname', 'updated_at'], ['drift', 'Annie', '2026-10-03 00:00:00']),
    );
    const run = await tenant.run();
    expect(run.error).toBeUndefined();
    const read = run.tasks.find((task) => task.name === 'ReadFile')?.output as {
      counts: { unknown_columns: string[]; missing_columns: string[] };
    };
    expect(read.counts.unknown_columns).toEqual(['nickname']);
    expect(read.counts.missing_columns).toEqual(['given_name', 'surname', 'email', 'birth_date']);
  });
});

describe('a failed load', () => {
  it('is done again from the bytes that were kept, once the feed is repaired, even when the file is gone', async () => {
    const two = await TestTenant.open(documents);
    await two.drop('web/customers-1.csv', csv(header, row('a').with(4, '31/12/1980')));
    expect((await two.run()).error?.type).toMatch(/ErrorThresholdExceeded|LoadFailed/);
    await two.withdraw('web/customers-1.csv');
    await two.drop('web/customers-2.csv', csv(header, row('b').with(4, '30/12/1981')));
    const repaired = documents.map((document) =>
      'fields' in document && document.fields && document.id === 'feed/web-customers'
        ? {
            ...document,
            fields: document.fields.map((field) =>
              field.field === 'birth_date' ? { ...field, patterns: ['dd/MM/yyyy'] } : field,
            ),
          }
        : document,
    );
    await two.configure(repaired);
    expect((await two.run()).error).toBeUndefined();
    expect(await two.query('SELECT id, birth_date FROM domain.web_customers ORDER BY id')).toEqual([
      { id: 'a', birth_date: '1980-12-31' },
      { id: 'b', birth_date: '1981-12-30' },
    ]);
    await two.close();
  });
});

describe('a feed that is changed', () => {
  it('loads all of its kept files again, even in a run of one day', async () => {
    const shop = await TestTenant.open(shopDocuments);
    await shop.drop('web/2026-10-01/customers.csv', csv(header, row('a')));
    await shop.drop('web/2026-10-02/customers.csv', csv(header, row('b')));
    expect((await shop.run()).error).toBeUndefined();
    const renamed = shopDocuments.map((document) =>
      'fields' in document && document.fields && document.id === 'feed/web-customers'
        ? {
            ...document,
            fields: document.fields.map((field) =>
              field.field === 'given_name' ? { ...field, column: 'first_name' } : field,
            ),
          }
        : document,
    );
    await shop.configure(renamed);
    expect((await shop.run({ range_from: '2026-10-02', run_type: 'source' })).error).toBeUndefined();
    expect(await shop.query('SELECT id, first_name FROM domain.web_customers ORDER BY id')).toEqual([
      { id: 'a', first_name: 'Ann' },
      { id: 'b', first_name: 'Ann' },
    ]);
    await shop.close();
  });
});
