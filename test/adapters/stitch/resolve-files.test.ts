import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columns, fileIn, people, quoted, resolve, rows } from '../../support/any-files.ts';
import { temporaryFolder } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
const file = fileIn(folder);

describe('any file', () => {
  test.each(['csv', 'csv.gz', 'parquet', 'ndjson'])(
    'keeps its rows, columns and order as %s, with an amp_id beside each',
    async (ending) => {
      const given = file('plain.csv', people);
      const out = join(folder, `out.${ending}`);
      const found = await resolve({ files: [given], out });
      const written = await rows(out);
      expect(written.map(({ id }) => id)).toEqual(people.map((_, i) => `r${i}`));
      expect(Object.keys(written[0] ?? {})).toEqual(['id', ...columns, 'amp_id']);
      expect(new Set(written.map(({ amp_id }) => amp_id)).size).toBe(found.people);
      expect(found.people).toBeLessThan(found.records);
    },
  );

  test.each([2, 3, 4, 6, 8])('of %i people who have nothing in common leaves each apart', async (count) => {
    const strangers = [
      'Otto,Dubois,tqesgkd@gmx.example,4334027406,2001-01-18',
      'Bertrand,Jones,kwzkcjb@yahoo.example,6798534045,1985-10-11',
      'Quentin,Weber,amkkdkc@x.example,4799328083,1992-01-28',
      'Carl,Yamada,jfjxety@icloud.example,6066146511,1949-02-23',
      'John,Brown,fxdakqg@mail.example,3770111607,2002-02-09',
      'Dorothea,Zimmer,weelixd@y.example,6692706553,1959-03-12',
      'Ines,Castro,ppqrstu@z.example,5123344556,1971-07-30',
      'Mehmet,Aydin,ohbnvcx@w.example,9218877665,1988-12-05',
    ].slice(0, count);
    const given = join(folder, 'strangers.csv');
    writeFileSync(given, ['first_name,last_name,email,phone,dob', ...strangers].join('\n'));
    expect(await resolve({ files: [given], out: join(folder, 'apart.csv') })).toMatchObject({ people: count });
  });

  test.each([2, 3, 6])('of %i records of which two say the same takes these for one person', async (count) => {
    const others = people
      .slice(0, count - 2)
      .map(({ given_name, surname }, i) => [given_name, surname, `${i}@x.example`]);
    const twice = ['Petra', 'Keller', 'petra@y.example'];
    const given = join(folder, 'twice.csv');
    writeFileSync(given, [['first_name', 'last_name', 'email'], twice, ...others, twice].map(String).join('\n'));
    expect(await resolve({ files: [given], out: join(folder, 'once.csv') })).toMatchObject({ people: count - 1 });
  });

  test('of e-mails and phones alone joins those who have one in common', async () => {
    const given = join(folder, 'contacts.csv');
    // Every third home has one phone for two people; a record holds an e-mail, a phone, or both.
    const contacts = Array.from({ length: 4000 }, (_, i) => {
      const person = i >> 1;
      const home = person % 6 === 1 ? person - 1 : person;
      const [email, phone] = [
        `u${(person * 7919) % 99_991}@x.example`,
        `2125${(home * 104_729) % 900_001}`.padEnd(10, '7'),
      ];
      return [i % 5 === 0 ? '' : email, i % 5 === 1 || i % 7 === 0 ? '' : phone];
    });
    writeFileSync(given, [['email', 'phone'], ...contacts].map(String).join('\n'));
    const out = join(folder, 'contacts-out.csv');
    await resolve({ files: [given], out });
    const ids = new Map<string, Set<string>>();
    for (const { email, amp_id } of await rows(out))
      if (email) ids.set(String(email), (ids.get(String(email)) ?? new Set()).add(String(amp_id)));
    const joined = [...ids.values()].filter(({ size }) => size === 1).length;
    expect(joined).toBeGreaterThan(0.99 * ids.size);
  });

  test('may have a column rowid, of one file or of several', async () => {
    const numbered = file('numbered.csv', people, { RowId: (i) => `${1000 - i}` });
    const out = join(folder, 'numbered-out.csv');
    const { people: found } = await resolve({ files: [file('bare.csv', people)], out });
    for (const wishes of [{}, { key: 'RowId' }])
      expect(await resolve({ files: [numbered], out, ...wishes })).toMatchObject({ people: found });
    const written = await rows(out);
    expect(written.map(({ RowId }) => Number(RowId))).toEqual(people.map((_, i) => 1000 - i));
    expect(Object.keys(written[0] ?? {})).not.toContain('row of the file');
    await resolve({ files: [numbered, file('bare.csv', people)], out: join(folder, 'both-out.ndjson') });
  });

  test('tells of records that it could not read, which are not in the result', async () => {
    const given = join(folder, 'ragged.csv');
    const lines = people.slice(0, 20).map(({ given_name, surname }, i) => `r${i},${given_name},${surname}`);
    writeFileSync(given, ['id,given_name,surname', ...lines, 'r20,Ada,Low,1,2'].join('\n'));
    const { records, warnings } = await resolve({ files: [given], out: join(folder, 'read.csv') });
    expect(records).toBe(20);
    expect(warnings).toContainEqual(expect.stringMatching(/^1 records of ragged\.csv can't be read/));
  });

  test('gives the same people whatever the order of its rows', async () => {
    const [given, turned] = [file('given.csv', people), join(folder, 'turned.csv')];
    const [head = '', ...lines] = readFileSync(given, 'utf8').split('\n');
    writeFileSync(turned, [head, ...lines.toReversed()].join('\n'));
    await resolve({ files: [given], out: join(folder, 'a.csv'), key: 'id' });
    await resolve({ files: [turned], out: join(folder, 'b.csv'), key: 'id' });
    const ids = (written: Record<string, string>[]) =>
      Object.fromEntries(written.map(({ id, amp_id }) => [id, amp_id]));
    expect(ids(await rows(join(folder, 'b.csv')))).toEqual(ids(await rows(join(folder, 'a.csv'))));
  });

  test('several files are several sources, and their people are found across them', async () => {
    const every = (turn: number) => people.filter((_, i) => i % 2 === turn);
    const files = [file('crm.csv', every(0)), file('shop.csv', every(1))];
    const out = join(folder, 'both.csv');
    const found = await resolve({ files, out });
    const written = await rows(out);
    expect(found.records).toBe(people.length);
    const filesOf = new Map<string, Set<string>>();
    for (const { amp_id = '', file: from = '' } of written)
      filesOf.set(amp_id, (filesOf.get(amp_id) ?? new Set()).add(from));
    expect([...filesOf.values()].some((names) => names.size === 2)).toBe(true);
  });

  test('a key may count from the start in each source', async () => {
    const lines = people.map(({ given_name, surname, email }, i) =>
      [`${Math.floor(i / 2)}`, i % 2 === 0 ? 'crm' : 'shop', given_name, surname, email].map(quoted).join(','),
    );
    const given = join(folder, 'counted.csv');
    writeFileSync(given, ['no,origin,first_name,last_name,email', ...lines].join('\n'));
    const wishes = { files: [given], out: join(folder, 'x.csv'), key: 'no' };
    expect(await resolve({ ...wishes, source: 'origin' })).toMatchObject({ records: people.length });
    await expect(resolve(wishes)).rejects.toThrow(
      '--key no does not name the records of counted.csv: of 299 rows it has 150 values',
    );
  });

  test('of several files not each needs the key and the source that are named', async () => {
    const files = [file('till.csv', people.slice(0, 80), { till: (i) => `t${i % 2}` }), join(folder, 'post.csv')];
    const lines = people.slice(80).map(({ given_name, surname, email }) => [given_name, surname, email].map(quoted));
    writeFileSync(files[1] ?? '', [['first_name', 'last_name', 'email'], ...lines].map(String).join('\n'));
    const found = await resolve({ files, out: join(folder, 'x.csv'), key: 'id', source: 'till' });
    expect(found.records).toBe(people.length);
  });

  test('the key is no evidence, nor is a column that only repeats others, and any other column is', async () => {
    const given = file('more.csv', people, {
      whole_name: (i) => `${people[i]?.given_name ?? ''} ${people[i]?.surname ?? ''}`,
      tier: (i) => ['gold', 'silver', 'bronze'][i % 3] ?? '',
      empty: () => '',
    });
    const found = await resolve({ files: [given], out: join(folder, 'x.csv'), key: 'id' });
    const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
    expect(uses).toMatchObject({
      id: 'key',
      given_name: 'given-name',
      birthdate: 'birthdate',
      tier: 'evidence-tier',
      whole_name: 'none',
      empty: 'none',
    });
  });

  test('names of columns that nobody knows are evidence, also where all records of a person share an e-mail', async () => {
    const given = join(folder, 'unknown.csv');
    const whole = people.filter(({ email, given_name, surname }) => email && given_name && surname);
    const own = [...new Map(whole.map((record) => [record.email, record])).values()];
    const records = own.flatMap((one, i) => [
      [`${i}a`, one.email, one.given_name, one.surname, one.city],
      [`${i}b`, one.email, one.given_name, one.surname, ''],
      [`${i}c`, '', one.given_name, one.surname, one.city],
    ]);
    writeFileSync(
      given,
      [['id', 'email', 'aa', 'bb', 'cc'], ...records].map((cells) => cells.map(quoted).join(',')).join('\n'),
    );
    const found = await resolve({ files: [given], out: join(folder, 'x.csv'), key: 'id' });
    const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
    expect(uses).toMatchObject({ aa: 'evidence-aa', bb: 'evidence-bb' });
    expect(found.people).toBeLessThan(own.length * 1.1);
    expect(found.people).toBeGreaterThan(own.length * 0.9);
  });

  test('a person may say what a column is, or leave it out', async () => {
    const given = file('tagged.csv', people, { nick: (i) => (i % 2 ? 'x' : 'y') });
    const tags = new Map([
      ['nick', 'none'],
      ['phone', 'evidence-phone'],
    ]);
    const found = await resolve({ files: [given], out: join(folder, 'x.csv'), tags });
    const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
    expect(uses).toMatchObject({ nick: 'none', phone: 'evidence-phone' });
  });

  test('its report says what was decided, and shows what records hold as text', async () => {
    const evil = people.map((record, i) => (i === 0 ? { ...record, surname: '<script>alert(1)</script>' } : record));
    const report = join(folder, 'told');
    const found = await resolve({ files: [file('evil.csv', evil)], out: join(folder, 'x.csv'), report });
    expect(JSON.parse(readFileSync(`${report}.json`, 'utf8'))).toEqual(found);
    const page = readFileSync(`${report}.html`, 'utf8');
    expect(page).toContain('given-name');
    expect(page).not.toContain('<script');
    expect(page).toContain('found by it only');
    expect(found.blocking.every(({ pairs, accepted, only }) => only <= accepted && accepted <= pairs)).toBe(true);
    expect(found.blocking.some(({ accepted }) => accepted > 0)).toBe(true);
    expect(found.weights.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(found.pairs);
  });
});

describe('is refused by name:', () => {
  const out = join(folder, 'refused.csv');
  test.each([
    ['a key that repeats', { key: 'city' }, /--key city does not name the records of plain\.csv/],
    [
      'a column that is not there',
      { source: 'nowhere' },
      /no file has a column nowhere: expected one of id, given_name/,
    ],
    [
      'a tag that Stitch does not know',
      { tags: new Map([['city', 'emial']]) },
      /emial is no tag that Stitch compares; the nearest is email/,
    ],
    [
      'a result in the place of what it is of',
      { out: join(folder, 'plain.csv') },
      /plain\.csv is one of the files to read/,
    ],
    [
      'a report in the place of the result',
      { out: join(folder, 'told.json'), report: join(folder, 'told') },
      /--report .*told\.json is the file that --out names/,
    ],
    [
      'a folder that is not there',
      { out: join(folder, 'nowhere', 'x.csv') },
      /--out .*x\.csv: there is no such folder/,
    ],
    [
      'a folder of the report that is not there',
      { report: join(folder, 'nowhere', 'x') },
      /--report .*x\.json: there is no such folder/,
    ],
    ['an ending that no writer knows', { out: join(folder, 'x.xlsx') }, /expected a file that ends in \.csv/],
  ])('%s', async (_, wishes, message) => {
    const files = [file('plain.csv', people)];
    await expect(resolve({ files, out, ...wishes })).rejects.toThrow(message);
  });

  test.each(['amp_id', 'AMP_ID'])('a column %s, before anybody is resolved', async (column) => {
    const files = [file('taken.csv', people, { [column]: (i) => `${i % 40}` })];
    const stages: string[] = [];
    const resolving = resolve({ files, out, progress: (stage) => stages.push(stage) });
    await expect(resolving).rejects.toThrow(
      `taken.csv has a column ${column}, a name that the result has for something else`,
    );
    expect(new Set(stages)).toEqual(new Set(['load']));
  });

  test('a column file where there are several files, and not where there is one', async () => {
    const one = file('one.csv', people, { file: (i) => `${i % 40}` });
    await expect(resolve({ files: [one, file('plain.csv', people)], out })).rejects.toThrow(
      'one.csv has a column file, a name that the result has for something else',
    );
    await resolve({ files: [one], out });
    expect((await rows(out))[41]).toMatchObject({ file: expect.anything(), amp_id: expect.any(String) });
  });
});

test('parts of a birth date that are missing one by one count each, where few records have the whole', async () => {
  const path = join(folder, 'parts.csv');
  const lines = people.map((record, i) => {
    const [year = '', month = '', day = ''] = (record.birthdate ?? '').split('-');
    const part = (value: string, turn: number) => (i % 4 === turn ? '' : value);
    return [`r${i}`, record.given_name, record.surname, part(day, 0), part(month, 1), part(year, 2)]
      .map(quoted)
      .join(',');
  });
  writeFileSync(path, ['id,first_name,last_name,dob_day,dob_month,dob_year', ...lines].join('\n'));
  const found = await resolve({ files: [path], out: join(folder, 'x.csv') });
  const uses = Object.fromEntries(found.files[0]?.uses.map(({ field, use }) => [field, use]) ?? []);
  expect(uses).toMatchObject({ dob_day: 'evidence-dob-day', dob_year: 'evidence-dob-year' });
});
