import { afterEach, describe, expect, it } from 'vitest';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

const opened: TestTenant[] = [];
const open = async () => {
  const tenant = await TestTenant.open(shopDocuments);
  opened.push(tenant);
  return tenant;
};
afterEach(async () => {
  for (const tenant of opened.splice(0)) await tenant.close();
});

const header = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const customers = (from: number, to: number, day: string) =>
  Array.from({ length: to - from }, (_, n) => {
    const id = from + n;
    const person = id % 40;
    const surname = `Stone${String.fromCharCode(97 + (person % 20))}`;
    return [
      `c${id}`,
      ['Ann', 'Bob', 'Cleo', 'Dan'][person % 4] ?? '',
      surname,
      `p${person}@example.com`,
      `19${60 + (person % 30)}-03-0${1 + (person % 9)}`,
      `${day} 0${id % 10}:00:00`,
    ];
  });
const lineHeader = [
  'order_id',
  'product_id',
  'customer_id',
  'ordered_at',
  'quantity',
  'revenue',
  'order_discount',
  'is_return',
  'is_cancellation',
  'brand',
  'channel',
  'store_id',
];
const lines = (orders: number) =>
  Array.from({ length: orders }, (_, n) => [
    `o${n}`,
    `p${n % 7}`,
    `c${n % 60}`,
    `2026-0${1 + (n % 9)}-11 12:00:00`,
    1 + (n % 3),
    `${10 + n}.5000`,
    '0',
    'false',
    'false',
    'acme',
    'web',
    's1',
  ]);

/** Files of two days, by name. */
const files: [string, (string | number)[][]][] = [
  ['web/2026-10-01/customers-a.csv', [header, ...customers(0, 50, '2026-10-01')]],
  ['web/2026-10-01/customers-b.csv', [header, ...customers(50, 90, '2026-10-01')]],
  ['web/2026-10-02/customers.csv', [header, ...customers(20, 60, '2026-10-02').map((row) => row.with(2, 'Moved'))]],
  ['web/2026-10-02/lines.csv', [lineHeader, ...lines(120)]],
];

/** Everything that readers see and that doesn't tell of a run's time or name. */
async function finalTables(tenant: TestTenant): Promise<Record<string, unknown[]>> {
  const tables = [
    'domain.web_customers',
    'domain.web_lines',
    'customer360.unified_coalesced',
    'customer360.merged_customers',
    'customer360.unified_transactions',
    'customer360.customer_360',
  ];
  const read = async (table: string) => {
    const rows = await tenant.query(`SELECT * FROM ${table}`);
    const plain = rows.map((row) =>
      JSON.stringify(
        Object.entries(row)
          .filter(([name]) => name !== '_updated' && name !== '_load')
          .sort(),
      ),
    );
    return [table, plain.sort()] as const;
  };
  return Object.fromEntries(await Promise.all(tables.map(read)));
}

/** The same with the first of a person's records in the place of their id. */
async function withoutIds(tenant: TestTenant): Promise<Record<string, string[]>> {
  const people = await tenant.query('SELECT amp_id, min(pk) AS pk FROM customer360.unified_coalesced GROUP BY amp_id');
  const named = (row: unknown) =>
    people.reduce(
      (text, { amp_id, pk }) => text.replaceAll(String(amp_id), `the person of ${pk}`),
      JSON.stringify(row),
    );
  const tables = Object.entries(await finalTables(tenant));
  return Object.fromEntries(tables.map(([table, rows]) => [table, rows.map(named).sort()]));
}

const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  items
    .map((item, n) => [((n + 1) * 7919 * (seed + 1)) % 104_729, item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

describe('the final tables', () => {
  it('are the same whatever order the files come in, with rows shuffled and every file delivered twice', async () => {
    const plain = await open();
    for (const [name, rows] of files) await plain.drop(name, csv(...rows));
    expect((await plain.run()).error).toBeUndefined();
    const expected = await finalTables(plain);
    expect(expected['customer360.customer_360']).toHaveLength(40);

    const other = await open();
    for (const [name, [first = [], ...rows]] of shuffled(files, 3)) {
      await other.drop(name, csv(first, ...shuffled(rows, 5)));
      await other.drop(name.replace('.csv', '-again.csv'), csv(first, ...shuffled(rows, 5)));
    }
    expect((await other.run()).error).toBeUndefined();
    expect(await finalTables(other)).toEqual(expected);
  });

  it('are the same, but for the ids that people were given first, when the earlier day comes in a later run', async () => {
    const [plain, late] = [await open(), await open()];
    for (const [name, rows] of files) await plain.drop(name, csv(...rows));
    expect((await plain.run()).error).toBeUndefined();
    for (const day of ['2026-10-02', '2026-10-01']) {
      for (const [name, rows] of files.filter(([name]) => name.includes(day))) await late.drop(name, csv(...rows));
      expect((await late.run()).error).toBeUndefined();
    }
    expect(await withoutIds(late)).toEqual(await withoutIds(plain));
  });

  it('do not change when the same files are run again, and nothing is built', async () => {
    const tenant = await open();
    for (const [name, rows] of files) await tenant.drop(name, csv(...rows));
    await tenant.run();
    const before = await finalTables(tenant);
    const again = await tenant.run();
    expect(again.tasks.filter((task) => ['ReadFile', 'RunStitch', 'BuildTable'].includes(task.name))).toEqual([]);
    expect(await finalTables(tenant)).toEqual(before);
  });

  it('keep the ids of people whose records did not change when more records come', async () => {
    const tenant = await open();
    await tenant.drop(...fileAt(0));
    await tenant.run();
    const before = await tenant.query('SELECT pk, amp_id FROM customer360.unified_coalesced');
    await tenant.drop(...fileAt(1));
    await tenant.run();
    const after = new Map(
      (await tenant.query('SELECT pk, amp_id FROM customer360.unified_coalesced')).map((row) => [row.pk, row.amp_id]),
    );
    expect(after.size).toBe(90);
    expect(before.filter((row) => after.get(row.pk) !== row.amp_id)).toEqual([]);
  });
});

const fileAt = (n: number): [string, string] => {
  const [name = '', rows = []] = files[n] ?? [];
  return [name, csv(...rows)];
};
