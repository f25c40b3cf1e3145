import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repetitionSql } from '../../../core/stitch/repeated-columns.ts';
import { fileIn, people, resolve, run } from '../../support/any-files.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
const file = fileIn(folder);
const digest = (value: string) => createHash('md5').update(value).digest('hex').slice(0, 12);
const day = (n: number) => `${1930 + ((n * 37) % 70)}-0${1 + (n % 9)}-${10 + ((n * 7) % 18)}`;

/** People by number of whom nothing is known but a birth date and hashes, a fifth of them twice. */
async function usesOf(columns: Record<string, (person: number, again: boolean) => string>) {
  const once = Array.from({ length: 1000 }, (_, person) => ({ person, again: false }));
  const records = [...once, ...once.slice(0, 200).map(({ person }) => ({ person, again: true }))];
  const lines = records.map(({ person, again }, i) =>
    [i, ...Object.values(columns).map((value) => value(person, again))].join(','),
  );
  const given = join(folder, 'hashed.csv');
  writeFileSync(given, [['id', ...Object.keys(columns)].join(','), ...lines].join('\n'));
  const found = await resolve({ files: [given], out: join(folder, 'out.csv'), key: 'id' });
  return Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
}

test('the hash of how a name sounds is no evidence beside the hash of the name, also where only birth dates are known', async () => {
  const given = (person: number) => `name ${(person * person) % 97}`;
  const uses = await usesOf({
    fn_hash: (person) => digest(given(person)),
    fn_phon: (person) => digest(given(person).slice(0, -1)),
    ln_hash: (person) => digest(`surname ${(person * 7) % 211}`),
    dob: day,
  });
  expect(uses).toEqual({
    id: 'key',
    fn_hash: 'evidence-fn-hash',
    fn_phon: 'none',
    ln_hash: 'evidence-ln-hash',
    dob: 'birthdate',
  });
});

test('what one person has alone shows no columns to follow from it, though birth dates of the person differ by error', async () => {
  const uses = await usesOf({
    insurance: (person) => digest(`insurance ${person}`),
    fn_hash: (person) => digest(`name ${(person * person) % 97}`),
    dob: (person, again) => day(again && person % 5 === 0 ? person + 1 : person),
  });
  expect(uses).toMatchObject({ insurance: 'evidence-insurance', fn_hash: 'evidence-fn-hash' });
});

test('a column that follows from another among different people is no evidence, nor is a hash of one', async () => {
  const given = file('follows.csv', people, {
    region: (i) => `region of ${(people[i]?.city ?? '').slice(0, 2)}`,
    digest: (i) => (people[i]?.email ? Buffer.from(people[i]?.email?.toLowerCase() ?? '').toString('hex') : ''),
    colour: (i) => ['red', 'blue', 'green'][i % 3] ?? '',
  });
  const found = await resolve({ files: [given], out: join(folder, 'x.csv'), key: 'id' });
  const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
  expect(uses).toMatchObject({ region: 'none', digest: 'none', colour: 'evidence-colour' });
});

test('of columns that nobody knows and that follow from each other the most telling one is evidence, also where a few are wrong', async () => {
  const team = (i: number) => (i * 7) % 20;
  const unless = (wrong: boolean, value: string) => (wrong ? `${value}?` : value);
  const given = file('staff.csv', people, {
    office: (i) => `office ${team(i) % 5}`,
    department: (i) => unless(i % 11 === 0, `department ${team(i)}`),
    cost_centre: (i) => unless(i % 13 === 0, `CC${1000 + team(i)}`),
    shoe: (i) => `${36 + (i % 9)}`,
  });
  const found = await resolve({ files: [given], out: join(folder, 'x.csv'), key: 'id' });
  const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
  expect(uses).toMatchObject({ office: 'none', shoe: 'evidence-shoe' });
  expect([uses.department, uses.cost_centre].sort()).toEqual([expect.stringMatching(/^evidence-/), 'none']);
});

test('a person whose name some write without accents is no two people who share a phone and a number', async () => {
  const twice = Array.from({ length: 40 }, (_, i) =>
    [`('Γεώργιος', 'Παππάς', '69${i}', 'n${i}')`, `('ΓΕΩΡΓΙΟΣ', 'ΠΑΠΠΑΣ', '69${i}', 'n${i}')`].join(', '),
  );
  const records = `(VALUES ${twice.join(', ')}) records(given_name, surname, phone, number)`;
  const [found] = await run(repetitionSql(records, 'number', ['given_name', 'surname', 'phone']));
  expect(found).toMatchObject({ phone: 0 });
});
