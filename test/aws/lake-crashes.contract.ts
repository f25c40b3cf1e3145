import { describe, expect, it } from 'vitest';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import type { Column } from '../../core/contracts/types.ts';
import { stagedRows } from '../contracts/warehouse-staging.ts';
import { sharedEmulator } from './emulator.ts';
import { trinoLake } from './lake-homes.ts';

const aws = await sharedEmulator();

const columns: Column[] = [
  { name: 'city', type: 'String' },
  { name: '_pk', type: 'String' },
  { name: '_updated', type: 'Integer' },
];
const asOf = '2026-11-01T00:00:00Z';
const people = {
  ...{ schema: 'domain' as const, name: 'people', physical: 'people', version: '1', columns },
  ...{ built_at: '', run_id: '', definition: '', inputs: {} },
};

class Crash extends Error {}

/** Lets a number of calls through, and ends the process, as it were, once the last of them is done. */
function crashingAfter<T extends object>(calls: { left: number }, whole: T): T {
  return new Proxy(whole, {
    get: (target, name) => {
      const found = Reflect.get(target, name);
      if (typeof found !== 'function' || name === 'uri')
        return typeof found === 'function' ? found.bind(target) : found;
      return async (...given: unknown[]) => {
        if (calls.left === 0) throw new Crash();
        const answer = await found.apply(target, given);
        if (--calls.left === 0) throw new Crash();
        return answer;
      };
    },
  });
}

describe('a load into the lake that is broken off', () => {
  it.each([false, true])(
    'has the counts and rows of one that is not, wherever that happens (replacing: %s)',
    async (replace) => {
      const lake = await trinoLake(aws);
      const [name, sql] = ['test', 'SELECT _pk, city, _load FROM domain.people ORDER BY _pk'];
      let isWhole = false;
      for (let after = 1; !isWhole; after++) {
        const calm = new LakeWarehouse(lake);
        await calm.drop('people');
        const load = async (rows: string, loadId: string) => ({
          ...{ table: 'people', columns, loadId, replace: replace && loadId === 'second' },
          stagedKey: await stagedRows(lake.objects, `SELECT * FROM (VALUES ${rows}) t(city, _pk, _updated)`),
        });
        await calm.upsert(await load("('Rome', 'a', 10), ('Oslo', 'b', 10), ('Bari', 'd', 10)", 'first'));

        const second = await load("('Lima', 'a', 11), ('Oslo', 'b', 10), ('Kyiv', 'c', 1)", 'second');
        const calls = { left: after };
        const crashing = new LakeWarehouse({
          ...lake,
          engine: crashingAfter(calls, lake.engine),
          objects: crashingAfter(calls, lake.objects),
        });
        isWhole = await crashing.upsert(second).then(
          () => true,
          (cause) => {
            expect(cause).toBeInstanceOf(Crash);
            return false;
          },
        );
        const counts = await calm.upsert(second);
        const { rows } = await calm.query({ name, sql, tables: [people], asOf }, { limit: 10 });
        const told = { after, counts, rows, ...(await calm.loads('people')) };
        const [updated, kept] = replace ? [0, []] : [1, [['d', 'Bari', 1]]];
        expect(told).toEqual({
          after,
          counts: replace ? { inserted: 3, updated, unchanged: 0 } : { inserted: 1, updated, unchanged: 1 },
          rows: [['a', 'Lima', 2], ['b', 'Oslo', replace ? 2 : 1], ['c', 'Kyiv', 2], ...kept],
          ...{ generation: expect.any(String), last: 2, whole: 2 },
        });
        expect(await calm.loaded('people', ['first', 'second'])).toEqual(['first', 'second']);
        expect((await lake.objects.list('staged/')).map(({ key }) => key)).toEqual([]);
      }
    },
  );

  it('is refused, and can be repeated, when two of its rows have one key', async () => {
    const lake = await trinoLake(aws);
    const warehouse = new LakeWarehouse(lake);
    const load = async (rows: string) => ({
      ...{ table: 'people', columns, loadId: 'first', replace: false },
      stagedKey: await stagedRows(lake.objects, `SELECT * FROM (VALUES ${rows}) t(city, _pk, _updated)`),
    });
    const twice = warehouse.upsert(await load("('Rome', 'a', 10), ('Oslo', 'a', 10)"));
    await expect(twice).rejects.toMatchObject({
      name: 'InternalError',
      message: expect.stringContaining('2 rows of 1 keys'),
    });
    expect(await warehouse.loads('people')).toMatchObject({ last: 0, whole: 0 });
    expect(await warehouse.loaded('people', ['first'])).toEqual([]);
    expect(await warehouse.upsert(await load("('Rome', 'a', 10)"))).toMatchObject({ inserted: 1 });
  });
});
