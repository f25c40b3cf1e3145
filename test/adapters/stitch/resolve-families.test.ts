import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolve } from '../../support/any-files.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();

test('a list of whole families without birth dates does not take a family for one person', async () => {
  const syllables = ['ka', 'lo', 'mi', 'ru', 'te', 'sa', 'ven', 'dor', 'bel', 'fin', 'gar', 'hul'];
  const word = (n: number) =>
    [n % 12, Math.floor(n / 12) % 12, Math.floor(n / 144) % 12].map((i) => syllables[i]).join('');
  const families = Array.from({ length: 600 }, (_, i) => [
    `${word(i * 5 + 3)}son`,
    `county ${(i * i) % 9}`,
    `from ${(i * 7) % 11}`,
    ['farmer', 'miner', 'weaver'][i % 3],
  ]);
  const members = families.flatMap((family, i) =>
    [0, 1, 2, 3, 4].map((turn) => [word((i * 31 + turn * 577) % 700), ...family]),
  );
  const again = members
    .filter((_, i) => i % 5 === 2)
    .map((cells, i) => (i % 3 ? cells.with(4, 'retired') : cells.with(0, `${cells[0]}h`)));
  const records = [...members, ...again].map((cells, i) => [i, ...cells].join(','));
  const given = join(folder, 'families.csv');
  writeFileSync(given, ['id,given_name,surname,county,origin,trade', ...records].join('\n'));
  const found = await resolve({ files: [given], out: join(folder, 'out.csv'), key: 'id' });
  expect(found.people).toBeGreaterThan(members.length * 0.95);
  expect(found.people).toBeLessThan(members.length * 1.1);
});

test('a list of people whose given names another source has in another script is no list of families', async () => {
  const latin = ['Ivan', 'Petr', 'Olga', 'Anna', 'Pavel', 'Nina', 'Oleg', 'Vera', 'Igor', 'Lidia'];
  const cyrillic = ['Иван', 'Пётр', 'Ольга', 'Анна', 'Павел', 'Нина', 'Олег', 'Вера', 'Игорь', 'Лидия'];
  const once = Array.from({ length: 900 }, (_, i) => i);
  const record = (i: number, names: string[]) =>
    [names[(i * 7) % 10], `user${(i * 7919) % 9973}@x.example`, `town ${(i * i) % 23}`].join(',');
  const records = [...once.map((i) => record(i, latin)), ...once.slice(0, 400).map((i) => record(i, cyrillic))];
  const given = join(folder, 'scripts.csv');
  writeFileSync(given, ['id,given_name,email,city', ...records.map((cells, i) => `${i},${cells}`)].join('\n'));
  const found = await resolve({ files: [given], out: join(folder, 'out.csv'), key: 'id' });
  expect(found.people).toBe(900);
});
