import { afterEach, describe, expect, it } from 'vitest';
import type { TableEntry } from '../../core/contracts/catalog.ts';
import type { Column } from '../../core/contracts/types.ts';
import { text } from '../../core/sql/quote.ts';
import type { WarehouseHome } from './warehouse.ts';
import { stagedRows } from './warehouse-staging.ts';

const asOf = '2026-11-01T00:00:00Z';
const columns: Column[] = [
  { name: 'id', type: 'String' },
  { name: '_pk', type: 'String' },
  { name: '_updated', type: 'Integer' },
];
const people: TableEntry = {
  ...{ schema: 'domain', name: 'people', physical: 'people', version: '1', rows: 0, columns },
  ...{ built_at: '', run_id: '', definition: '', inputs: {} },
};

/** What every warehouse keeps to of the rows that it gives and writes. */
export function warehouseValuesContract(name: string, open: () => Promise<WarehouseHome>): void {
  describe(`rows of ${name}`, () => {
    let home: WarehouseHome;
    afterEach(() => home.warehouse.close());

    const load = async (ids: readonly string[], loadId: string) => {
      const values = ids.map((id) => `(${text(id)}, ${text(id)}, 1::BIGINT)`);
      const stagedKey = await stagedRows(
        home.objects,
        `SELECT * FROM (VALUES ${values.join(', ')}) t(id, _pk, _updated)`,
      );
      return home.warehouse.upsert({ table: 'people', columns, stagedKey, loadId, replace: false });
    };
    const query = (sql: string, tables = [people], limit = 100) =>
      home.warehouse.query({ name: 'test', sql, tables, asOf }, { limit });

    it('gives every digit of values, and times in UTC', async () => {
      home = await open();
      const sql = `SELECT 9007199254740993 AS far, 42 AS near, CAST('1.50' AS decimal(38,2)) AS price, DATE '2026-11-23' AS day,
TIMESTAMP '2026-11-23 10:30:00.120000' AS at, TIMESTAMP '0001-01-01 00:00:00.000001' AS first_at, 1.5e0 AS half, TRUE AS yes,
'' AS empty, CAST(NULL AS varchar) AS nothing`;
      const { columns: seen, rows } = await query(sql);
      const values = [
        '9007199254740993',
        42,
        '1.50',
        '2026-11-23',
        '2026-11-23T10:30:00.12Z',
        '0001-01-01T00:00:00.000001Z',
      ];
      expect(rows).toEqual([[...values, 1.5, true, '', null]]);
      const types = ['Integer', 'Integer', 'Decimal(38,2)', 'Date', 'Datetime', 'Datetime', 'Float', 'Boolean'];
      expect(seen.map(({ type }) => type)).toEqual([...types, 'String', 'String']);
    });

    it('lays rows into several objects, those of one value together, and takes a folder of such objects for a table', async () => {
      home = await open();
      const ids = Array.from({ length: 30 }, (_, n) => `id ${n + 10}`);
      await load(ids, 'laid');
      const sql = 'SELECT id, CAST(SUBSTR(id, 5, 1) AS bigint) AS digit FROM domain.people';
      const laid = { schema: 'stitch', physical: 'laid' };
      const given = { name: 'test', sql, tables: [people], asOf };
      const scattered = await home.warehouse.scatter(laid, given, { column: 'digit', objects: 4 });
      expect(scattered.rows).toBe(30);
      expect(scattered.keys.length).toBeGreaterThan(1);
      const [found, digits] = [new Set<unknown>(), new Set<unknown>()];
      for (const [n, key] of scattered.keys.entries()) {
        const { rows } = await home.warehouse.read(key, { limit: 100, offset: 0 });
        const own = new Set(rows.map(([, digit]) => digit));
        expect([...own].filter((digit) => digits.has(digit))).toEqual([]);
        for (const digit of own) digits.add(digit);
        for (const [id] of rows) found.add(id);
        await home.objects.put(`gathered/${n}.parquet`, (await home.objects.get(key))?.body ?? '');
      }
      expect([...found].sort()).toEqual(ids);

      const table = { schema: 'stitch', physical: 'gathered' } as const;
      await home.warehouse.gather(table, 'gathered', scattered.columns);
      const entry: TableEntry = { ...people, ...table, name: 'gathered' };
      const counted = 'SELECT COUNT(*) AS n, COUNT(DISTINCT digit) AS digits FROM stitch.gathered';
      expect((await query(counted, [entry])).rows).toEqual([[30, 10]]);
    });

    it('lays rows into more objects than one statement writes', async () => {
      home = await open();
      const ids = Array.from({ length: 300 }, (_, n) => `id ${n + 1000}`);
      await load(ids, 'many');
      const sql = 'SELECT id, CAST(SUBSTR(id, 4) AS bigint) - 1000 AS number FROM domain.people';
      const laid = { schema: 'stitch', physical: 'many' };
      const given = { name: 'test', sql, tables: [people], asOf };
      const { keys, rows, columns } = await home.warehouse.scatter(laid, given, { column: 'number', objects: 150 });
      expect([rows, columns.map(({ name }) => name)]).toEqual([300, ['id', 'number']]);
      expect(new Set(keys).size).toBeGreaterThan(100);
      const entry: TableEntry = { ...people, ...laid, schema: 'stitch', name: 'many' };
      expect((await query('SELECT COUNT(*) AS n FROM stitch.many', [entry])).rows).toEqual([[300]]);
    });

    it('keeps the order that a query asks for, however few of its rows are wanted', async () => {
      home = await open();
      const ids = Array.from({ length: 30 }, (_, n) => `id ${n + 10}`);
      await load(ids, 'many');
      const sorted = 'SELECT id FROM domain.people ORDER BY id DESC';
      expect((await query(`${sorted};`, [people], 3)).rows).toEqual([['id 39'], ['id 38'], ['id 37']]);
      const { rows, truncated } = await query(`${sorted} LIMIT 5`, [people], 3);
      expect([rows, truncated]).toEqual([[['id 39'], ['id 38'], ['id 37']], true]);
    });

    it('loads times to the microsecond, and unloads what it holds to one object', async () => {
      home = await open();
      const timed: Column[] = [{ name: 'seen', type: 'Datetime' }, { name: 'day', type: 'Date' }, ...columns.slice(1)];
      const times = ['0001-01-01 00:00:00.000001', '1969-12-31 23:59:59.999999', '2026-11-23 10:30:00.123456'];
      const staged = times.map((time, n) => `(TIMESTAMP ${text(time)}, DATE '2026-11-23', 'row ${n}', 1::BIGINT)`);
      const stagedKey = await stagedRows(
        home.objects,
        `SELECT * FROM (VALUES ${staged.join(', ')}) AS t(seen, day, _pk, _updated)`,
      );
      await home.warehouse.upsert({ table: 'people', columns: timed, stagedKey, loadId: 'timed', replace: false });
      const told = times.map((time, n) => [`row ${n}`, `${time.replace(' ', 'T')}Z`, '2026-11-23']);
      const sql = 'SELECT _pk, seen, day FROM domain.people';
      const tables = [{ ...people, columns: timed }];
      expect((await query(`${sql} ORDER BY _pk`, tables)).rows).toEqual(told);

      const name = 'timed';
      expect(await home.warehouse.unload({ name, sql, tables, asOf }, 'x/timed.parquet')).toEqual({ rows: 3 });
      const read = await home.warehouse.read('x/timed.parquet', { limit: 10, offset: 0 });
      expect([read.columns.map(({ type }) => type), read.rows.toSorted()]).toEqual([
        ['String', 'Datetime', 'Date'],
        told,
      ]);
      const none = { name, sql: `${sql} WHERE FALSE`, tables, asOf };
      expect(await home.warehouse.unload(none, 'x/none.parquet')).toEqual({ rows: 0 });
      expect(await home.warehouse.read('x/none.parquet', { limit: 10, offset: 0 })).toEqual({ ...read, rows: [] });
      const plain = { name, sql: 'SELECT _pk, _updated FROM domain.people', tables, asOf };
      expect(await home.warehouse.unload(plain, 'x/plain.parquet')).toEqual({ rows: 3 });
      expect((await home.warehouse.read('x/plain.parquet', { limit: 2, offset: 1 })).rows).toHaveLength(2);
    });

    it('forgets the loads of a table that is dropped', async () => {
      home = await open();
      await load(['a'], 'same');
      const { generation } = await home.warehouse.loads('people');
      expect(generation).not.toBe('');
      await load(['c'], 'next');
      expect((await home.warehouse.loads('people')).generation).toBe(generation);
      await home.warehouse.drop('people');
      expect(await home.warehouse.loaded('people', ['same', 'next'])).toEqual([]);
      expect(await home.warehouse.describe({ schema: 'domain', physical: 'people' })).toBeUndefined();
      expect(await load(['b'], 'same')).toMatchObject({ inserted: 1 });
      expect((await home.warehouse.loads('people')).generation).not.toBe(generation);
      expect((await query('SELECT id FROM domain.people')).rows).toEqual([['b']]);
    });

    it('shows a view over tables, and works it out at each reading', async () => {
      home = await open();
      await load(['a'], 'first');
      const sql = {
        name: 'x',
        sql: 'SELECT upper(max(id)) AS city, count(*) AS n FROM domain.people',
        tables: [people],
        asOf,
      };
      const { columns: seen } = await home.warehouse.view({ schema: 'customer360', physical: 'x__1' }, sql);
      expect(seen).toEqual([
        { name: 'city', type: 'String' },
        { name: 'n', type: 'Integer' },
      ]);
      await load(['b'], 'second');
      const shown: TableEntry = { ...people, schema: 'customer360', name: 'x', physical: 'x__1', columns: seen };
      await home.warehouse.expose([people, shown]);
      expect((await query('SELECT n FROM customer360.x', [shown])).rows).toEqual([[2]]);
    });
  });
}
