import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stream } from '../../../core/contracts/streams.ts';
import { fileLayouts, linesOf } from '../../../core/streams/closed-file.ts';
import { payloadOf } from '../../../core/streams/payload.ts';
import { FileBench, feedOf } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

/** The file that a stream makes of payloads that it takes. */
function fileOf(format: Stream['format'], payloads: readonly string[]): string {
  const headers = { type: `application/${format}`, encoding: undefined, key: undefined };
  const records = payloads.flatMap((text) => payloadOf({ format } as Stream, headers, Buffer.from(text)).records);
  const { head, foot } = fileLayouts[format];
  return head + linesOf(records) + foot;
}

const feed = feedOf('id,v', { primary_key: ['id'] });
const nested = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);

it.each([
  ['as they are', {}],
  ['by an ingest query', { ingestQuery: 'SELECT id, v::VARCHAR AS v FROM file' }],
])('every record of JSON that a stream takes can be read, %s', async (_label, query) => {
  const payloads = [
    ...[
      '1e999',
      '9'.repeat(400),
      '1e-999',
      '-0',
      '"a\\u0000b"',
      '"\\ud83d\\ude00"',
      '"\\uffff"',
      '"\\\\ud800"',
      '"\u0085\u2028"',
    ],
    ...[`{"":1,"__proto__":2}`, '{}', '[]', nested('[', ']', 99), nested('{"v":', '}', 98).replace(':}', ':1}')],
  ].map((v, n) => `{"id":"${n}"\r,\n"v":${v}}`);
  const file = fileOf('json', [...payloads, '[{"id":"x"},{"id":"y"}]']);
  const { staged, counts } = await bench.read('records.ndjson', file, feed, { format: { type: 'ndjson' }, ...query });
  expect(counts).toMatchObject({ rows_rejected: 0 });
  expect(staged).toHaveLength(payloads.length + 2);
});

it('every document of XML that a stream takes can be read', async () => {
  const payloads = [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?a b?><!-- c --><row><id>0</id></row><?d?>',
    '\ufeff\ufeff<row><id>1</id></row>\n',
    '<tributary-stream><row><id>2</id></row></tributary-stream>',
    `<row><id>3</id>${nested('<v>', '</v>', 63)}</row>`,
    '<x:row><id>4</id><v><![CDATA[</row>]]>&#x9;&#10;\u0085</v></x:row>',
  ];
  const format = { type: 'xml', row_tag: 'row' };
  const { staged, counts } = await bench.read('records.xml', fileOf('xml', payloads), feed, { format });
  expect(counts).toMatchObject({ rows_rejected: 0 });
  expect(staged).toMatchObject(payloads.map((_, n) => ({ id: String(n) })));
});
