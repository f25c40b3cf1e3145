import { afterEach, describe, expect, it } from 'vitest';
import type { TableEntry } from '../../core/contracts/catalog.ts';
import type { Column } from '../../core/contracts/types.ts';
import type { ObjectStore } from '../../core/ports.ts';
import type { Warehouse } from '../../core/sql/port.ts';
import { text } from '../../core/sql/quote.ts';
import { stagedRows } from './warehouse-staging.ts';

/** What a home gives for a test: an empty warehouse, and the objects that it reads. */
export interface WarehouseHome {
  warehouse: Warehouse;
  objects: ObjectStore;
  /** In how many files the rows of a domain table are. */
  filesOf(table: string): Promise<number>;
  /** Does with the domain tables what their home does once a week; left out where loads keep files few themselves. */
  tidy?(): Promise<void>;
}

const asOf = '2026-11-01T00:00:00Z';
const columns: Column[] = [
  { name: 'id', type: 'String' },
  { name: 'city', type: 'String' },
  { name: '_pk', type: 'String' },
  { name: '_updated', type: 'Integer' },
];

/** What every warehouse keeps to. */
export function warehouseContract(name: string, open: () => Promise<WarehouseHome>): void {
  describe(`${name} as a warehouse`, () => {
    let home: WarehouseHome;
    let loads = 0;
    afterEach(() => home.warehouse.close());

    const stage = async (
      rows: [id: string, city: string | null, updated: number][],
      staged = columns.map((column) => column.name),
    ): Promise<string> => {
      const values = rows.map(
        ([id, city, updated]) =>
          `(${text(id)}, ${city === null ? 'NULL' : text(city)}, ${text(id)}, ${updated}::BIGINT)`,
      );
      return stagedRows(
        home.objects,
        `SELECT ${staged.map((column) => (column === 'city' ? 'city::VARCHAR AS city' : column)).join(', ')} FROM (VALUES ${values.join(', ')}) AS t(id, city, _pk, _updated)`,
      );
    };
    const load = async (rows: Parameters<typeof stage>[0], options: { loadId?: string; replace?: boolean } = {}) =>
      home.warehouse.upsert({
        table: 'people',
        columns,
        stagedKey: await stage(rows),
        loadId: options.loadId ?? `load-${loads++}`,
        replace: options.replace ?? false,
      });
    const people: TableEntry = {
      schema: 'domain',
      name: 'people',
      physical: 'people',
      version: '1',
      rows: 0,
      columns,
      built_at: '',
      run_id: '',
      definition: '',
      inputs: {},
    };
    const query = (sql: string, tables = [people]) =>
      home.warehouse.query({ name: 'test', sql, tables, asOf }, { limit: 100 });
    const rows = async () => (await query('SELECT id, city FROM domain.people ORDER BY id')).rows;

    it('inserts new keys, and lets the newest of a known key win, whatever comes later', async () => {
      home = await open();
      expect(
        await load([
          ['a', 'Rome', 10],
          ['b', 'Oslo', 10],
        ]),
      ).toEqual({ inserted: 2, updated: 0, unchanged: 0 });
      expect(
        await load([
          ['a', 'Bari', 9],
          ['b', 'Bergen', 11],
          ['c', 'Kyiv', 1],
        ]),
      ).toEqual({ inserted: 1, updated: 1, unchanged: 1 });
      expect(await rows()).toEqual([
        ['a', 'Rome'],
        ['b', 'Bergen'],
        ['c', 'Kyiv'],
      ]);
    });

    it('lets the later load win when two rows of a key are equally new', async () => {
      home = await open();
      await load([['a', 'Rome', 10]]);
      expect(await load([['a', null, 10]])).toEqual({ inserted: 0, updated: 1, unchanged: 0 });
      expect(await rows()).toEqual([['a', null]]);
    });

    it('counts a row that says what is known as unchanged', async () => {
      home = await open();
      await load([['a', 'Rome', 10]]);
      expect(await load([['a', 'Rome', 10]])).toEqual({ inserted: 0, updated: 0, unchanged: 1 });
    });

    it('keeps every digit when a later load has longer decimals than those before', async () => {
      home = await open();
      const priced: Column[] = [
        { name: 'id', type: 'String' },
        { name: 'price', type: 'Decimal(38,2)' },
        ...columns.slice(2),
      ];
      const loadPrices = async (loadId: string, type: string, prices: [id: string, price: string][]) =>
        home.warehouse.upsert({
          table: 'people',
          columns: priced,
          stagedKey: await stagedRows(
            home.objects,
            `SELECT id, price::${type} AS price, id AS _pk, 1::BIGINT AS _updated FROM (VALUES ${prices.map((row) => `(${row.map(text).join(', ')})`).join(', ')}) AS t(id, price)`,
          ),
          loadId,
          replace: false,
        });
      await loadPrices('short', 'DECIMAL(18,2)', [
        ['a', '1.50'],
        ['b', '2.50'],
      ]);
      const long = await loadPrices('long', 'DECIMAL(38,2)', [
        ['b', '123456789012345678901234567890.12'],
        ['a', '1.50'],
      ]);
      expect(long).toEqual({ inserted: 0, updated: 1, unchanged: 1 });
      await loadPrices('short again', 'DECIMAL(18,2)', [['c', '3.50']]);
      const { rows, columns: seen } = await query('SELECT id, price FROM domain.people ORDER BY id', [
        { ...people, columns: priced },
      ]);
      expect(rows).toEqual([
        ['a', '1.50'],
        ['b', '123456789012345678901234567890.12'],
        ['c', '3.50'],
      ]);
      expect(seen[1]?.type).toBe('Decimal(38,2)');
    });

    it('does a load once, and tells of it again when asked twice, even when its staged rows are gone', async () => {
      home = await open();
      const first = await load([['a', 'Rome', 10]], { loadId: 'same' });
      await load([['a', 'Bari', 11]]);
      expect(await load([['a', 'Oslo', 12]], { loadId: 'same' })).toEqual(first);
      expect(await rows()).toEqual([['a', 'Bari']]);
      const gone = { table: 'people', columns, stagedKey: 'staged/gone.parquet', loadId: 'same', replace: false };
      expect(await home.warehouse.upsert(gone)).toEqual(first);
      expect(await home.warehouse.loaded('people', ['another', 'same'])).toEqual(['same']);
      expect(await home.warehouse.loaded('people', [])).toEqual([]);
      expect(await home.warehouse.loads('nobody')).toEqual({ generation: '', last: 0, whole: 0 });
      expect(await home.warehouse.loaded('nobody', ['same'])).toEqual([]);
    });

    it('replaces all rows in one step when asked to', async () => {
      home = await open();
      await load([
        ['a', 'Rome', 10],
        ['b', 'Oslo', 10],
      ]);
      expect(await load([['c', 'Kyiv', 1]], { replace: true })).toEqual({ inserted: 1, updated: 0, unchanged: 0 });
      expect(await rows()).toEqual([['c', 'Kyiv']]);
    });

    it('numbers its loads, marks the rows that each changed, and tells when all have', async () => {
      home = await open();
      const marks = async () => (await query('SELECT id, _load FROM domain.people ORDER BY id')).rows;
      const many = 'abcdefghijklmnopqrst'.split('').map((id): [string, string, number] => [id, 'Rome', 10]);
      await load(many);
      await load([
        ['a', 'Rome', 11],
        ['b', 'Bari', 9],
        ['z', 'Kyiv', 1],
      ]);
      expect(await home.warehouse.loads('people')).toMatchObject({ last: 2, whole: 1 });
      expect((await marks()).filter(([, n]) => n === 2)).toEqual([
        ['a', 2],
        ['z', 2],
      ]);
      await load(many.map(([id]) => [id, 'Oslo', 12]));
      expect(await home.warehouse.loads('people')).toMatchObject({ last: 3, whole: 3 });
      await load([['a', 'Rome', 13]], { replace: true });
      expect([await home.warehouse.loads('people'), await marks()]).toMatchObject([{ last: 4, whole: 4 }, [['a', 4]]]);
    });

    it('adds a column that a later load brings', async () => {
      home = await open();
      const narrow = columns.filter((column) => column.name !== 'city');
      const stagedKey = await stage(
        [['a', null, 1]],
        narrow.map((column) => column.name),
      );
      await home.warehouse.upsert({ table: 'people', columns: narrow, stagedKey, loadId: 'narrow', replace: false });
      await load([['b', 'Oslo', 10]]);
      expect(await rows()).toEqual([
        ['a', null],
        ['b', 'Oslo'],
      ]);
    });

    it('builds a table from a query, tells its rows and columns, and leaves nothing of one that fails', async () => {
      home = await open();
      await load([
        ['a', 'Rome', 10],
        ['b', 'Oslo', 10],
      ]);
      const built = await home.warehouse.build(
        { schema: 'customer360', physical: 'cities__1' },
        {
          name: 'cities',
          sql: 'SELECT city, count(*) AS n FROM domain.people GROUP BY city',
          tables: [people],
          asOf,
        },
      );
      expect(built).toMatchObject({
        rows: 2,
        columns: [
          { name: 'city', type: 'String' },
          { name: 'n', type: 'Integer' },
        ],
      });
      const broken = home.warehouse.build(
        { schema: 'customer360', physical: 'broken__1' },
        { name: 'broken', sql: 'SELECT nothing FROM domain.people', tables: [people], asOf },
      );
      await expect(broken).rejects.toMatchObject({ name: 'QueryFailed', message: expect.stringContaining('broken') });
      expect(await home.warehouse.describe({ schema: 'customer360', physical: 'broken__1' })).toBeUndefined();
    });

    it('shows what is exposed under plain names and drops what nothing refers to', async () => {
      home = await open();
      await load([['a', 'Rome', 10]]);
      const sql = { name: 'x', sql: 'SELECT id FROM domain.people', tables: [people], asOf };
      await home.warehouse.build({ schema: 'customer360', physical: 'x__1' }, sql);
      const built = await home.warehouse.build({ schema: 'customer360', physical: 'x__2' }, sql);
      await home.warehouse.expose([
        people,
        { ...people, ...built, schema: 'customer360', name: 'x', physical: 'x__2' },
      ]);
      const kept = (await home.objects.list('tables/customer360/')).map(({ key }) => key.split(/[/.]/)[2]);
      expect([...new Set(kept)]).toEqual(['x__2']);
      expect(await home.warehouse.describe({ schema: 'customer360', physical: 'x__1' })).toBeUndefined();
      expect((await home.warehouse.describe({ schema: 'customer360', physical: 'x' }))?.rows).toBe(1);
      expect(await rows()).toEqual([['a', 'Rome']]);
    });

    it('drops the last version of a built domain table, and keeps fed ones that nobody sees yet', async () => {
      home = await open();
      await load([['a', 'Rome', 10]]);
      const sql = { name: 'x', sql: 'SELECT id FROM domain.people', tables: [people], asOf };
      await home.warehouse.build({ schema: 'domain', physical: 'x__1' }, sql);
      const built = await home.warehouse.build({ schema: 'domain', physical: 'x__2' }, sql);
      await home.warehouse.expose([{ ...people, ...built, name: 'x', physical: 'x__2' }]);
      const there = async (physical: string) => (await home.warehouse.describe({ schema: 'domain', physical }))?.rows;
      expect(await Promise.all(['x__1', 'x__2', 'x', 'people'].map(there))).toEqual([undefined, 1, 1, 1]);
    });

    it('takes many loads, whose rows are those of one', async () => {
      home = await open();
      for (let n = 0; n < 25; n++)
        await load([
          [`new ${n}`, 'Rome', n],
          ['changed', `city ${n}`, n],
          ['late', `city ${n}`, -n],
        ]);
      expect((await query('SELECT count(*), count(DISTINCT id) FROM domain.people')).rows).toEqual([[27, 27]]);
      expect((await query("SELECT city, _load FROM domain.people WHERE id = 'changed'")).rows).toEqual([
        ['city 24', 25],
      ]);
      expect((await query("SELECT city, _load FROM domain.people WHERE id = 'late'")).rows).toEqual([['city 0', 1]]);
      await home.warehouse.expose([people]);
      await home.tidy?.();
      expect(await home.filesOf('people')).toBeLessThan(10);
      expect((await query('SELECT count(*), count(DISTINCT id) FROM domain.people')).rows).toEqual([[27, 27]]);
    });

    it('bounds what a query gives and says that there was more', async () => {
      home = await open();
      await load([
        ['a', 'Rome', 10],
        ['b', 'Oslo', 10],
      ]);
      const bounded = await home.warehouse.query(
        {
          name: 'test',
          sql: 'SELECT id FROM domain.people ORDER BY id',
          tables: [people],
          asOf,
        },
        { limit: 1 },
      );
      expect([bounded.rows, bounded.truncated]).toEqual([[['a']], true]);
    });

    it.each([
      ['a file', "SELECT * FROM read_csv('/etc/passwd')"],
      ['a file by its name', "SELECT * FROM '/etc/passwd'"],
      ['another schema', 'SELECT * FROM information_schema.tables'],
      ['the ledger of loads', 'SELECT * FROM tributary.loads'],
      ['a setting', "SELECT current_setting('allowed_directories')"],
      ['an attached database', "ATTACH '/tmp/other.duckdb' AS other"],
      ['a change', 'DELETE FROM domain.people'],
      ['two statements', 'SELECT 1 AS a; SELECT 2 AS b'],
    ])('refuses a query that reads or does %s', async (_what, sql) => {
      home = await open();
      await load([['a', 'Rome', 10]]);
      await expect(query(sql)).rejects.toThrow();
      await expect(query(sql)).rejects.toMatchObject({ name: expect.stringMatching(/^(RefusedSql|UnprovenSql)$/) });
    });
  });
}
