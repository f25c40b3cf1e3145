import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import type { DiscoveredFeed } from '../../../core/contracts/discover.ts';
import { validateDocuments } from '../../../core/environments/validate.ts';
import { text } from '../../../core/sql/quote.ts';
import { run } from '../../support/any-files.ts';
import { lines, tagsOf, typesOf } from '../../support/discovered.ts';
import { FileBench, reader } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const discover = (name: string, content: string | Uint8Array) => bench.discover(name, content);

/** Loads a file by the feed that was discovered, with nothing edited. */
async function load(name: string, path: string, found: DiscoveredFeed) {
  return reader.read({
    path,
    name,
    format: found.format,
    feed: found.feed,
    ...(found.ingest_query === null ? {} : { ingestQuery: found.ingest_query }),
    timeZone: 'UTC',
    generatedUpdated: 1n,
    outFolder: join(bench.folder, `${name}.loaded`),
    signal: new AbortController().signal,
  });
}

describe('a discovered feed', () => {
  it('has types that every value fits, found beyond the first rows', async () => {
    const row = (i: number) =>
      `${i},0${i % 10}123,${i},${i}.5,${i % 2 ? 'yes' : 'no'},2024-01-0${(i % 9) + 1},2024-01-01 10:00:0${i % 10},${i < 4999 ? i : 'x'}`;
    const found = await discover(
      'types-2026-11-23.csv.gz',
      gzipSync(`id,code,count,amount,active,day,changed_at,late\n${lines(5000, row)}\n`),
    );
    expect(typesOf(found)).toEqual({
      id: 'String',
      code: 'String',
      count: 'Integer',
      amount: 'Decimal(38,4)',
      active: 'Boolean',
      day: 'Date',
      changed_at: 'Datetime',
      late: 'String',
    });
    expect(found).toMatchObject({
      rows: 5000,
      last_updated: 'changed_at',
      feed: { id: 'feed/shop-types', primary_key: ['id'] },
    });
    expect(found.questions.join()).toContain('99.9 % of the values of late are of type Integer');
    expect(await load('types-2026-11-23.csv.gz', join(bench.folder, 'types-2026-11-23.csv.gz'), found)).toMatchObject({
      rows_staged: 5000,
      rows_rejected: 0,
    });
  });

  it('names the pattern of its dates, and asks where day and month can be either', async () => {
    const found = await discover(
      'dates.csv',
      `id,born_on,seen_date\n${lines(40, (i) => `${i},${(i % 28) + 1}/05/1980,0${(i % 9) + 1}/02/2024`)}\n`,
    );
    expect(found.feed.fields[1]).toMatchObject({ type: 'Date', patterns: ['dd/MM/yyyy'], semantics: ['birthdate'] });
    expect(found.questions.join()).toMatch(/seen_date.*can be read as MM\/dd\/yyyy and as dd\/MM\/yyyy/);
  });

  it('reads dates that are written in several ways, each by its own pattern', async () => {
    const written = (i: number) => (i % 3 === 0 ? `${(i % 28) + 1}/05/1980` : `1980-05-${10 + (i % 18)}`);
    const mixed = `id,seen_date\n${lines(90, (i) => `${i},${written(i)}`)}\n`;
    const found = await discover('mixed-2026-11-23.csv', mixed);
    expect(found.feed.fields[1]).toMatchObject({ type: 'Date', patterns: ['yyyy-MM-dd', 'dd/MM/yyyy'] });
    expect(await load('mixed-2026-11-23.csv', join(bench.folder, 'mixed-2026-11-23.csv'), found)).toMatchObject({
      rows_staged: 90,
      rows_rejected: 0,
    });
  });

  it.each([
    ['all of them either', (i: number) => `0${(i % 9) + 1}/05/1980`],
    ['in both orders', (i: number) => (i % 4 === 0 ? '25/05/1980' : '05/25/1980')],
  ])('guesses no order of day and month beside other dates: %s', async (_, slashed) => {
    const written = (i: number) => (i % 2 === 0 ? slashed(i) : `1980-05-${10 + (i % 18)}`);
    const found = await discover('unsure.csv', `id,seen_date\n${lines(200, (i) => `${i},${written(i)}`)}\n`);
    expect(typesOf(found)).toMatchObject({ seen_date: 'String' });
  });

  it('reads each date of birth that is certain, however it is written, and asks about the others', async () => {
    const odd: Record<number, string> = {
      0: '1980-13-31',
      1: '31.05.1980',
      2: '05-JUN-1980',
      3: '05/13/1980',
      4: '5/6/1980',
    };
    const born = (order: (day: number) => string) => (i: number) =>
      odd[i] ?? (i % 2 === 0 ? `1980-05-${10 + (i % 18)}` : order((i % 28) + 1));
    const discovered = async (written: (i: number) => string) => {
      const found = await discover('births.csv', `id,dob\n${lines(200, (i) => `${i},${written(i)}`)}\n`);
      const file = `FROM read_csv(${text(join(bench.folder, 'births.csv'))}, all_varchar = true)`;
      const rows = await run(
        `SELECT birthdate::VARCHAR AS day FROM (${found.ingest_query?.replace('FROM file', file)})`,
      );
      return { found, days: rows.map(({ day }) => day) };
    };
    const british = await discovered(born((day) => `${day}/06/1980`));
    expect(british.days.slice(0, 6)).toEqual([
      ...[null, '1980-05-31', '1980-06-05', '1980-05-13', '1980-06-05', '1980-06-06'],
    ]);
    expect(british.days.filter((day) => day === null)).toHaveLength(1);
    expect(british.found.questions.join()).toContain('1 of 200 values of dob say no day for certain');
    const american = await discovered(born((day) => `06/${day}/1980`));
    expect(american.days[4]).toBe('1980-05-06');
    const both = await discovered((i) => born((day) => (i % 4 === 1 ? `${day}/06/1980` : `06/${day}/1980`))(i));
    expect(both.days.slice(3, 6)).toEqual(['1980-05-13', null, '1980-06-06']);
  });

  it('finds tags by values where names say nothing, and keeps phones and post codes as text', async () => {
    const row = (i: number) =>
      `${i},p${i}@example.com,+1 206 555 ${1000 + i},${98100 + i},${i % 2 ? 'WA' : 'OR'},${i % 2 ? 'F' : 'M'},${2065550000 + i}`;
    const found = await discover('values.csv', `nr,a,b,zip_code,c,d,mobile\n${lines(60, row)}\n`);
    expect(tagsOf(found)).toEqual({
      email: 'a',
      phone: 'mobile',
      'phone-2': 'b',
      postal: 'zip_code',
      state: 'c',
      gender: 'd',
    });
    expect(typesOf(found)).toMatchObject({ zip_code: 'String', mobile: 'String' });
    expect(validateDocuments([found.feed]).errors).toEqual([]);
  });

  it('of what is no text and no format that is known is refused, whatever it is called', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const path = await bench.write('logo.csv', png);
    await expect(reader.discover(path, 'logo.csv')).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining('those of no format that is known: 89 50 4e 47'),
    });
  });

  it('is that of a text where a value holds a NUL', async () => {
    const found = await discover('nul.csv', 'id,name,city\n1,A\0da,Bern\n2,Bob,Rome\n3,Cleo,Oslo\n');
    expect(found).toMatchObject({ format: { type: 'csv' }, rows: 3 });
  });

  it('of a text that is called packed and is not is that of the text', async () => {
    for (const [name, content] of [
      ['plain.csv.gz', 'id,name\n1,Ada\n'],
      ['plain.ndjson.gz', '{"id":1}\n{"id":2}\n'],
      ['plain.json.zst', '[{"id":1}]'],
    ] as const)
      expect((await discover(name, content)).rows).toBeGreaterThan(0);
  });

  it.each(['[]', '[{}]', '[[1]]', '{}\n'])('of JSON without a field is refused: %j', async (content) => {
    const path = await bench.write('none.json', content);
    await expect(reader.discover(path, 'none.json')).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining('none.json has no object with a field'),
    });
  });

  it('flattens nested data by an ingest query that works', async () => {
    const row = (i: number) =>
      JSON.stringify({
        id: `m${i}`,
        person: { name: { first: 'Ada', last: `L${i}` }, Email: `a${i}@x.org` },
        cards: [i],
        since: '2024-01-01T10:00:00Z',
      });
    const content = `${lines(20, row)}\n`;
    const found = await discover('members.ndjson', content);
    expect(found.feed.fields.map(({ field }) => field)).toEqual([
      'id',
      'person_name_first',
      'person_name_last',
      'person_email',
      'cards',
      'since',
    ]);
    expect(found.questions.join()).toContain('cards holds a list');
    expect(await load('members.ndjson', join(bench.folder, 'members.ndjson'), found)).toMatchObject({
      rows_staged: 20,
      missing_columns: [],
    });
  });

  it('reads JSON arrays, Parquet and delimited text by their bytes, whatever their names', async () => {
    expect((await discover('a.txt', '[{"id":1},{"id":2}]')).format.type).toBe('json');
    expect((await discover('b.txt', 'id|name\n1|a\n2|b\n')).format).toMatchObject({ type: 'csv', delimiter: '|' });
    const session = await DuckDbSession.open({ threads: 1 });
    await session.run(
      'make',
      `COPY (SELECT 7 AS id, DATE '2024-01-01' AS day) TO ${text(join(bench.folder, 'c.txt'))} (FORMAT parquet)`,
    );
    session.close();
    const found = await reader.discover(join(bench.folder, 'c.txt'), 'c.txt');
    expect(found).toMatchObject({ format: { type: 'parquet' }, rows: 1 });
  });
});

const datasets = new URL('../../../../shared/datasets/', import.meta.url).pathname;
const there = existsSync(datasets);
if (!there) console.log('the labelled sets are not beside this checkout, so they are not discovered');

describe.runIf(there)('a labelled set without its labels', () => {
  it.each([
    ['rldata500/rldata500.csv', ['given-name', 'surname', 'birthdate']],
    ['splink_fake1000/splink_fake1000.csv', ['given-name', 'surname', 'birthdate', 'city', 'email']],
    [
      'febrl2/febrl2.csv',
      ['given-name', 'surname', 'address', 'address2', 'city', 'postal', 'state', 'birthdate', 'evidence-soc-sec-id'],
    ],
    [
      'cdp_20k/cdp_20k.csv.gz',
      [
        'given-name',
        'surname',
        'evidence-middle-initial',
        'birthdate',
        'email',
        'phone',
        'address',
        'address2',
        'city',
        'state',
        'postal',
      ],
    ],
    [
      'pseudopeople_multi/pseudopeople_multi.csv.gz',
      [
        'given-name',
        'evidence-middle-initial',
        'surname',
        'gender',
        'birthdate',
        'address',
        'address2',
        'city',
        'state',
        'postal',
        'evidence-ssn',
      ],
    ],
  ])('is tagged and loaded with nothing edited: %s', async (set, tags) => {
    const name = `${set.split('/')[0]}.csv`;
    const path = join(bench.folder, name);
    const session = await DuckDbSession.open({ threads: 2 });
    const columns = `SELECT * EXCLUDE (cluster_id) FROM read_csv(${text(join(datasets, set))}, all_varchar = true)`;
    await session.run('without labels', `COPY (${columns}) TO ${text(path)} (HEADER)`);
    session.close();
    const found = await reader.discover(path, name);
    expect(Object.keys(tagsOf(found)).sort()).toEqual([...tags].sort());
    expect(found.feed).toMatchObject({ primary_key: ['record_id'], stitch: true });
    expect(validateDocuments([found.feed]).errors).toEqual([]);
    expect(await load(name, path, found)).toMatchObject({
      rows_read: found.rows,
      rows_staged: found.rows,
      rows_rejected: 0,
    });
  });
});
