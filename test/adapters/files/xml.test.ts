import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFileReader } from '../../../adapters/files/reader.ts';
import { FileBench, feedOf } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const format = { type: 'xml', row_tag: 'order' };
const key = { primary_key: ['id'] };
const orders = feedOf('_id,customer,amount:Decimal(2)', key);

it('reads every element of one name as a row, attributes and elements as fields', async () => {
  const content = `<?xml version="1.0"?>
<!-- exported -->
<shop:orders xmlns:shop="urn:shop">
  <meta><order-count>2</order-count></meta>
  <shop:order id="1" xmlns:x="urn:x"><customer>Zo&#xeb; &amp; <![CDATA[<Bob>]]></customer><amount>12.5</amount></shop:order>
  <shop:order id="2"><customer/><amount currency="EUR">3</amount><note/></shop:order>
</shop:orders>`;
  const { staged, counts } = await bench.read('orders.xml', content, feedOf('_id,customer', key), { format });
  expect(staged).toMatchObject([
    { id: '1', customer: 'Zoë & <Bob>' },
    { id: '2', customer: null },
  ]);
  expect(counts).toMatchObject({ rows_read: 2, unknown_columns: ['amount', 'note'] });
});

it('tells the line of a bad row', async () => {
  const content =
    '<orders>\n<order\n id="1"><amount>1</amount></order>\n\n<order id="2">\n<amount>lots</amount></order><order id="3"/></orders>';
  const { staged, quarantine } = await bench.read('bad.xml', content, orders, { format });
  expect(staged).toMatchObject([
    { id: '1', amount: '1.00' },
    { id: '3', amount: null },
  ]);
  expect(quarantine).toMatchObject([{ line: 5, column: 'amount', value: 'lots', raw: '{"_id":"2","amount":"lots"}' }]);
});

it('gives ingest queries structures and lists, of one shape in all rows', async () => {
  const content = `<orders>
    <order id="1"><item sku="a">One</item><ship><city>Ulm</city></ship></order>
    <order id="2"><item>Two</item><item sku="c">Three</item></order></orders>`;
  const sql = 'SELECT _id, unnest(item)._VALUE AS item, ship.city AS city FROM file';
  const feed = feedOf('item,_id,city');
  const { staged } = await bench.read('nested.xml', content, feed, { format, ingestQuery: sql });
  expect(staged).toMatchObject([{ item: 'One', city: 'Ulm' }, { item: 'Two', city: null }, { item: 'Three' }]);
});

it('keeps an attribute, an element and a text that would have one name, as a list', async () => {
  const content = '<orders><order id="1"><_id>2</_id><note VALUE="x">y</note></order></orders>';
  const ingestQuery = 'SELECT _id[1] AS _id, _id[2] AS other, note._VALUE[2] AS note FROM file';
  const { staged } = await bench.read('names.xml', content, feedOf('_id,other,note', key), { format, ingestQuery });
  expect(staged).toMatchObject([{ id: '1', other: '2', note: 'y' }]);
});

it.each([
  ['UTF-8 with a mark', '\uFEFF<?xml version="1.0" encoding="utf-8"?>', 'utf-8'],
  ['UTF-8 that says it is UTF-16', '<?xml version="1.0" encoding="utf-16"?>', 'utf-8'],
  ['UTF-16 with a mark', '\uFEFF<?xml version="1.0" encoding="utf-16"?>', 'utf-16le'],
  ['UTF-16BE without a mark', '<?xml version="1.0"?>', 'utf-16be'],
  ['an encoding that it declares', '<?xml version="1.0" encoding="ISO-8859-1"?>', 'latin1'],
  ['Windows-1252 without saying so', '', 'windows-1252'],
])('reads %s', async (label, declaration, encoding) => {
  const content = iconv.encode(
    `${declaration}<orders><order id="1"><customer>Zoë</customer></order></orders>`,
    encoding,
  );
  const { staged } = await bench.read(`${label}.xml`, content, orders, { format });
  expect(staged).toMatchObject([{ id: '1', customer: 'Zoë' }]);
});

it.each([
  [
    'a document type',
    '<!DOCTYPE o [<!ENTITY a "b">]><orders><order>&a;</order></orders>',
    /line 1, column \d+: a document type/,
  ],
  ['an entity that XML does not know', '<orders>\n<order>&a;</order></orders>', /line 2, column \d+: undefined entity/],
  ['no end', '<orders>\n<order id="1"/>\n<order>', /line 3, column 7: unclosed tag/],
  ['crossed tags', '<orders>\n<order><a></order></a></orders>', /line 2, column \d+: unexpected close tag/],
  [
    'bytes of no encoding',
    Buffer.from([...Buffer.from('<o><order>ëëëë'), 0xff, 0xfe, ...Buffer.from('</order></o>')]),
    /aren't UTF-8/,
  ],
  ['an unknown encoding', '<?xml version="1.0" encoding="klingon"?><o/>', /encoding is klingon/],
  ['no row', '<orders><line/></orders>', /has no element <order>: it has <orders>, <line>/],
  ['an error in the place of rows', '<error>Access denied</error>', /has no element <order>: it has <error>/],
])('refuses %s', async (label, content, why) => {
  await expect(bench.read(`${label}.xml`, content, orders, { format })).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringMatching(why),
  });
});

it.each(['<orders></orders>', '<orders/>', '<?xml version="1.0"?>\n<orders count="0"> <!-- none --> </orders>'])(
  'reads %s as a file without rows',
  async (content) => {
    const { staged, counts } = await bench.read('none.xml', content, orders, { format });
    expect(staged).toEqual([]);
    expect(counts).toMatchObject({ rows_read: 0 });
  },
);

it('sets apart a row that is too deep or too long, and loads those behind it', async () => {
  const deep = `<order>${'<a>'.repeat(70)}${'</a>'.repeat(70)}</order>`;
  const long = `<order>${`<b>${'x'.repeat(1000)}</b>`.repeat(9000)}</order>`;
  const content = `<orders>${deep}\n${long}\n<order id="3"/></orders>`;
  const { staged, counts, quarantine } = await bench.read('large.xml', content, orders, { format });
  expect(staged).toMatchObject([{ id: '3' }]);
  expect(counts).toMatchObject({ rows_read: 3, rows_rejected: 2 });
  expect(quarantine).toMatchObject([
    { line: 1, expected: 'elements within each other at most 64 deep' },
    { line: 2, expected: expect.stringMatching(/a record of at most 8388608/) },
  ]);
});

it('is discovered with the element that is repeated as its row', async () => {
  const content = `<export><head/><people>${[1, 2, 3].map((n) => `<person no="${n}"><name>Ann ${n}</name><home><city>Ulm</city></home></person>`).join('\n')}</people></export>`;
  const found = await createFileReader().discover(await bench.write('people.xml', content), 'people.xml');
  expect(found).toMatchObject({ rows: 3, format: { type: 'xml', row_tag: 'person' } });
  expect(found.columns.map(({ field }) => field)).toEqual(['_no', 'name', 'home_city']);
  expect(found.ingest_query).toContain('"home"."city"');
});
