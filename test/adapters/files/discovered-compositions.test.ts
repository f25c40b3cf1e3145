import { afterAll, beforeAll, expect, it } from 'vitest';
import { text } from '../../../core/sql/quote.ts';
import { ingested, tagsOf } from '../../support/discovered.ts';
import { FileBench, reader } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

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

it('initials beside a given name stand for it where it is missing, and what they say besides is evidence', async () => {
  const people = ['Jan,J.P.,Bakker', ',K.,Visser', 'Piet,P.,Smit', 'Kees,,Mulder'];
  const rows = Array.from({ length: 60 }, (_, i) => `${i},${people[i % 4]}`);
  const path = await bench.write('leden.csv', `id,roepnaam,voorletters,achternaam\n${rows.join('\n')}\n`);
  const found = await reader.discover(path, 'leden.csv');
  expect(tagsOf(found)).toMatchObject({ 'given-name': 'given_name', 'evidence-other-initials': 'other_initials' });
  const made = await ingested(`read_csv(${text(path)}, all_varchar = true)`, found);
  expect(made.slice(0, 4).map(({ given_name, other_initials }) => [given_name, other_initials])).toEqual([
    ...[
      ['Jan', 'P'],
      ['K', null],
      ['Piet', null],
      ['Kees', null],
    ],
  ]);
});

it('e-mails and phones that a record has a list of are columns of their own', async () => {
  const rows = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({
      id: i,
      contacts: [
        { kind: 'mail', value: `p${i}@x.example` },
        { kind: 'tel', value: `+1 415 555 ${1000 + i}` },
      ],
      phones: [`0415 555 ${1000 + i}`, `0212 555 ${1000 + i}`],
      seen: ['web', 'app'],
    }),
  );
  const path = await bench.write('people.ndjson', `${rows.join('\n')}\n`);
  const found = await reader.discover(path, 'people.ndjson');
  expect(tagsOf(found)).toEqual({
    ...{ email: 'contacts_email_1', phone: 'contacts_phone_1' },
    ...{ 'phone-2': 'phones_1', 'phone-3': 'phones_2' },
  });
  const [first] = await ingested(`read_ndjson(${text(path)})`, found);
  expect(first).toMatchObject({ contacts_email_1: 'p0@x.example', phones_2: '0212 555 1000' });
});
