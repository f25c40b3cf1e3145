import { crc32, deflateRawSync } from 'node:zlib';
import { encode } from 'cborg';
import { compress } from 'snappyjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileReader } from '../../../adapters/files/reader.ts';
import { avroOf } from '../../support/avro.ts';
import { FileBench, feedOf } from '../../support/files.ts';
import { bzip2Of, zstdOf } from '../../support/packing.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

describe('Avro', () => {
  const format = { type: 'avro' };
  const people = {
    type: 'record',
    name: 'person',
    namespace: 'acme.crm',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'name', type: ['null', 'string'], default: null },
      { name: 'mood', type: { type: 'enum', name: 'mood', symbols: ['GOOD', 'BAD'] } },
      { name: 'home', type: { type: 'record', name: 'address', fields: [{ name: 'city', type: 'string' }] } },
      { name: 'work', type: ['null', 'address'], default: null },
      { name: 'cards', type: { type: 'array', items: 'string' } },
      { name: 'points', type: { type: 'map', values: 'double' } },
      { name: 'born', type: { type: 'int', logicalType: 'date' } },
      { name: 'seen', type: { type: 'long', logicalType: 'timestamp-micros' } },
      { name: 'spent', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
      { name: 'key', type: { type: 'fixed', name: 'uuid', size: 16, logicalType: 'uuid' } },
      { name: 'score', type: 'float' },
      { name: 'vip', type: 'boolean' },
    ],
  };
  const person = (id: number) => ({
    id,
    name: id % 2 === 0 ? null : `Zoë ${id}`,
    mood: 'BAD',
    home: { city: 'Ulm' },
    work: id === 1 ? { city: 'Bonn' } : null,
    cards: ['a', 'b'],
    points: { shop: 1.5 },
    born: -1,
    seen: 1_714_557_600_123_456,
    spent: Buffer.from([0xfb, 0x2e]),
    key: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
    score: 0.1,
    vip: true,
  });
  const feed = feedOf(
    'id:Integer,name,mood,born:Date,seen:Datetime,spent:Decimal(2),key,score:Float,vip:Boolean,cards',
  );

  it('gives every type as what it stands for', async () => {
    const { staged } = await bench.read('people.avro', avroOf(people as never, [person(1), person(2)]), feed, {
      format,
    });
    expect(staged).toMatchObject([
      {
        id: 1,
        name: 'Zoë 1',
        mood: 'BAD',
        born: '1969-12-31',
        seen: '2024-05-01 10:00:00.123456',
        spent: '-12.34',
        key: '00112233-4455-6677-8899-aabbccddeeff',
        score: 0.1,
        vip: true,
        cards: '["a","b"]',
      },
      { id: 2, name: null },
    ]);
  });

  it('gives ingest queries structures, lists and maps', async () => {
    const ingestQuery =
      'SELECT id, unnest(cards) AS card, home.city AS home, work.city AS work, points.shop AS points FROM file';
    const { staged } = await bench.read(
      'nested.avro',
      avroOf(people as never, [person(1), person(2)]),
      feedOf('card,id,home,work,points:Float'),
      {
        format,
        ingestQuery,
      },
    );
    expect(staged).toMatchObject([{ card: 'a', home: 'Ulm', work: null, points: 1.5 }, { card: 'b' }]);
  });

  it('gives ingest queries what its schema says, whatever is in the file', async () => {
    const tree = {
      type: 'record',
      name: 'tree',
      fields: [
        { name: 'id', type: 'long' },
        { name: 'kinds', type: { type: 'map', values: 'string' } },
        { name: 'either', type: ['null', 'string', 'long'] },
        { name: 'part', type: ['null', 'tree'] },
        { name: 'took', type: { type: 'fixed', name: 'duration', size: 12, logicalType: 'duration' } },
        { name: 'weight', type: 'double' },
      ],
    };
    const took = Buffer.from('010000000200000003000000', 'hex');
    const leaf = { id: 2, kinds: {}, either: null, part: null, took, weight: 0 };
    const root = { id: 1, kinds: { Oak: '2024-1-5', oak: '9:05' }, either: 'x', part: leaf, took, weight: Number.NaN };
    const ingestQuery =
      "SELECT id, kinds['Oak'] AS one, kinds['oak'] AS other, kinds['elm'] AS none, either ->> '$' AS either, part ->> '$.id' AS part, took.days AS days, isnan(weight) AS odd FROM file";
    const { staged } = await bench.read(
      'tree.avro',
      avroOf(tree as never, [root]),
      feedOf('id,one,other,none,either,part,days,odd'),
      {
        format,
        ingestQuery,
      },
    );
    expect(staged).toMatchObject([
      { id: '1', one: '2024-1-5', other: '9:05', none: null, either: 'x', part: '2', days: '2', odd: 'true' },
    ]);
  });

  it.each([
    ['deflate', deflateRawSync],
    ['zstandard', zstdOf],
    ['bzip2', bzip2Of],
    ['snappy', (block: Buffer) => Buffer.concat([compress(block), crcOf(block)])],
  ])('is read with blocks of %s', async (codec, pack) => {
    const content = avroOf(
      people as never,
      Array.from({ length: 250 }, (_, n) => person(n)),
      { codec, pack },
    );
    const { counts } = await bench.read(`${codec}.avro`, content, feed, { format });
    expect(counts).toMatchObject({ rows_read: 250, rows_staged: 250 });
  });

  it('sets apart the rest of a block with a damaged record, with the numbers of its records', async () => {
    const content = avroOf(
      { type: 'record', name: 'r', fields: [{ name: 'id', type: 'string' }] },
      [1, 2, 3, 4, 5, 6].map((n) => ({ id: `no ${n}` })),
      { perBlock: 3 },
    );
    content[content.indexOf('no 2') - 1] = 0x7f;
    const { staged, counts, quarantine } = await bench.read('damaged.avro', content, feedOf('id'), { format });
    expect(staged.map(({ id }) => id)).toEqual(['no 1', 'no 4', 'no 5', 'no 6']);
    expect(counts).toMatchObject({ rows_read: 6, rows_rejected: 2 });
    expect(quarantine).toMatchObject([
      { line: 2, expected: expect.stringMatching(/a length of .* is beyond the end/) },
      { line: 3 },
    ]);
  });

  it('that is cut, of another codec, or made to fill the memory is refused', async () => {
    const whole = avroOf(people as never, [person(1), person(2)]);
    const nulls = { type: 'record', name: 'r', fields: [{ name: 'a', type: { type: 'array', items: 'null' } }] };
    const bomb = avroOf(nulls as never, [{ a: [] }], { pack: () => Buffer.from('feffffffff7f', 'hex') });
    for (const [content, why] of [
      [whole.subarray(0, -1), /at byte \d+: the file ends within a block/],
      [whole.subarray(0, 40), /its header is damaged/],
      [Buffer.from('Obj?'), /it begins with something else/],
      [Buffer.concat([whole.subarray(0, -1), Buffer.from('x')]), /does not end as blocks of this file do/],
      [avroOf(people as never, [person(1)], { codec: 'xz' }), /its codec is xz, not one of null, deflate/],
    ] as const) {
      await expect(bench.read('refused.avro', content, feed, { format })).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(why),
      });
    }
    const twice = (block: Buffer) => Buffer.concat([block, block]);
    const more = avroOf(people as never, [person(1)], { pack: twice });
    await expect(bench.read('more.avro', more, feed, { format })).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(/a block of 1 records has \d+ bytes more than they take/),
    });
    const { quarantine } = await bench.read('bomb.avro', bomb, feedOf('a'), { format });
    expect(quarantine).toMatchObject([{ line: 1, expected: expect.stringMatching(/more than 4000000 values/) }]);
  });

  it('is discovered by its bytes', async () => {
    const found = await createFileReader().discover(await bench.write('x', avroOf(people as never, [person(1)])), 'x');
    expect(found).toMatchObject({ rows: 1, format: { type: 'avro' } });
    expect(found.ingest_query).toContain('"home"."city"');
  });
});

const crcOf = (block: Buffer): Buffer => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(block));
  return sum;
};

describe('CBOR', () => {
  const format = { type: 'cbor' };
  const feed = feedOf('id,age:Integer');
  const ann = { id: 'Ann', age: 3, cards: [1, { no: 2n ** 60n }], raw: Uint8Array.of(1, 2) };
  const bob = { id: 'Bob', age: null };
  const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

  it.each([
    ['one after the other', Buffer.concat([encode(ann), encode(bob)])],
    ['in an array', Buffer.from(encode([ann, bob]))],
    [
      'in an array that a break ends, behind the mark of CBOR',
      Buffer.concat([hex('d9d9f7 9f'), encode(ann), encode(bob), hex('ff')]),
    ],
    ['in several arrays', Buffer.concat([encode([ann]), encode([]), encode([bob])])],
  ])('is read %s', async (label, content) => {
    const { staged } = await bench.read(`${label}.cbor`, content, feed, { format });
    expect(staged).toMatchObject([
      { id: 'Ann', age: 3 },
      { id: 'Bob', age: null },
    ]);
  });

  it('gives tagged values as what they stand for, and ingest queries what is nested', async () => {
    // {"id": 4([-2, 1250]), "at": 1(1714557792), "day": 100(-1), "key": 37(h'0011…'), "big": 2(h'010000000000000000'), "x": 99("y")}
    const content = hex(
      'a6 626964 c482211904e2 626174 c11a66321360 63646179 d86420 636b6579 d8255000112233445566778899aabbccddeeff 63626967 c249010000000000000000 6178 d8636179',
    );
    const { staged } = await bench.read('tags.cbor', content, feedOf('id,at:Datetime,day:Date,key,big,x'), { format });
    expect(staged).toMatchObject([
      {
        id: '12.50',
        at: '2024-05-01 10:03:12',
        day: '1969-12-31',
        key: '00112233-4455-6677-8899-aabbccddeeff',
        big: '18446744073709551616',
        x: 'y',
      },
    ]);
    const ingestQuery = 'SELECT id, cards[2].no AS no FROM file';
    const nested = await bench.read('nested.cbor', encode({ ...ann, cards: [{ no: 1 }, { no: 2 }] }), feedOf('id,no'), {
      format,
      ingestQuery,
    });
    expect(nested.staged).toMatchObject([{ id: 'Ann', no: '2' }]);
  });

  it('is discovered by its bytes', async () => {
    const { discover } = createFileReader();
    for (const content of [encode([ann, bob]), Buffer.concat([encode(ann), encode(bob)])]) {
      expect(await discover(await bench.write('y', content), 'y')).toMatchObject({ rows: 2, format: { type: 'cbor' } });
    }
    const spanish = await discover(await bench.write('z', Buffer.from('\xbfpor,qu\xe9\n1,2\n', 'latin1')), 'z');
    expect(spanish).toMatchObject({ rows: 1, format: { type: 'csv' } });
  });

  it('sets apart records that can not be decoded or are none, and goes on behind them', async () => {
    // A text that isn't UTF-8, a key that comes twice, and a number.
    const content = Buffer.concat([
      encode(ann),
      hex('a1 626964 61ff'),
      hex('a2 6161 01 6161 02'),
      hex('07'),
      // 1 times ten to the power of minus four hundred million.
      hex('a1 626964 c4 82 3a 17d783ff 01'),
      encode(bob),
    ]);
    const { staged, counts, quarantine } = await bench.read('bad.cbor', content, feed, { format });
    expect(staged.map(({ id }) => id)).toEqual(['Ann', 'Bob']);
    expect(counts).toMatchObject({ rows_read: 6, rows_rejected: 4 });
    expect(quarantine.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });

  it.each([
    ['is cut within a record', encode(ann).subarray(0, -1), /at byte 0: the file ends within a record/],
    ['is cut within an array', Buffer.concat([hex('83'), encode(ann), encode(bob)]), /the file ends within an array/],
    ['begins no item', Buffer.concat([encode(ann), hex('1c')]), /at byte \d+: byte 0x1c begins no item/],
    ['is deep without end', Buffer.concat([encode(ann), Buffer.alloc(5000, 0x81)]), /more than 1000 deep|ends within/],
  ])('that %s is refused', async (label, content, why) => {
    await expect(bench.read(`${label}.cbor`, content, feed, { format })).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(why),
    });
  });
});
