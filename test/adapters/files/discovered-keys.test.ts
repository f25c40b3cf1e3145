import { afterAll, beforeAll, expect, it } from 'vitest';
import { lines } from '../../support/discovered.ts';
import { FileBench } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const discover = (name: string, content: string) => bench.discover(name, content);

it('two columns are proposed as a key when no single one is unique', async () => {
  const rows = lines(300, (i) => `${Math.floor(i / 3)},${i % 3},${i % 5}`);
  const found = await discover('lines.csv', `order_id,line_no,quantity\n${rows}\n`);
  expect(found.primary_keys[0]).toEqual({ columns: ['order_id', 'line_no'], uniqueness: 1 });
});

it('how far the best column is from a key is told when none is near to one', async () => {
  const found = await discover('repeats.csv', 'a,b\n1,2\n1,2\n1,3\n');
  expect(found.primary_keys[0]).toEqual({ columns: ['b'], uniqueness: 2 / 3 });
});

it('an identifier that a few rows repeat comes before names and addresses that happen to be unique', async () => {
  const rows = lines(200, (i) => `C${i === 7 ? 6 : i},Person ${i},p${i}@example.com,2024-03-01T10:00:00Z`);
  const found = await discover('people.csv', `customer_id,name,email,updated_at\n${rows}\n`);
  expect(found.feed.primary_key).toEqual(['customer_id']);
  expect(found.primary_keys).toContainEqual({ columns: ['name'], uniqueness: 1 });
  expect(found.questions[0]).toMatch(
    /^Nothing is unique but name and email, whose values change: with customer_id as the key 199 of 200 rows/,
  );
});

it('of a file with a header alone nothing is said of how unique its columns are', async () => {
  const { questions } = await discover('none.csv', 'id,name\n');
  expect(questions[0]).toContain('The file has no rows');
  expect(questions.join()).not.toContain('0 of 0');
});
