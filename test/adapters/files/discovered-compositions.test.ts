import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFileReader } from '../../../adapters/files/reader.ts';
import { FileBench } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const reader = createFileReader({ threads: 2, memoryLimit: '1GB' });

it('days of birth in three fields, and others in one, are made two columns, each asked about by its own values', async () => {
  const day = (year: number, i: number) => [year + (i % 40), 1 + (i % 12), 1 + (i % 28)];
  const rows = Array.from({ length: 60 }, (_, i) => {
    const [year, month, date] = day(1960, i).map((part) => String(part).padStart(2, '0'));
    return [i, ...day(1950, i), i % 6 === 0 ? 'unknown' : `${year}-${month}-${date}`].join(',');
  });
  const path = await bench.write('days.csv', `id,by,bm,bd,dob\n${rows.join('\n')}\n`);
  const { feed, questions } = await reader.discover(path, 'days.csv');
  const made = feed.fields.filter(({ type }) => type === 'Date').map(({ field }) => field);
  expect(made).toEqual(['birthdate', 'date_of_birth']);
  expect(questions.filter((question) => question.includes('10 of 60 values of dob say no day'))).toHaveLength(1);
});
