import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import { text } from '../../../core/sql/quote.ts';
import { FileBench, feedOf } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const people = feedOf('id,name,joined:Date');

describe('delimited files', () => {
  it.each([
    ['comma', ','],
    ['tab', '\t'],
    ['pipe', '|'],
    ['semicolon', ';'],
    ['two characters', '||'],
  ])('are read with a %s between the fields', async (label, delimiter) => {
    const content = [
      ['id', 'name', 'joined'],
      ['1', 'Ada', '2024-05-01'],
      ['2', 'Bob', '2024-05-02'],
    ]
      .map((row) => row.join(delimiter))
      .join('\n');
    const format = { type: 'csv', ...(delimiter.length > 1 ? { delimiter } : {}) };
    const { staged } = await bench.read(`${label}.csv`, content, people, { format });
    expect(staged).toEqual([
      { id: '1', name: 'Ada', joined: '2024-05-01', _pk: '1', _updated: 7 },
      { id: '2', name: 'Bob', joined: '2024-05-02', _pk: '2', _updated: 7 },
    ]);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFFid,name,joined\n1,Zoë,2024-05-01\n')],
    [
      'UTF-16LE',
      Buffer.concat([Buffer.from([0xff, 0xfe]), iconv.encode('id,name,joined\n1,Zoë,2024-05-01\n', 'utf-16le')]),
    ],
    [
      'UTF-16BE',
      Buffer.concat([Buffer.from([0xfe, 0xff]), iconv.encode('id,name,joined\n1,Zoë,2024-05-01\n', 'utf-16be')]),
    ],
    ['UTF-16LE without a mark', iconv.encode('id,name,joined\n1,Zoë,2024-05-01\n', 'utf-16le')],
    ['Windows-1252', iconv.encode('id,name,joined\n1,Zoë,2024-05-01\n', 'windows-1252')],
    ['carriage returns', Buffer.from('id,name,joined\r\n1,Zoë,2024-05-01\r\n')],
    ['gzip', gzipSync('id,name,joined\n1,Zoë,2024-05-01\n')],
    ['gzip of several parts', Buffer.concat([gzipSync('id,name,joined\n'), gzipSync('1,Zoë,2024-05-01\n')])],
  ])('are read in %s without being told', async (label, content) => {
    const { staged, counts } = await bench.read(`${label}.csv`, content, people);
    expect(staged).toMatchObject([{ id: '1', name: 'Zoë', joined: '2024-05-01' }]);
    expect(counts).toMatchObject({ rows_read: 1, rows_staged: 1, rows_rejected: 0 });
  });

  it('lose no letter to an encoding: what is none of it is kept, or the file refused', async () => {
    const read = (content: Uint8Array, encoding?: 'windows-1252') =>
      bench.read('letters.csv', content, feedOf('id,name'), { format: { type: 'csv', ...(encoding && { encoding }) } });
    const names = async (...args: Parameters<typeof read>) => (await read(...args)).staged.map(({ name }) => name);
    expect(await names(Buffer.from('id,name\n1,caf\u00e9\u0081\n', 'latin1'), 'windows-1252')).toEqual(['café\u0081']);
    expect(await names(Buffer.from('id,name\n1,Ada\n2,caf\u00e9', 'latin1'))).toEqual(['Ada', 'café']);
    expect(await names(Buffer.concat([Buffer.from('id,name\n1,Zoë\n'), Buffer.alloc(99)]))).toContain('Zoë');
    const utf16 = Buffer.from('\ufeffid,name\n1,Zoë\n', 'utf16le');
    const half = Buffer.from(utf16);
    half.writeUInt16LE(0xd83d, utf16.length - 4);
    for (const broken of [utf16.subarray(0, -1), half]) {
      await expect(read(broken)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringContaining('that are no utf-16le: expected whole characters'),
      });
    }
  });

  it('keep quoted newlines, delimiters and doubled quotes', async () => {
    const { staged } = await bench.read('quoted.csv', 'id,name\n1,"a\n""b"", c"\n2,plain"quote\n', feedOf('id,name'));
    expect(staged).toMatchObject([{ name: 'a\n"b", c' }, { name: 'plain"quote' }]);
  });

  it('without a header are read by position', async () => {
    const feed = feedOf('column_1,column_2:Integer');
    const { staged } = await bench.read('bare.csv', 'a,1\nb,2\n', feed, { format: { type: 'csv', header: false } });
    expect(staged).toMatchObject([
      { column_1: 'a', column_2: 1 },
      { column_1: 'b', column_2: 2 },
    ]);
  });

  it('with nothing but a header give no rows', async () => {
    const { counts } = await bench.read('header.csv', 'id,name,joined\n', people);
    expect(counts).toMatchObject({ rows_read: 0, rows_staged: 0, rows_rejected: 0 });
  });
});

it('says how far it is while it reads, and stops when it is told to', async () => {
  const content = `id,name,joined\n${Array.from({ length: 300_000 }, (_, i) => `${i},${'x'.repeat(40)},2024-05-01\n`).join('')}`;
  const seen: number[] = [];
  await bench.read('long.csv', content, people, { progress: (done) => seen.push(done) });
  expect(seen.at(-1)).toBe(300_000);
  const stopping = new AbortController();
  const reading = bench.read('stopped.csv', content, people, { signal: stopping.signal, progress: () => {} });
  stopping.abort();
  await expect(reading).rejects.toMatchObject({ name: 'RunStopped' });
});

it("an ingest query that fails on a value is its author's to mend, not the file's", async () => {
  const ingestQuery = "SELECT strptime(name, '%Y') AS id FROM file";
  await expect(bench.read('mine.csv', 'id,name\n1,x\n', feedOf('id'), { ingestQuery })).rejects.toMatchObject({
    name: 'QueryFailed',
    message: expect.stringMatching(/^ingest query of mine\.csv/),
  });
});

it('a file of an unknown format is refused with the known ones', async () => {
  const reading = bench.read('a.bin', 'x', people, { format: { type: 'xlsb' } });
  await expect(reading).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('csv, json, ndjson, parquet'),
  });
});

describe('documents and columns', () => {
  const rows = '{"id":"1","name":"Ada","joined":"2024-05-01","tags":["a"]}\n\n{"id":2,"name":null,"extra":1}\n';

  it('NDJSON is read and its new fields are reported', async () => {
    const { staged, counts } = await bench.read('a.ndjson', rows, people, { format: { type: 'ndjson' } });
    expect(staged).toMatchObject([
      { id: '1', joined: '2024-05-01' },
      { id: '2', name: null, joined: null },
    ]);
    expect(counts).toMatchObject({ unknown_columns: ['tags', 'extra'], missing_columns: [] });
  });

  it('a broken NDJSON line is quarantined with its line and the rest is loaded', async () => {
    const content = '{"id":"1"}\n\n{"id":\n[1]\n{"id":"2","joined":"soon"}\n{"id":"3"}\n';
    const { counts, quarantine } = await bench.read('b.ndjson', content, people, { format: { type: 'ndjson' } });
    expect(counts).toMatchObject({ rows_read: 5, rows_staged: 2, rows_rejected: 3 });
    expect(quarantine).toMatchObject([
      { line: 3, column: '', value: '{"id":', expected: 'a JSON object' },
      { line: 4, column: '', value: '[1]' },
      {
        line: 5,
        column: 'joined',
        value: 'soon',
        expected: 'a Date such as 2026-11-23',
        raw: '{"id":"2","joined":"soon"}',
      },
    ]);
  });

  it('a JSON array is read, and so are objects one after the other', async () => {
    const array = await bench.read('a.json', '[{"id":1,"name":"A"},\n {"id":2,"joined":"2024-01-02"}]', people, {
      format: { type: 'json' },
    });
    expect(array.staged).toMatchObject([
      { id: '1', name: 'A' },
      { id: '2', joined: '2024-01-02' },
    ]);
    const loose = await bench.read('b.json', '{"id":1}\n{"id":2,\n"name":"B"}', people, { format: { type: 'json' } });
    expect(loose.staged).toMatchObject([{ id: '1' }, { id: '2', name: 'B' }]);
    const none = await bench.read('c.json', '[]', people, { format: { type: 'json' } });
    expect(none.counts.rows_read).toBe(0);
  });

  it('JSON with a missing brace is unreadable and says where', async () => {
    const broken = bench.read('d.json', '[{"id":1},{"id":2', people, { format: { type: 'json' } });
    await expect(broken).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(/d\.json: the value that begins on line 1 is not closed/),
    });
  });

  it('Parquet keeps its types, zones are honoured, and what does not fit is quarantined', async () => {
    const path = join(bench.folder, 'source.parquet');
    const session = await DuckDbSession.open({ threads: 1 });
    const typed = `SELECT i AS id, i + 0.5 AS amount, TIMESTAMPTZ '2024-07-01 10:00:00+02' AS at, TIMESTAMP '2024-07-01 10:00:00' AS local_at,
      {'a': i} AS nested, 1.5 + i AS whole FROM (SELECT CAST(unnest(range(2)) AS INTEGER) AS i)`;
    await session.run('make', `COPY (${typed}) TO ${text(path)} (FORMAT parquet)`);
    session.close();
    const feed = feedOf('id,amount:Decimal(2),at:Datetime,local_at:Datetime,nested', { time_zone: 'Europe/Paris' });
    const { staged } = await bench.read('typed.parquet', await readFile(path), feed, { format: { type: 'parquet' } });
    const at = '2024-07-01 08:00:00';
    expect(staged[1]).toMatchObject({ id: '1', amount: '1.50', at, local_at: at, nested: '{"a":1}', _pk: '1' });
    const wrong = await bench.read('wrong.parquet', await readFile(path), feedOf('id,whole:Integer'), {
      format: { type: 'parquet' },
    });
    expect(wrong.quarantine).toMatchObject([{ line: 1, column: 'whole', value: '1.5' }, { line: 2 }]);
  });

  it('an ingest query flattens nested data', async () => {
    const content = '{"order":"O1","lines":[{"sku":"a","n":2},{"sku":"b","n":"x"}]}\n{"order":"O2","lines":[]}\n';
    const feed = feedOf('order,sku,n:Integer', { primary_key: ['order', 'sku'] });
    const ingestQuery =
      'SELECT "order", line.sku, line.n FROM (SELECT "order", unnest(lines) AS line FROM file) -- lines';
    const { staged, quarantine } = await bench.read('nested.ndjson', content, feed, {
      format: { type: 'ndjson' },
      ingestQuery,
    });
    expect(staged).toMatchObject([{ order: 'O1', sku: 'a', n: 2, _pk: 'O1|a' }]);
    expect(quarantine).toMatchObject([{ line: 2, column: 'n', value: 'x' }]);
  });

  it('an ingest query sees objects that have ever other names in bounded memory, as MAPs', async () => {
    const numbers = Array.from({ length: 6000 }, (_, n) => n);
    const many = numbers.map((n) => ({ id: n, of: { [`k${n}`]: n } }));
    const wide = Array.from({ length: 3 }, (_, n) => ({
      id: n,
      of: { k7: n },
      ...Object.fromEntries(numbers.slice(0, 1200).map((c) => [`c${c}`, { a: c }])),
    }));
    const sparse = numbers.slice(0, 60).map((n) => ({ id: n, of: { [`k${n}`]: n } }));
    const ingestQuery =
      "SELECT id, file.of.k7 AS x, of['k7'] AS y, left(typeof(of), 3) AS kind FROM file WHERE file.of.k7 IS NOT NULL LIMIT 1";
    for (const type of ['ndjson', 'json'])
      for (const [name, rows, x, kind] of [
        ['many', many, 7, 'MAP'],
        ['wide', wide, 0, 'STR'],
        ['sparse', sparse, 7, 'STR'],
      ] as const) {
        const lines = rows.map((row) => JSON.stringify(row));
        const content = type === 'json' ? `[${lines.join(',')}]` : lines.join('\n');
        const feed = feedOf('id,x:Integer,y:Integer,kind');
        const { staged } = await bench.read(`${name}.${type}`, content, feed, { format: { type }, ingestQuery });
        expect(staged).toMatchObject([{ x, y: x, kind }]);
      }
  });

  it('an ingest query sees every object, also behind a line that is cut short', async () => {
    const content = '{"id":1,"of":{"x":1}}\n{"id":2,"of":\n{"id":3,"of":{"x":3}}\n[4]\n{"id":5,"of":null}\n';
    const { counts, staged, quarantine } = await bench.read('cut.ndjson', content, feedOf('id,x:Integer'), {
      format: { type: 'ndjson' },
      ingestQuery: 'SELECT id, "of".x FROM file',
    });
    expect(staged).toMatchObject([
      { id: '1', x: 1 },
      { id: '3', x: 3 },
      { id: '5', x: null },
    ]);
    expect(counts).toMatchObject({ rows_read: 5, rows_rejected: 2 });
    expect(quarantine).toMatchObject([
      { line: 2, value: '{"id":2,"of":' },
      { line: 4, value: '[4]' },
    ]);
  });

  it.each([
    ['two statements', 'SELECT 1; SELECT 2'],
    ['a statement that writes', 'DROP VIEW file'],
    ['a COPY', "COPY (SELECT 1) TO '/tmp/x.csv'"],
  ])('an ingest query of %s is refused', async (label, ingestQuery) => {
    await expect(bench.read(`${label}.csv`, 'id\n1\n', feedOf('id'), { ingestQuery })).rejects.toMatchObject({
      name: 'RefusedSql',
    });
  });

  it('an ingest query can read no other file and change no setting', async () => {
    const other = await bench.write('other.csv', 'id\n9\n');
    const reach = bench.read('reach.csv', 'id\n1\n', feedOf('id'), {
      ingestQuery: `SELECT * FROM read_csv('${other}')`,
    });
    await expect(reach).rejects.toMatchObject({ message: expect.stringMatching(/Permission Error/) });
  });
});
