import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolve } from '../../support/any-files.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
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
