import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { text } from '../../../core/sql/quote.ts';
import { fileIn, people, resolve, rows, run, typesOf, written } from '../../support/any-files.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
const file = fileIn(folder);

describe('a file', () => {
  test('may be nested: each inner value is a column, and evidence as any other', async () => {
    const given = join(folder, 'nested.ndjson');
    const lines = people.map(({ given_name, surname, email, city }, i) =>
      JSON.stringify({ id: `r${i}`, name: { given_name, surname }, contact: { email }, city, tags: ['a', i % 3] }),
    );
    writeFileSync(given, lines.join('\n'));
    const out = join(folder, 'flat.ndjson');
    const found = await resolve({ files: [given], out });
    const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
    expect(uses).toMatchObject({ name_given_name: 'given-name', contact_email: 'email' });
    expect(written(out)).toEqual(lines.map((line) => ({ ...JSON.parse(line), amp_id: expect.any(String) })));
    const flat = join(folder, 'flat.csv');
    await resolve({ files: [given], out: flat });
    const [first] = await rows(flat);
    expect(first).toMatchObject({ id: 'r0', name_surname: people[0]?.surname, tags: '["a",0]' });
  });

  test('of JSON is in JSON what it was: numbers, true and false, and values inside of others that some lack', async () => {
    const given = join(folder, 'values.ndjson');
    const values = [
      { id: 1, postal: 8001, long: 12345678901234567890n, name: { first: 'Ada', marks: [1, 'a', null] }, vip: true },
      { id: 2, postal: '08001', long: null, name: { last: 'Low' }, vip: false },
      { id: 3, postal: null, long: 0n, name: null, vip: null },
    ];
    const spelled = (value: object) =>
      JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each)).replaceAll(/"(\d+)n"/g, '$1');
    writeFileSync(given, values.map(spelled).join('\n'));
    const out = join(folder, 'values-out.ndjson');
    await resolve({ files: [given], out });
    const kept = readFileSync(out, 'utf8').trim().split('\n');
    expect(kept.map((line) => line.replace(/,"amp_id":"[0-9a-f-]{36}"/, ''))).toEqual(values.map(spelled));
    const parquet = join(folder, 'values-out.parquet');
    await resolve({ files: [given], out: parquet });
    const types = { id: 'BIGINT', postal: 'VARCHAR', vip: 'BOOLEAN', long: 'DECIMAL(38,0)' };
    expect(await typesOf(parquet)).toMatchObject({ ...types, name: expect.stringMatching(/^STRUCT/) });
  });

  test('of several JSON files has the values of each, also where they are of several types', async () => {
    const files = [join(folder, 'one.ndjson'), join(folder, 'other.ndjson')];
    writeFileSync(files[0] ?? '', '{"id":1,"at":{"city":"Bern"}}');
    writeFileSync(files[1] ?? '', '{"id":"a","at":["Rome"]}');
    const out = join(folder, 'several.ndjson');
    await resolve({ files, out });
    expect(written(out)).toMatchObject([
      { id: 1, at: { city: 'Bern' } },
      { id: 'a', at: ['Rome'] },
    ]);
  });

  test('of JSON leaves out lines that are no objects, and says how many', async () => {
    const given = join(folder, 'torn.ndjson');
    writeFileSync(given, ['{"id":1}', '42', '{"id":2', '{"id":3}'].join('\n'));
    const out = join(folder, 'whole.ndjson');
    const { warnings } = await resolve({ files: [given], out });
    expect(written(out)).toMatchObject([{ id: 1 }, { id: 3 }]);
    expect(warnings).toContainEqual(expect.stringMatching(/^2 records of torn\.ndjson can't be read/));
  });

  test('of Parquet keeps its types in Parquet and NDJSON, where all files that have a column agree', async () => {
    const given = `read_csv(${text(file('typed.csv', people))}, all_varchar = true)`;
    const parquet = (path: string, more: string) =>
      run(
        `COPY (SELECT * EXCLUDE (birthdate), birthdate::DATE AS birthdate, ${more} FROM ${given}) TO ${text(path)} (FORMAT parquet)`,
      );
    const [one, other] = [join(folder, 'one.parquet'), join(folder, 'other.parquet')];
    await parquet(
      one,
      "12345678901234.5678::DECIMAL(38,4) AS spent, 7::INTEGER AS visits, {'a': ['b']} AS tags, 'nan'::DOUBLE AS rate",
    );
    await parquet(other, "'many' AS visits");
    const out = join(folder, 'typed.parquet');
    await resolve({ files: [one], out });
    const typed = {
      birthdate: 'DATE',
      spent: 'DECIMAL(38,4)',
      visits: 'INTEGER',
      tags: 'STRUCT(a VARCHAR[])',
      id: 'VARCHAR',
    };
    expect(await typesOf(out)).toMatchObject(typed);
    await resolve({ files: [one, other], out });
    expect(await typesOf(out)).toMatchObject({ ...typed, visits: 'VARCHAR' });
    const lines = join(folder, 'typed.ndjson');
    await resolve({ files: [one], out: lines });
    expect(written(lines)[0]).toMatchObject({ visits: 7, id: 'r0', tags: { a: ['b'] }, rate: 'nan' });
  });
});
