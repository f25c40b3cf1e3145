import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFileReader } from '../../../adapters/files/reader.ts';
import { FileBench, feedOf } from '../../support/files.ts';
import { type Cell, workbookOf } from '../../support/workbook.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const text = (content: string): Cell => ({ t: 'inlineStr', xml: `<is><t>${content}</t></is>` });
const people = feedOf('id,name,born:Date,seen:Datetime,spent:Decimal(2),vip:Boolean');
const header = {
  A1: text('id'),
  B1: text('name'),
  C1: text('born'),
  D1: text('seen'),
  E1: text('spent'),
  F1: text('vip'),
};
const ada: Record<string, Cell> = {
  A2: { v: '12345678901' },
  B2: { t: 's', v: '0' },
  C2: { s: 1, v: '29500' },
  D2: { s: 2, v: '45000.520833333336' },
  E2: { s: 4, v: '12.300000000000001' },
  F2: { t: 'b', v: '1' },
};
const strings = ['<r><t>Ada </t></r><r><t xml:space="preserve">&amp; Bob</t></r><rPh><t>x</t></rPh>'];

it('reads a sheet whose first row names the columns: dates as dates, numbers as they are shown', async () => {
  const rows = [header, ada, {}, { A4: { t: 'str', v: 'x1' }, C4: { s: 3, v: '59.5' }, D4: { s: 5, v: '1.5' } }];
  const { staged, quarantine } = await bench.read('a.xlsx', workbookOf({ People: rows }, strings), people, {
    format: { type: 'xlsx' },
  });
  expect(staged).toMatchObject([
    {
      id: '12345678901',
      name: 'Ada & Bob',
      born: '1980-10-06',
      seen: '2023-03-15 12:30:00',
      spent: '12.30',
      vip: true,
    },
  ]);
  expect(quarantine).toMatchObject([
    { line: 4, raw: '{"id":"x1","name":null,"born":"1900-02-28 12:00:00","seen":1.5}' },
  ]);
});

it('keeps what programs write and Excel itself does not: long numbers, words for truths, how a text is read', async () => {
  const read = '<is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is>';
  const row = {
    A2: { v: '123456789012345678' },
    B2: { t: 'inlineStr', xml: read },
    F2: { t: 'b', v: 'true' },
  };
  const { staged } = await bench.read('p.xlsx', workbookOf({ S: [header, row] }), people, { format: { type: 'xlsx' } });
  expect(staged).toMatchObject([{ id: '123456789012345678', name: '東京', vip: true }]);
});

it('takes the sheet and the header row that the format names, and days since 1904 where the workbook counts so', async () => {
  const rows = [
    { A1: text('Report of May') },
    {},
    { A3: text('id'), B3: text('born') },
    { A4: text('1'), B4: { s: 1, v: '0' } },
  ];
  const content = workbookOf({ Notes: [{ A1: text('x') }], 'P &amp; Q': rows }, [], 'date1904="1"');
  const format = { type: 'xlsx', sheet: 'P & Q', header_row: 3 };
  const { staged } = await bench.read('b.xlsx', content, feedOf('id,born'), { format });
  expect(staged).toMatchObject([{ id: '1', born: '00:00:00' }]);
  await expect(bench.read('b.xlsx', content, people, { format: { type: 'xlsx', sheet: 'Q' } })).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: 'b.xlsx has no sheet "Q": it has "Notes", "P & Q": expected `sheet` of its format to be one of them',
  });
});

it('sets apart a row that points to nothing, and refuses what is no workbook', async () => {
  const content = workbookOf({ S: [header, { A2: { t: 's', v: '7' } }, { A3: text('3') }] });
  const { staged, quarantine } = await bench.read('c.xlsx', content, people, { format: { type: 'xlsx' } });
  expect(staged).toMatchObject([{ id: '3' }]);
  expect(quarantine).toMatchObject([{ line: 2, column: '', expected: 'texts that the workbook has, not number 7' }]);
  for (const [name, bytes, why] of [
    ['old.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /is not an Excel workbook/],
    ['cut.xlsx', content.subarray(0, -30), /not whole zip/],
    ['twice.xlsx', workbookOf({ S: [{ A1: text('id'), B1: text('ID') }] }), /row 1 names "ID" twice/],
    [
      'broken.xlsx',
      workbookOf({ S: [{ A1: { xml: '<oops>' } }] }),
      /broken\.xlsx\/xl\/worksheets\/sheet1\.xml: line 2:\d+/,
    ],
  ] as const) {
    await expect(bench.read(name, bytes, people, { format: { type: 'xlsx' } })).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(why),
    });
  }
});

it('finds a part whose name is written in other letters, and refuses a workbook that lacks one', async () => {
  const content = workbookOf({ S: [{ A1: text('id') }, { A2: text('1') }] }).toString('latin1');
  const named = (name: string) => Buffer.from(content.replaceAll('xl/worksheets/sheet1.xml', name), 'latin1');
  const format = { type: 'xlsx' };
  const { staged } = await bench.read('e.xlsx', named('xl/worksheets/Sheet1.xml'), feedOf('id'), { format });
  expect(staged).toMatchObject([{ id: '1' }]);
  await expect(bench.read('f.xlsx', named('xl/worksheets/other1.xml'), feedOf('id'), { format })).rejects.toMatchObject(
    {
      name: 'UnreadableFile',
      message: expect.stringMatching(/^f\.xlsx\/xl\/worksheets\/sheet1\.xml: .*lacks it/),
    },
  );
});

it('is discovered by its bytes', async () => {
  const content = workbookOf({ People: [header, ada] }, strings);
  const found = await createFileReader().discover(await bench.write('d.bin', content), 'd.bin');
  expect(found).toMatchObject({ rows: 1, format: { type: 'xlsx', sheet: 'People' } });
  expect(found.columns.find(({ field }) => field === 'born')).toMatchObject({ type: 'Date' });
});
