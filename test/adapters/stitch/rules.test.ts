import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { customers } from '../../support/customers.ts';
import {
  idsOf,
  readTable,
  runStitch,
  runStitchChanges,
  type StitchRecord,
  temporaryFolder,
  writeRecords,
} from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
/** Others, for the model to learn from. */
const crowd = customers(400, 2).records.map((record) => ({ ...record, datasource: 'crowd' }));
let runs = 0;

async function stitch(records: StitchRecord[], settings: Record<string, unknown> = {}) {
  const name = `run-${++runs}`;
  const path = await writeRecords(join(folder, `${name}.parquet`), [...crowd, ...records]);
  const outFolder = join(folder, name);
  const report = await runStitch({ records: path, outFolder }, settings);
  return { ids: await idsOf(outFolder), report, outFolder };
}

const maria = {
  given_name: 'María',
  surname: 'Ortega',
  birthdate: '1985-04-12',
  email: 'maria.ortega+shop@example.org',
};
const plain = { given_name: 'MARIA', surname: 'ORTEGA', birthdate: '1985-04-12', email: 'Maria.Ortega@Example.org' };

describe('two records', () => {
  test('of one person in other spellings are one person', async () => {
    const { ids } = await stitch([
      { datasource: 'web', pk: '1', ...maria },
      { datasource: 'shop', pk: '1', ...plain },
    ]);
    expect(ids['web/1']).toBe(ids['shop/1']);
  });

  test('of a couple that shares all but given name and birth date are two people', async () => {
    const home = {
      surname: 'Ortega',
      email: 'ortegas@example.org',
      phone: '212 555 0134',
      address: '12 Hill St',
      postal: '10001',
    };
    const { ids } = await stitch([
      { datasource: 'web', pk: '1', given_name: 'Maria', birthdate: '1985-04-12', ...home },
      { datasource: 'web', pk: '2', given_name: 'Pedro', birthdate: '1981-11-30', ...home },
    ]);
    expect(ids['web/1']).not.toBe(ids['web/2']);
  });

  test('that have a common given name and nothing else are two people', async () => {
    const smith = { given_name: 'Mary' };
    const { ids } = await stitch([
      { datasource: 'web', pk: '1', ...smith },
      { datasource: 'web', pk: '2', ...smith },
    ]);
    expect(ids['web/1']).not.toBe(ids['web/2']);
  });

  test('that are empty are two people', async () => {
    const { ids } = await stitch([
      { datasource: 'web', pk: '1' },
      { datasource: 'web', pk: '2' },
    ]);
    expect(ids['web/1']).not.toBe(ids['web/2']);
  });

  test('with nothing in common but a foreign key are one person', async () => {
    const { ids } = await stitch([
      { datasource: 'web', pk: '1', given_name: 'Ulla', surname: 'Kvist', fk_card: 'c-77' },
      { datasource: 'shop', pk: '9', email: 'someone@example.net', fk_card: 'C-77 ' },
    ]);
    expect(ids['web/1']).toBe(ids['shop/9']);
  });

  test('that a separation key parts stay apart, unless a foreign key comes first', async () => {
    const pair = [
      { datasource: 'web', pk: '1', ...maria, sk_generational_suffix: 'SR', fk_card: 'c-1' },
      { datasource: 'shop', pk: '1', ...plain, sk_generational_suffix: 'JR', fk_card: 'c-1' },
    ];
    const byForeignKey = await stitch(pair);
    const bySeparationKey = await stitch(pair, { key_priority: 'sk' });
    expect(byForeignKey.ids['web/1']).toBe(byForeignKey.ids['shop/1']);
    expect(bySeparationKey.ids['web/1']).not.toBe(bySeparationKey.ids['shop/1']);
  });
});

describe('labels', () => {
  const records = [
    { datasource: 'web', pk: '1', ...maria },
    { datasource: 'shop', pk: '1', ...plain },
    { datasource: 'shop', pk: '2', given_name: 'Ola' },
  ];

  test('part records that agree in everything', async () => {
    const labels = [
      { label: 'case-1', partition: '1', datasource: 'web', pk: '1' },
      { label: 'case-1', partition: '2', datasource: 'shop', pk: '1' },
    ];
    const { ids } = await stitch(records, { labels });
    expect(ids['web/1']).not.toBe(ids['shop/1']);
  });

  test('of records that are not there are told in the warnings of a run, and are no more once they are mended', async () => {
    const label = (pk: string, partition: string) => ({ label: 'case-1', partition, datasource: 'web', pk });
    const [first, second] = [label('1', '1'), label('99', '1')];
    const path = await writeRecords(join(folder, 'lost.parquet'), [...crowd, ...records]);
    const [one, two, three] = ['lost-1', 'lost-2', 'lost-3'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const lost = 'labels of records that are not there count for nothing, 1: web/99 ("case-1"): mend or remove them';
    expect((await runStitch({ records: path, outFolder: one })).warnings).toEqual([]);
    const again = { records: path, outFolder: two, previous: one };
    const told = await runStitchChanges(again, { labels: [first, second] });
    expect(told?.warnings).toEqual([expect.stringContaining(lost)]);
    const mended = await runStitch({ records: path, outFolder: three, previous: two }, { labels: [first] });
    expect(mended.warnings).toEqual([]);
    const whole = await runStitch({ records: path, outFolder: `${three}-whole` }, { labels: [first, second] });
    expect(whole.warnings).toEqual([expect.stringContaining(lost)]);
  });

  test('join records that agree in nothing', async () => {
    const labels = [
      { label: 'case-1', partition: '1', datasource: 'web', pk: '1' },
      { label: 'case-1', partition: '1', datasource: 'shop', pk: '2' },
    ];
    const { ids } = await stitch(records, { labels });
    expect(ids['web/1']).toBe(ids['shop/2']);
  });
});

describe('bad values', () => {
  test('are found by themselves when too many people share them, and bind nobody', async () => {
    const names =
      'Ada Bea Cleo Dora Edda Fay Gwen Hope Iris June Kay Lena Mona Nell Opal Page Quin Rose Seda Tess Una Vera Wren Xenia'.split(
        ' ',
      );
    const shared = names.map((given_name, i) => ({
      datasource: 'web',
      pk: String(i),
      given_name,
      email: 'office@acme.example',
    }));
    const { ids, outFolder } = await stitch(shared);
    expect(new Set(shared.map(({ pk }) => ids[`web/${pk}`])).size).toBe(names.length);
    const bad = await readTable<{ semantic: string; value: string }>(outFolder, 'stitch_bad_values', 'semantic, value');
    expect(bad).toContainEqual({ semantic: 'email', value: 'OFFICE@ACME.EXAMPLE' });
    const flags = await readTable<{ has_blv: boolean }>(outFolder, 'assignments', 'pk, has_blv');
    expect(flags.filter((row) => row.has_blv)).toHaveLength(names.length);
  });

  test('of the settings bind nobody either', async () => {
    const records = [
      { datasource: 'web', pk: '1', phone: '2125550100', given_name: 'Ulla' },
      { datasource: 'shop', pk: '1', phone: '2125550100', surname: 'Kvist' },
    ];
    const { ids } = await stitch(records, { bad_values: [{ semantic: 'phone', value: '2125550100' }] });
    expect(ids['web/1']).not.toBe(ids['shop/1']);
  });
});

test('a second e-mail address counts as the first does', async () => {
  const { ids } = await stitch([
    {
      datasource: 'web',
      pk: '1',
      given_name: 'Ulla',
      surname: 'Kvist',
      email: 'u@example.net',
      email_1: 'ulla.kvist@example.org',
    },
    { datasource: 'shop', pk: '1', given_name: 'Ulla', surname: 'Kvist', email: 'ulla.kvist@example.org' },
  ]);
  expect(ids['web/1']).toBe(ids['shop/1']);
});

describe('nobody gets two records of a source that holds each person once', () => {
  const whole = customers(300, 5).records.filter(
    (record) => record.given_name && record.surname && record.birthdate && record.email && record.phone,
  );
  const people = [...new Map(whole.map((record) => [record.email, record])).values()];
  const again = people
    .slice(0, 1)
    .map((record) => ({ ...record, datasource: 'register', pk: 'again', phone: '2125550177' }));
  const records = people.flatMap((record, i) => [
    { ...record, datasource: 'register', pk: `${i}` },
    { ...record, datasource: 'club', pk: `${i}`, phone: undefined },
  ]);

  async function stitched(name: string, previous: string | undefined, clean_sources?: string[]) {
    const path = await writeRecords(join(folder, 'clean.parquet'), [...records, ...again]);
    const outFolder = join(folder, `clean-${name}`);
    const request = { records: path, outFolder, ...(previous && { previous: join(folder, `clean-${previous}`) }) };
    const report = await runStitch(request, clean_sources === undefined ? {} : { clean_sources });
    const ids = await idsOf(outFolder);
    return { report, together: ids['register/0'] === ids['register/again'] };
  }

  test('as the data shows, or as the settings say, without another model', async () => {
    const shown = await stitched('shown', undefined);
    expect(shown.report.clean_sources).toContain('register');
    expect(shown.together).toBe(false);
    const off = await stitched('off', 'shown', []);
    expect(off).toMatchObject({ together: true, report: { clean_sources: [], model: { trained_by: 'run-1' } } });
    expect(off.report.model).not.toHaveProperty('why');
    const said = await stitched('said', 'off', ['register']);
    expect(said).toMatchObject({ together: false, report: { clean_sources: ['register'] } });
    expect((await stitched('other', 'said', ['club'])).together).toBe(true);
  });
});

test('a record without a key of its own is refused, with its source and key', async () => {
  await expect(
    stitch([
      { datasource: 'web', pk: '1' },
      { datasource: 'web', pk: '1' },
    ]),
  ).rejects.toThrow(/"1" of "web" has no key of its own/);
});

test('no records at all give no people', async () => {
  const path = await writeRecords(join(folder, 'none.parquet'), [{ datasource: 'web', pk: '1', given_name: 'x' }]);
  const { DuckDbSession } = await import('../../../adapters/sql/duckdb/session.ts');
  const session = await DuckDbSession.open();
  await session.run('empty', `CREATE TABLE e AS SELECT * FROM read_parquet('${path}') WHERE false`);
  await session.run('empty', `COPY e TO '${path}' (FORMAT parquet)`);
  session.close();
  const report = await runStitch({ records: path, outFolder: join(folder, 'none') });
  expect(report).toMatchObject({ records: 0, people: 0, dedupe_rate: 0 });
});

describe('hostile data', () => {
  test('ten thousand identical records, and a chain of look-alikes, end soon', async () => {
    const twins = Array.from({ length: 10_000 }, (_, i) => ({ datasource: 'web', pk: `t${i}`, ...maria }));
    const chain = Array.from({ length: 3000 }, (_, i) => ({
      datasource: 'web',
      pk: `c${i}`,
      given_name: 'Kim',
      surname: 'Lee',
      address: `${i} Main St`,
      postal: '10001',
      phone: `21255${String(i).padStart(5, '0')}`,
    }));
    const { ids, report } = await stitch([...twins, ...chain]);
    expect(new Set(twins.map(({ pk }) => ids[`web/${pk}`])).size).toBe(1);
    expect(report.pairs).toBeLessThan(400_000);
  });

  test('names in any script and of any length go through', async () => {
    const { ids } = await stitch([
      { datasource: 'web', pk: '1', given_name: '😀', surname: 'محمد', email: 'a@b@c', birthdate: '0001-01-01' },
      {
        datasource: 'web',
        pk: '2',
        given_name: 'x'.repeat(100_000),
        surname: "O'Brien; DROP TABLE record",
        postal: '',
      },
    ]);
    expect(Object.keys(ids)).toContain('web/2');
  });
});

describe('two people of one common name', () => {
  const home = (i: number) => ({ surname: 'Keller', given_name: 'Petra', birthdate: `19${60 + i}-03-0${1 + i}` });
  test('whose e-mail users spell that name with other numbers stay two', async () => {
    const { ids } = await stitch([
      { datasource: 'web', pk: '1', ...home(1), email: 'petra.keller52@example.org' },
      { datasource: 'web', pk: '2', ...home(7), email: 'petra.keller58@example.org' },
    ]);
    expect(ids['web/1']).not.toBe(ids['web/2']);
  });
});
