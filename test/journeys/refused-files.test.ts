import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { inboxFolder } from '../../local/home.ts';
import { csv, TestTenant } from '../support/tenant.ts';
import { tillDocuments } from '../support/till.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

const unreadable = csv(['id', 'id'], ['shoe', 'shoe']);
const mostlyBad = csv(['id', 'price'], ['', 1], ['', 2]);
const stockOf = (id: string) => csv(['id', 'price'], [id, 10]);
const ids = async () => (await tenant.query('SELECT id FROM till_stock ORDER BY id')).map(({ id }) => id);

describe('a file that can’t be loaded', () => {
  it.each([
    ['UnreadableFile', unreadable],
    ['ErrorThresholdExceeded', mostlyBad],
  ])('for %s is made up for by the same name delivered again', async (error, content) => {
    tenant = await TestTenant.open(tillDocuments('*.csv'));
    await tenant.drop('till/a.csv', content);
    expect((await tenant.run()).error?.message).toContain(`${error}: a.csv`);
    await tenant.drop('till/a.csv', stockOf('hat'));
    await tenant.drop('till/b.csv', stockOf('shoe'));
    expect((await tenant.run()).error).toBeUndefined();
    expect(await ids()).toEqual(['hat', 'shoe']);
    // Nor is it tried again once what took its place is loaded.
    await tenant.drop('till/c.csv', stockOf('coat'));
    expect((await tenant.run()).error).toBeUndefined();
    expect(await ids()).toEqual(['coat', 'hat', 'shoe']);
    // A feed of another shape tries all of them, and goes by the newer again.
    const fields = [
      { field: 'id', required: true },
      { field: 'price', type: 'Integer' },
    ];
    await tenant.configure(tillDocuments('*.csv', {}, { fields }));
    expect((await tenant.run()).error).toBeUndefined();
    expect(await ids()).toEqual(['coat', 'hat', 'shoe']);
  });

  it('holds up no other of its feed, and fails the run with all that were refused', async () => {
    tenant = await TestTenant.open(tillDocuments('*.csv'));
    await tenant.drop('till/a.csv', unreadable);
    await tenant.drop('till/b.csv', stockOf('shoe'));
    await tenant.drop('till/c.csv', mostlyBad);
    await tenant.drop('till/d.csv', stockOf('hat'));
    for (let run = 0; run < 2; run++) {
      const { state, error } = await tenant.run();
      expect([state, error?.type]).toEqual(['failed', 'LoadFailed']);
      expect(error?.message).toMatch(/^feed\/stock: UnreadableFile: a\.csv.*; ErrorThresholdExceeded: c\.csv/);
      expect(await ids()).toEqual(['hat', 'shoe']);
    }
  });

  it.each([
    ['has no name for a column', 'i\0d,price\nshoe,1\n', {}, 'InvalidInput'],
    ['has a value that an ingest query fails at', stockOf('x'), { ingest_query: 'ingest-query/stock' }, 'QueryFailed'],
  ])('since it %s holds up no other either', async (_, content, load, error) => {
    const sql = 'SELECT CAST(id AS INTEGER) AS id, price FROM file';
    tenant = await TestTenant.open([...tillDocuments('*.csv', load), { id: 'ingest-query/stock', sql }]);
    await tenant.drop('till/a.csv', content);
    await tenant.drop('till/b.csv', stockOf('1'));
    expect((await tenant.run()).error?.message).toContain(`${error}: `);
    expect(await ids()).toEqual(['1']);
  });

  it('is tried again once its feed’s threshold is raised', async () => {
    tenant = await TestTenant.open(tillDocuments('*.csv'));
    await tenant.drop('till/a.csv', csv(['id', 'price'], ['', 1], ['shoe', 2]));
    expect((await tenant.run()).error?.message).toContain('ErrorThresholdExceeded: a.csv');
    await tenant.configure(tillDocuments('*.csv', {}, { error_threshold: 50 }));
    expect((await tenant.run()).error).toBeUndefined();
    expect(await ids()).toEqual(['shoe']);
  });

  it('stops a feed that is emptied before it is loaded, and readers keep what they had', async () => {
    tenant = await TestTenant.open(tillDocuments('*.csv', { mode: 'truncate_and_load' }));
    await tenant.drop('till/a.csv', stockOf('shoe'));
    expect((await tenant.run()).error).toBeUndefined();
    await tenant.drop('till/b.csv', unreadable);
    await tenant.drop('till/c.csv', stockOf('hat'));
    const { error } = await tenant.run();
    expect(error?.message).toMatch(/^feed\/stock: the table is emptied before it is loaded.*UnreadableFile: b\.csv/);
    expect(await ids()).toEqual(['shoe']);
  });
});

it('a file whose name is as long as names may be is loaded', async () => {
  tenant = await TestTenant.open(tillDocuments('*.csv'));
  await tenant.drop(`till/${'ü'.repeat(125)}.csv`, stockOf('shoe'));
  expect((await tenant.run()).error).toBeUndefined();
  expect(await ids()).toEqual(['shoe']);
});

it('a file whose name is no text is passed over with a warning', async () => {
  tenant = await TestTenant.open(tillDocuments('*.csv'));
  await tenant.drop('till/a.csv', stockOf('shoe'));
  await writeFile(
    Buffer.concat([Buffer.from(`${inboxFolder(tenant.home, 'test')}/till/b-`), Buffer.of(0xff), Buffer.from('.csv')]),
    '',
  );
  const { error, warnings } = await tenant.run();
  expect(error).toBeUndefined();
  expect(warnings).toMatchObject([{ type: 'DoubtfulFiles', message: expect.stringContaining('no UTF-8') }]);
});
