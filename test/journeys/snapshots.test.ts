import { afterEach, describe, expect, it } from 'vitest';
import { csv, TestTenant } from '../support/tenant.ts';
import { tillDocuments } from '../support/till.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

const low = csv(['id', 'price'], ['shoe', 10], ['hat', 5]);
const high = csv(['id', 'price'], ['shoe', 12]);

const stock = () => tenant.query('SELECT id, price FROM till_stock ORDER BY id');
async function deliver(name: string, content: string): Promise<string[]> {
  await tenant.drop(`till/${name}`, content);
  const run = await tenant.run();
  expect(run.error).toBeUndefined();
  return run.tasks.filter((task) => task.name === 'ReadFile').map((task) => task.label);
}

describe('a snapshot that goes back to what it was', () => {
  it('is loaded again, under the name that it had', async () => {
    tenant = await TestTenant.open(tillDocuments('stock.csv'));
    for (const content of [low, high, low]) await deliver('stock.csv', content);
    expect(await stock()).toEqual([
      { id: 'hat', price: '5' },
      { id: 'shoe', price: '10' },
    ]);
    // A feed of another shape loads all of its files anew, in the order in which they came.
    const shape = {
      fields: [
        { field: 'id', required: true },
        { field: 'price', type: 'Integer' },
      ],
    };
    await tenant.configure(tillDocuments('stock.csv', {}, shape));
    expect((await tenant.run()).error).toBeUndefined();
    expect(await stock()).toEqual([
      { id: 'hat', price: 5 },
      { id: 'shoe', price: 10 },
    ]);
  });

  it('is loaded again under the name of another day, in place of all that was there', async () => {
    tenant = await TestTenant.open(tillDocuments('stock-{yyyy}-{MM}-{dd}.csv', { mode: 'truncate_and_load' }));
    await deliver('stock-2026-10-01.csv', low);
    await deliver('stock-2026-10-02.csv', high);
    expect(await stock()).toEqual([{ id: 'shoe', price: '12' }]);
    await deliver('stock-2026-10-03.csv', low);
    expect(await stock()).toHaveLength(2);
  });
});

it('a file that is delivered again, under its name or another, is not loaded again', async () => {
  tenant = await TestTenant.open(tillDocuments('stock*.csv'));
  expect(await deliver('stock.csv', low)).toHaveLength(1);
  expect(await deliver('stock.csv', low)).toEqual([]);
  expect(await deliver('stock-copy.csv', low)).toEqual([]);
  expect(await deliver('stock.csv', high)).toHaveLength(1);
});

describe('a feed that is replaced by what comes', () => {
  const replaced = (pattern: string) => tillDocuments(pattern, { mode: 'truncate_and_load' });
  const ids = async () => (await stock()).map(({ id }) => id);
  const stockOf = (...names: string[]) => csv(['id', 'price'], ...names.map((name) => [name, 1]));
  const run = async () => expect((await tenant.run()).error).toBeUndefined();

  it('ends with the last of the days that a run has to load, whole, as it does by a run a day', async () => {
    tenant = await TestTenant.open(replaced('{yyyy}-{MM}-{dd}/*.csv'));
    await tenant.drop('till/2026-10-25/all.csv', stockOf('shoe', 'hat'));
    await tenant.drop('till/2026-10-26/1.csv', stockOf('shoe'));
    await tenant.drop('till/2026-10-26/2.csv', stockOf('coat'));
    await run();
    expect(await ids()).toEqual(['coat', 'shoe']);
  });

  it('ends with the last of the landings of files without a date, of which each is whole', async () => {
    tenant = await TestTenant.open(replaced('*.csv'));
    await tenant.drop('till/1.csv', stockOf('shoe', 'hat'));
    await tenant.drop('till/2.csv', stockOf('coat'));
    await run();
    expect(await ids()).toEqual(['coat', 'hat', 'shoe']);
    await tenant.drop('till/3.csv', stockOf('hat'));
    await run();
    expect(await ids()).toEqual(['hat']);
    // A feed of another shape loads all of its files anew, and ends as it was.
    await tenant.configure(tillDocuments('*.csv', { mode: 'truncate_and_load' }, { time_zone: 'Europe/Berlin' }));
    await run();
    expect(await ids()).toEqual(['hat']);
  });

  it('keeps what it holds of a delivery of which a file could not be loaded until it was mended', async () => {
    const strict = (types: object) =>
      tillDocuments('*.csv', { mode: 'truncate_and_load' }, { error_threshold: 0, ...types });
    tenant = await TestTenant.open(strict({}));
    await tenant.drop('till/1.csv', stockOf('shoe'));
    await tenant.drop('till/2.csv', csv(['id', 'price'], ['hat', 1], ['', 1]));
    expect((await tenant.run()).state).toBe('failed');
    await tenant.configure(strict({ error_threshold: 50 }));
    await run();
    expect(await ids()).toEqual(['hat', 'shoe']);
  });

  it('goes back to what it was by a file of another name', async () => {
    tenant = await TestTenant.open(replaced('stock-*.csv'));
    for (const [n, id] of ['shoe', 'hat', 'shoe'].entries()) {
      expect(await deliver(`stock-${n}.csv`, stockOf(id))).toHaveLength(1);
      expect(await ids()).toEqual([id]);
    }
    expect(await deliver('stock-2.csv', stockOf('shoe'))).toEqual([]);
  });
});
