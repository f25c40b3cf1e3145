import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolve } from '../../support/any-files.ts';
import { random } from '../../support/customers.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();

/** Families of one to three, as a customer list has them: few have twins, or a child called after a parent. */
function families(count: number) {
  const next = random(11);
  const below = (n: number) => Math.floor(next() * n);
  const letter = (of: string) => of.charAt(below(of.length));
  const name = () => Array.from({ length: 2 + below(3) }, () => letter('bdfgklmnprstvw') + letter('aeiou')).join('');
  const given = Array.from({ length: 1500 }, name);
  const surnames = Array.from({ length: 5000 }, name);
  const of = (list: string[]) => list[Math.floor(list.length * next() ** 2)] ?? '';
  const birth = () => `${1935 + below(70)}-0${1 + below(9)}-${10 + below(18)}`;
  const maybe = (value: string, share: number) => (next() < share ? value : '');
  const people: Record<'first_name' | 'last_name' | 'birth_date' | 'street' | 'phone' | 'email', string>[] = [];
  while (people.length < count) {
    const [first, last_name, twins] = [of(given), of(surnames), birth()];
    const members = [[first, birth()]];
    if (next() < 0.6) members.push([of(given), birth()]);
    if (next() < 0.4) members.push([of(given), birth()]);
    if (next() < 0.03) members.push([first, birth()]);
    if (next() < 0.015) members.push([of(given), twins], [of(given), twins]);
    const street = `${1 + below(900)} ${name()} street`;
    const phone = () => `415${1_000_000 + below(9_000_000)}`;
    const [shared, family] = [phone(), `${last_name}family${below(99)}`];
    for (const [first_name = '', birth_date = ''] of members) {
      const user = next() < 0.4 ? family : `${first_name}.${last_name}${below(999)}`;
      people.push({
        ...{ first_name, last_name, birth_date: maybe(birth_date, 0.8), street },
        ...{ phone: maybe(next() < 0.7 ? shared : phone(), 0.7), email: maybe(`${user}@x.example`, 0.7) },
      });
    }
  }
  return people;
}

test.each([
  ['birth dates', ['first_name', 'last_name', 'birth_date', 'street', 'phone', 'email']],
  ['no birth dates', ['first_name', 'last_name', 'street', 'phone', 'email']],
] as const)('a list of families with %s that has each person once stays as it is', async (_, columns) => {
  const people = families(6000).map((person) => columns.map((column) => person[column]));
  const given = join(folder, 'once.csv');
  writeFileSync(given, [columns, ...people].map(String).join('\n'));
  const { records, people: found } = await resolve({ files: [given], out: join(folder, 'apart.csv') });
  expect(records - found).toBeLessThan(records / 1000);
});
