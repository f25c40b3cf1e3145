import { afterEach, describe, expect, it } from 'vitest';
import type { TableEntry } from '../../core/contracts/catalog.ts';
import type { WarehouseHome } from './warehouse.ts';

const asOf = '2026-11-01T00:00:00Z';
const entry = (schema: TableEntry['schema'], physical: string, version: string): TableEntry => ({
  ...{
    schema,
    name: 'x',
    physical,
    version,
    rows: 0,
    columns: [],
    built_at: '',
    run_id: '',
    definition: '',
    inputs: {},
  },
});
const people = (rows: string) => ({
  name: 'people',
  sql: `SELECT * FROM (VALUES ${rows}) AS t (id, city)`,
  tables: [],
  asOf,
});

/** What every warehouse keeps to when a version of a table is laid over another. */
export function warehouseVersionsContract(name: string, open: () => Promise<WarehouseHome>): void {
  describe(`versions of tables in ${name}`, () => {
    let home: WarehouseHome;
    afterEach(() => home.warehouse.close());

    const rows = async (table: TableEntry, where = 'TRUE') => {
      const sql = `SELECT id, city FROM ${table.schema}.x WHERE ${where} ORDER BY id, city`;
      return (await home.warehouse.query({ name: 'test', sql, tables: [table], asOf }, { limit: 100 })).rows;
    };

    it('lays new rows of some keys over a version, tells what differs, and writes all together once much is apart', async () => {
      home = await open();
      const schema = 'customer360';
      const store = (physical: string, values: string) => home.warehouse.build({ schema, physical }, people(values));
      const others = 'bcdefghijklmnopqrstuvwxyz'.split('').map((id) => `('${id}', 'Oslo')`);
      const built = await store('x__1', ["('a', 'Rome')", "('a', 'Bari')", ...others].join(', '));
      let last = { ...entry(schema, 'x__1', '1'), ...built };
      const next = async (n: number, keys: string, fresh: string) => {
        await store(`x__${n}__keys`, keys);
        await store(`x__${n}__fresh`, fresh);
        const replaced = { columns: ['id'], table: `x__${n}__keys` };
        const request = { schema, physical: `x__${n}`, last, keys: replaced, fresh: `x__${n}__fresh` };
        last = {
          ...entry(schema, `x__${n}`, String(n)),
          columns: built.columns,
          ...(await home.warehouse.overlay(request)),
        };
        await home.warehouse.expose([last]);
        return {
          rows: await rows(last, "city <> 'Oslo'"),
          changes: await rows(entry(schema, last.changes?.table ?? '', '')),
        };
      };

      expect(await next(2, "('a', ''), ('new', '')", "('a', 'Bari'), ('new', 'Kyiv')")).toEqual({
        rows: [
          ['a', 'Bari'],
          ['new', 'Kyiv'],
        ],
        changes: [
          ['a', 'Rome'],
          ['new', 'Kyiv'],
        ],
      });
      expect([last.rows, last.parquet, last.changes?.since]).toEqual([27, built.parquet, '1']);

      expect(await next(3, "('new', ''), ('b', '')", "('b', 'Oslo')")).toEqual({
        rows: [['a', 'Bari']],
        changes: [['new', 'Kyiv']],
      });
      expect([last.rows, last.parquet]).toEqual([26, built.parquet]);

      expect((await next(4, "('c', ''), ('d', '')", "('c', 'Lima'), ('d', 'Lima')")).rows).toHaveLength(3);
      expect([last.rows, last.parquet_delta]).toEqual([26, undefined]);
      const kept = (await home.objects.list('tables/customer360/')).map(({ key }) => key.split(/[/.]/)[2]);
      expect([...new Set(kept)]).toEqual(['x__4', 'x__4__changes']);
      expect(await home.warehouse.describe({ schema, physical: 'x__1' })).toBeUndefined();
    });

    it('replaces all rows where no keys are told', async () => {
      home = await open();
      const schema = 'customer360';
      const built = await home.warehouse.build({ schema, physical: 'x__1' }, people("('a', 'Rome'), ('b', 'Oslo')"));
      await home.warehouse.build({ schema, physical: 'fresh' }, people("('b', 'Oslo'), ('c', 'Lima')"));
      const last = { ...entry(schema, 'x__1', '1'), ...built };
      const request = { schema, physical: 'x__2', last, fresh: 'fresh' };
      const { changes } = await home.warehouse.overlay(request);
      expect(await rows(entry(schema, 'x__2', '2'))).toEqual([
        ['b', 'Oslo'],
        ['c', 'Lima'],
      ]);
      expect(await rows(entry(schema, changes?.table ?? '', ''))).toEqual([
        ['a', 'Rome'],
        ['c', 'Lima'],
      ]);
    });

    it('tells of touched rows the columns that are asked for, before and now, or the keys where those are enough', async () => {
      home = await open();
      const schema = 'customer360';
      const store = (physical: string, values: string) => home.warehouse.build({ schema, physical }, people(values));
      const built = await store('x__1', "('a', 'Rome'), ('b', 'Oslo')");
      await store('keys', "('a', ''), ('c', '')");
      await store('fresh', "('a', 'Rome'), ('c', 'Lima')");
      const keys = { columns: ['id'], table: 'keys' };
      const last = { ...entry(schema, 'x__1', '1'), ...built };
      const told = async (physical: string, tell: string[]) => {
        const { changes } = await home.warehouse.overlay({ schema, physical, last, keys, fresh: 'fresh', tell });
        return changes?.table ?? '';
      };
      const sql = 'SELECT * FROM customer360.x ORDER BY 1';
      const tables = [entry(schema, await told('x__2', ['city']), '')];
      const { columns, rows } = await home.warehouse.query({ name: 'test', sql, tables, asOf }, { limit: 100 });
      expect(columns.map((column) => column.name)).toEqual(['city']);
      expect(rows).toEqual([['Lima'], ['Rome'], ['Rome']]);
      expect([await told('x__3', ['id']), await told('x__4', [])]).toEqual(['keys', 'keys']);
    });

    it('attaches a Parquet with others laid over it', async () => {
      home = await open();
      const unload = async (key: string, values: string) => {
        await home.warehouse.unload(people(values), key);
        return key;
      };
      const base = await unload('x/base.parquet', "('a', 'Rome'), ('b', 'Oslo'), ('c', 'Lima')");
      const delta = {
        rows: await unload('x/rows.parquet', "('b', 'Bergen'), ('d', 'Kyiv')"),
        gone: await unload('x/gone.parquet', "('b', ''), ('c', '')"),
        keys: ['id'],
      };
      await home.warehouse.attach({ schema: 'stitch', physical: 'x__1' }, base, delta);
      expect(await rows(entry('stitch', 'x__1', '1'))).toEqual([
        ['a', 'Rome'],
        ['b', 'Bergen'],
        ['d', 'Kyiv'],
      ]);
    });
  });
}
