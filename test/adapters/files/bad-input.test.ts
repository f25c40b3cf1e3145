import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { minding } from '../../../adapters/files/writing.ts';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import { text } from '../../../core/sql/quote.ts';
import { FileBench, feedOf } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const orders = feedOf('id,amount:Decimal(2),at:Datetime');

it('a bad value is quarantined with its line, counted past quoted newlines and blank lines', async () => {
  const content =
    'id,amount,at,note\r\n1,2.50,2024-01-01,"two\r\nlines"\r\n\r\n2,lots,2024-01-01,x\r\n3,1,never,"y, z"\r\n,1,,\r\n';
  const { counts, quarantine, staged } = await bench.read('values.csv', content, orders);
  expect(staged).toMatchObject([{ id: '1', amount: '2.50', at: '2024-01-01 00:00:00' }]);
  expect(counts).toMatchObject({ rows_read: 4, rows_staged: 1, rows_rejected: 3, unknown_columns: ['note'] });
  expect(quarantine).toMatchObject([
    {
      line: 5,
      column: 'amount',
      value: 'lots',
      expected: 'a number such as 4.25, with up to 36 digits before the point',
    },
    { line: 6, column: 'at', value: 'never', raw: '{"id":"3","amount":"1","at":"never","note":"y, z"}' },
    { line: 7, column: 'id', value: null, expected: 'a value, since it is part of the primary key' },
  ]);
});

it('numbers of more digits than most keep them all, beside bad ones that are quarantined', async () => {
  const content = 'id,amount,at\n1,1.5,\n2,lots,\n3,123456789012345678901234567890.125,\n4,"$1,234.50",\n';
  const { staged, quarantine } = await bench.read('long.csv', content, orders);
  expect(staged.map(({ amount }) => amount)).toEqual(['1.50', '123456789012345678901234567890.13', '1234.50']);
  expect(quarantine).toMatchObject([{ line: 3, column: 'amount', value: 'lots' }]);
});

it('ragged rows and stray quotes are quarantined by themselves, and lines behind them are loaded', async () => {
  const content = 'id,amount,at\n1,1,\n2,2\n3,3,,4\n4,"4"x,\n5,"5,\n6,6,\n7,"bad\n8,8,\n';
  const { counts, quarantine, staged } = await bench.read('ragged.csv', content, orders);
  expect(staged.map(({ id }) => id)).toEqual(['1', '6', '8']);
  expect(counts).toMatchObject({ rows_read: 8, rows_rejected: 5 });
  expect(quarantine).toMatchObject([
    { line: 3, column: '', value: '2,2', expected: '3 fields, not 2', raw: '"2,2"' },
    { line: 4, expected: '3 fields, not 4' },
    { line: 5, value: '4,"4"x,' },
    { line: 6, value: '5,"5,' },
    { line: 8, value: '7,"bad', expected: 'a quoted field to be closed' },
  ]);
});

it('bad UTF-8 in a few rows of a UTF-8 file quarantines those rows', async () => {
  const content = Buffer.concat([
    Buffer.from('id,amount,at\nZoë,1,\nÅsa,1,\nb'),
    Buffer.from([0xe9]),
    Buffer.from(',2,\nc,x,\n'),
  ]);
  const { staged, quarantine } = await bench.read('utf8.csv', content, orders);
  expect(staged.map(({ id }) => id)).toEqual(['Zoë', 'Åsa']);
  expect(quarantine).toMatchObject([
    { line: 4, value: 'bé,2,', expected: 'text in UTF-8' },
    { line: 5, column: 'amount' },
  ]);
});

it('mixed line ends are read', async () => {
  const { staged } = await bench.read('ends.csv', 'id,amount,at\n1,1,\r\n2,2,\r3,3,\n', orders);
  expect(staged.map(({ id }) => id)).toEqual(['1', '2', '3']);
});

it('a truncated gzip is unreadable and says at which byte', async () => {
  const whole = gzipSync(`id,amount,at\n${Array.from({ length: 2000 }, (_, i) => `${i},${Math.sin(i)},\n`).join('')}`);
  const broken = bench.read('cut.csv.gz', whole.subarray(0, whole.length / 2), orders);
  await expect(broken).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringMatching(/not whole gzip.*at byte \d+/),
  });
});

it('a header that names a column twice is unreadable and says which', async () => {
  await expect(bench.read('twice.csv', 'id,amount,ID\n1,2,3\n', orders)).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringContaining('"ID" twice, in columns 1 and 3'),
  });
});

it('an empty file that should have a header is unreadable', async () => {
  await expect(bench.read('empty.csv', '', orders)).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringContaining('is empty'),
  });
  const bare = await bench.read('bare.csv', '', orders, { format: { type: 'csv', header: false } });
  expect(bare.counts.rows_read).toBe(0);
  const lines = await bench.read('none.ndjson', '', orders, { format: { type: 'ndjson' } });
  expect(lines.counts.rows_read).toBe(0);
});

it('Parquet cut short is unreadable', async () => {
  await expect(
    bench.read('cut.parquet', 'PAR1 and no more', orders, { format: { type: 'parquet' } }),
  ).rejects.toMatchObject({ name: 'UnreadableFile' });
});

it('Parquet that lacks some of its rows is unreadable, and no path of this machine is told', async () => {
  const path = join(bench.folder, 'good.parquet');
  const session = await DuckDbSession.open({ threads: 1 });
  await session.run('good', `COPY (SELECT i AS id FROM range(1000) t(i)) TO ${text(path)} (FORMAT parquet)`);
  session.close();
  const good = await readFile(path);
  const lacking = Buffer.concat([good.subarray(0, 4), good.subarray(good.length - 400)]);
  await expect(bench.read('lacking.parquet', lacking, orders, { format: { type: 'parquet' } })).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.not.stringContaining(bench.folder),
  });
});

it.each([
  ['first', ''],
  ['second', 'id,amount,at\n'],
])('a %s line without an end is unreadable, without its whole being held', async (label, before) => {
  const long = before + 'x'.repeat(40 * 1024 * 1024);
  await expect(bench.read(`${label}.csv`, long, orders)).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringMatching(/has a line longer than 8388608 bytes at byte \d+/),
  });
});

const hasFullDevice = existsSync('/dev/full');
if (!hasFullDevice) console.log('there is no /dev/full here, so a full disk is not tried');

it.runIf(hasFullDevice)('a full disk is named as such', async () => {
  await expect(minding('orders.csv', () => writeFile('/dev/full', 'x'))).rejects.toMatchObject({
    name: 'DiskFull',
    message: expect.stringContaining('reading orders.csv: no space left'),
  });
});

it('above the error threshold nothing is loaded, and the quarantine is still there', async () => {
  const feed = feedOf('id,amount:Integer', { error_threshold: 10 });
  await expect(bench.read('threshold.csv', 'id,amount\n1,1\n2,x\n', feed)).rejects.toMatchObject({
    name: 'ErrorThresholdExceeded',
    message: expect.stringContaining('line 3, amount: "x", expected an Integer such as 42'),
    data: { feed: feed.id, rows_read: 2, rows_rejected: 1 },
  });
  expect(await bench.quarantine('threshold.csv')).toHaveLength(1);
});

it('a lacking column is reported and NULL, and a re-typed one goes to quarantine', async () => {
  const { counts, quarantine } = await bench.read('drift.csv', 'id,amount,colour\n1,n/a,red\n2,3,blue\n', orders);
  expect(counts).toMatchObject({ unknown_columns: ['colour'], missing_columns: ['at'], rows_rejected: 1 });
  expect(quarantine).toMatchObject([{ line: 2, column: 'amount', value: 'n/a' }]);
});

it('a file that is replaced while it is read is not loaded', async () => {
  const content = `id,amount,at\n${Array.from({ length: 200_000 }, (_, i) => `${i},1,\n`).join('')}`;
  const path = await bench.write('moving.csv', content);
  let isRead = false;
  const reading = bench.read('moving.csv', content, orders).finally(() => {
    isRead = true;
  });
  const replacing = async () => {
    for (let more = 1; !isRead; more++) {
      await writeFile(path, content + 'x,1,\n'.repeat(more));
      await new Promise((go) => setTimeout(go, 20));
    }
  };
  await Promise.all([expect(reading).rejects.toMatchObject({ name: 'FileChanged' }), replacing()]);
});

it('duplicates in one file fold to the newest, and to the last of equal ones', async () => {
  const feed = feedOf('id,name,at:Datetime', { last_updated: 'at' });
  const content =
    'id,name,at\n1,old,2024-01-01\n1,new,2024-03-01\n1,older,2024-02-01\n2,first,2024-01-01\n2,last,2024-01-01\n3,none,\n';
  const { staged, counts } = await bench.read('fold.csv', content, feed);
  expect(staged.map(({ name }) => name)).toEqual(['new', 'last', 'none']);
  expect(counts).toMatchObject({ rows_read: 6, rows_staged: 3, rows_superseded: 3 });
});

it('keys of several columns never meet', async () => {
  const feed = feedOf('a,b', { primary_key: ['a', 'b'] });
  const { counts } = await bench.read('keys.csv', 'a,b\nx|y,z\nx,y|z\nx\\,|z\n', feed);
  expect(counts.rows_staged).toBe(3);
});
