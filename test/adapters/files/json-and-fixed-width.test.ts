import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileBench, feedOf } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const people = feedOf('id,age:Integer');

describe('JSON', () => {
  const format = { type: 'json' };

  it('is read when its objects follow each other with or without anything between them', async () => {
    const content = '{"id":"1","age":1}{"id":"2",\n"age":2}\n\n  {"id":"}{\\"","age":3}';
    const { staged } = await bench.read('concatenated.json', content, people, { format });
    expect(staged).toMatchObject([{ id: '1' }, { id: '2', age: 2 }, { id: '}{"' }]);
  });

  it.each([
    ['an array', '[', ',', ']'],
    ['one after the other', '', '', ''],
  ])('tells the line of a bad record of %s, and loads the others', async (label, open, comma, close) => {
    const records = [
      '{"id":"1",\n "age":1}',
      '\n{"id":"2","age":"old"}',
      '{"id":"3",\n"age":}',
      '\n\n{"id":"4","age":{}}',
      '{"id":"5"}',
    ];
    const content = open + records.join(comma) + close;
    const { staged, counts, quarantine } = await bench.read(`${label}.json`, content, people, { format });
    expect(staged).toMatchObject([{ id: '1', age: 1 }, { id: '5' }]);
    expect(counts).toMatchObject({ rows_read: 5, rows_rejected: 3 });
    expect(quarantine).toMatchObject([
      { line: 3, column: '', value: '{"id":"3",\n"age":}', expected: 'a JSON object' },
      { line: 3, column: 'age', value: 'old' },
      { line: 6, column: 'age', value: '{}' },
    ]);
  });

  describe.each([
    ['ndjson', '', '\n', ''],
    ['json', '[', ',\n', ']'],
  ])('that an ingest query sees, in %s,', (type, open, comma, close) => {
    const read = (records: readonly string[]) =>
      bench.read(`seen.${type}`, open + records.join(comma) + close, feedOf('id,at'), {
        format: { type },
        ingestQuery: 'SELECT id, seen.at AS at FROM file',
      });
    const seen = (at: string) => `{"id":"1","seen":{"at":${at}}}`;

    it.each([
      '9:05',
      '2024-1-5',
      '2024-01-05T10:00:00.123456789Z',
      '2024-01-05 10:00:00+05',
      '6F9619FF-8B86-D011-B42D-00C04FC964FF',
      '0012',
    ])('has the text %s as it is written', async (at) => {
      expect((await read([seen(JSON.stringify(at))])).staged).toMatchObject([{ id: '1', at }]);
    });

    it.each(['12345678901234567890', '-9223372036854775808', '1.5', 'true'])('has all of %s', async (at) => {
      expect((await read([seen(at)])).staged).toMatchObject([{ at }]);
    });

    it.each([
      [
        'names within each other that differ by their case alone',
        [seen('1'), '{"id":"2","seen":{"At":2}}'],
        /"At" twice, in whatever case/,
      ],
      [
        'fields that differ by their case alone',
        ['{"id":"1","ID":"2","seen":{"at":1}}'],
        /"ID" twice, in whatever case/,
      ],
      ['a field twice', ['{"id":"1","seen":{"at":1,"at":2}}'], /line 1.*has duplicate key "at"/],
      ['a field without a name', ['{"id":"1","":"2","seen":{"at":1}}'], /a field without a name/],
      ['no field at all', ['{}'], /no object with a field/],
    ])('is refused with %s', async (_, records, why) => {
      await expect(read(records)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(why),
      });
    });

    it('has no rows where there are none', async () => {
      const { counts } = await read([]);
      expect(counts).toMatchObject({ rows_read: 0, rows_rejected: 0 });
    });

    it('has the objects beside what is none', async () => {
      const { staged, quarantine } = await read(['1', seen('2')]);
      expect(staged).toMatchObject([{ id: '1', at: '2' }]);
      expect(quarantine).toMatchObject([{ line: 1, value: '1', expected: 'a JSON object' }]);
    });
  });

  it.each([
    ['NDJSON', 'ndjson', '', '\n', ''],
    ['an array', 'json', '[', ',\n', ']'],
  ])('keeps numbers that no double holds, in %s', async (label, type, open, comma, close) => {
    const records = [
      '{"id":12345678901234567890.10,"amount": -12345678901234567890.10,"note":"at 12345678901234567890.10, \\"1\\""}',
      '{"id":12345678901234567890.1,"amount":0.12,"note":{"at":[0.1234567890123456789]}}',
    ];
    const feed = feedOf('id,amount:Decimal(2),note');
    const { staged, counts } = await bench.read(`${label}.txt`, open + records.join(comma) + close, feed, {
      format: { type },
    });
    expect(staged).toMatchObject([
      { id: '12345678901234567890.10', amount: '-12345678901234567890.10', note: 'at 12345678901234567890.10, "1"' },
      { id: '12345678901234567890.1', amount: '0.12', note: '{"at":["0.1234567890123456789"]}' },
    ]);
    expect(counts).toMatchObject({ rows_read: 2, rows_rejected: 0 });
  });

  it.each([
    ['a missing brace', '{"id":"1"}\n{"id":"2"\n{"id":"3"}', /the value that begins on line 2 is not closed/],
    ['a missing end', '[{"id":"1"}\n,{"id":"2"}', /is not followed by the end of the array/],
    ['a missing quote', '{"id":"1"}\n{"id":"2}\n{"id":"3"}', /line 2 has a line end within a text/],
    ['brackets that cross', '{"id":["1"}]', /line 1 has brackets that cross/],
    ['a missing comma', '[{"id":"1"}\n{"id":"2"}]', /line 2 is preceded by "\{"/],
    ['something behind the end', '[{"id":"1"}] {"id":"2"}', /line 1 is preceded by "\{"/],
  ])('is refused with the line for %s', async (label, content, why) => {
    await expect(bench.read(`${label}.json`, content, people, { format })).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(why),
    });
  });
});

describe('fixed width', () => {
  const layout = [
    { field: 'id', start: 1, length: 3 },
    { field: 'name', start: 4, length: 5 },
    { field: 'age', start: 10, length: 2 },
  ];
  const feed = feedOf('id,name,age:Integer');
  const read = (content: string | Buffer) =>
    bench.read('fixed.txt', content, feed, { format: { type: 'fixed-width', layout } });

  it('cuts each line as the layout says, whatever its letters', async () => {
    const { staged } = await read('1  Zoë   41\r\n2  漢字漢字漢\n  \n3        7\n4  Al\n');
    expect(staged).toMatchObject([
      { id: '1', name: 'Zoë', age: 41 },
      { id: '2', name: '漢字漢字漢', age: null },
      { id: '3', name: null, age: 7 },
      { id: '4', name: 'Al' },
    ]);
  });

  it('is decoded as other texts are', async () => {
    const { staged } = await read(Buffer.from('1  Zo\xeb   41\n', 'latin1'));
    expect(staged).toMatchObject([{ name: 'Zoë', age: 41 }]);
  });

  it('sets apart values that do not fit and lines that are too long', async () => {
    const { staged, counts, quarantine } = await read('1  Ann   ab\n\n2  Bob   411\n3  Cy    12\n4\u0001x\n');
    expect(staged).toMatchObject([{ id: '3', age: 12 }]);
    expect(counts).toMatchObject({ rows_read: 4, rows_rejected: 3 });
    expect(quarantine).toMatchObject([
      { line: 1, column: 'age', value: 'ab', raw: '{"id":"1","name":"Ann","age":"ab"}' },
      { line: 3, column: '', value: '2  Bob   411', expected: 'a line of at most 11 characters' },
      { line: 5, column: '' },
    ]);
  });

  it('finds the lines of bad rows behind blank ones, whatever blanks they hold', async () => {
    const { counts, quarantine } = await read('\t\n\u00a0\n \v\f\n1  Ann   ab\n');
    expect(counts).toMatchObject({ rows_read: 2, rows_rejected: 2 });
    expect(quarantine).toMatchObject([
      { line: 2, column: 'id' },
      { line: 4, column: 'age', value: 'ab' },
    ]);
  });

  it('needs a layout', async () => {
    const reading = bench.read('fixed.txt', '1', feed, { format: { type: 'fixed-width' } });
    await expect(reading).rejects.toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(/`layout`/) });
  });

  it('is seen by ingest queries as its fields', async () => {
    const { staged, counts } = await bench.read('fixed.txt', '1  Ann   12\n2  Bob   123\n', feedOf('id,name'), {
      format: { type: 'fixed-width', layout },
      ingestQuery: 'SELECT * REPLACE (upper(name) AS name) FROM file',
    });
    expect(staged).toMatchObject([{ id: '1', name: 'ANN' }]);
    expect(counts).toMatchObject({ rows_read: 2, rows_rejected: 1 });
  });
});
