import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolve } from '../../support/any-files.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();

/** Each gave twice, under titles of two languages or as a doctor. */
const gifts = Array.from({ length: 240 }, (_, i) => {
  const surname = `Kv${'aeiou'[i % 5]}st${'bdgklmnprs'[i % 10]}${'aeiou'[(i >> 3) % 5]}n`;
  const home = `${'ABCDEFGH'[i % 8]},${surname},${10 + i} Mill Lane,LS${1 + (i % 28)} ${i % 9}AB`;
  return (i % 2 ? ['Mr', 'Herr'] : ['Dr', 'Mrs.']).map((title) => `${title},${home}`);
}).flat();

const resolved = async (head: string, last: string) => {
  const file = join(folder, `${last}.csv`);
  writeFileSync(file, [`${head},${last}`, ...gifts.map((gift) => `${gift},M`)].join('\n'));
  const { files, model } = await resolve({ files: [file], out: join(folder, `${last}.out.csv`) });
  const use = files[0]?.uses.find(({ field }) => field === 'Title')?.use;
  return { use, gender: model.comparisons.find(({ name }) => name === 'gender') };
};

test('a title tells the gender where no column does, in whatever language it is', async () => {
  const { use, gender } = await resolved('Title,Initials,Surname,Address,Postcode', 'Mailing');
  expect(use).toBe('gender');
  const [differ] = gender?.levels.filter(({ name }) => name === 'differ') ?? [];
  expect(differ?.m).toBeLessThan(0.05);
  expect(differ?.u).toBeGreaterThan(0.3);
});

test('a title says nothing beside a column of genders', async () => {
  expect((await resolved('Title,Initials,Surname,Address,Postcode', 'Gender')).use).toBe('none');
});
