import { afterEach, expect, it } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import { PlanDatabaseOutput } from '../../core/contracts/steps.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

const people = Array.from({ length: 60 }, (_, n) => n);
const names = ['Ann', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ivy', 'Jon'];
const surname = (n: number) => `Sur${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + ((n * 7) % 26))}`;

const customerColumns = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const customer = (n: number, day: string, email = `p${n}@x.com`) => [
  ...[`C${n}`, names[n % 10] ?? '', surname(n), email],
  ...[`19${50 + (n % 40)}-0${1 + (n % 9)}-1${n % 10}`, `${day}T00:00:00Z`],
];

const lineColumns = [
  ...['order_id', 'product_id', 'customer_id', 'ordered_at', 'quantity', 'revenue', 'order_discount'],
  ...['is_return', 'is_cancellation', 'brand', 'channel', 'store_id'],
];
const line = (order: number, product: number, customerId: string, revenue = 10 + (order % 7)) => [
  ...[`O${order}`, `P${product}`, customerId, `2026-09-${10 + (order % 20)}T10:00:00Z`, 1, revenue, 0],
  ...['false', 'false', 'Acme', 'web', 'web'],
];

/** Every row of every table of the Customer 360, as text. */
async function allRows(): Promise<Record<string, string[]>> {
  const published = Object.values(await publishedTables(tenant.environment.objects));
  const read = async (name: string) => {
    const rows = await tenant.query(`SELECT * FROM customer360.${name}`);
    return [name, rows.map((row) => JSON.stringify(row)).sort()] as const;
  };
  const built = published.filter((entry) => entry.schema === 'customer360').map((entry) => entry.name);
  return Object.fromEntries(await Promise.all(built.map(read)));
}

/** The tables that a run laid over their last versions. */
function laidOver(run: Run): string[] {
  const plans = run.tasks.flatMap((task) => PlanDatabaseOutput.safeParse(task.output).data ?? []);
  return plans.flatMap((plan) => plan.levels.flat()).flatMap((table) => (table.over === undefined ? [] : [table.name]));
}

async function deliver(day: string, customers: (string | number)[][], lines: (string | number)[][]): Promise<Run> {
  await tenant.drop(`web/${day}/customers.csv`, csv(customerColumns, ...customers));
  await tenant.drop(`web/${day}/lines.csv`, csv(lineColumns, ...lines));
  const run = await tenant.run({ range_from: day });
  expect(run.error).toBeUndefined();
  return run;
}

it('gives from days of changes what building everything anew gives, without building everything', async () => {
  tenant = await TestTenant.open(shopDocuments);
  const first = '2026-10-01';
  const orders = people.flatMap((n) => [line(n, 1, `C${n}`), line(n, 2, `C${n}`), line(100 + n, 1, `C${n % 12}`)]);
  await deliver(
    first,
    [
      ...people.map((n) => customer(n, first)),
      ...people.slice(0, 9).map((n) => customer(200 + n, first, `p${n}@x.com`)),
    ],
    [...orders, line(500, 1, 'C900'), line(501, 1, '')],
  );

  const second = '2026-10-02';
  const changed = await deliver(
    second,
    // A new address, a person who is another's, and the customer of an order that was nobody's.
    [customer(3, second, 'new@x.com'), customer(30, second, 'p31@x.com'), customer(900, second)],
    // A line more of an order, one that is dearer, an order that becomes mixed, a new order, one without a customer.
    [line(5, 3, 'C5'), line(6, 1, 'C6', 99), line(7, 3, 'C8'), line(600, 1, 'C9'), line(601, 1, '')],
  );
  expect(laidOver(changed)).toEqual(
    expect.arrayContaining([
      ...['unified_coalesced', 'stitch_foreign_keys', 'order_owners', 'unified_itemized_transactions'],
      ...[
        'unified_transactions',
        'merged_customers',
        'household_members',
        'merged_households',
        'transaction_attributes',
      ],
    ]),
  );
  const third = '2026-10-03';
  expect(
    laidOver(await deliver(third, [customer(31, third, 'p31@x.com')], [line(7, 3, 'C7'), line(600, 2, 'C9')])),
  ).toContain('unified_transactions');

  const byChanges = await allRows();
  const full = await tenant.run({ range_from: third, refresh: 'full' });
  expect([full.error, laidOver(full)]).toEqual([undefined, []]);
  const anew = await allRows();
  for (const name of Object.keys(anew)) expect(byChanges[name], name).toEqual(anew[name]);
  expect((byChanges.unified_transactions ?? []).length).toBeGreaterThan(120);
});

it('has people of files that came while a feed was another, whose table is made again from the landed ones', async () => {
  tenant = await TestTenant.open(shopDocuments);
  const [early, first, second] = ['2026-10-01', '2026-10-02', '2026-10-03'];
  const dropCustomers = (day: string, ...customers: number[]) =>
    tenant.drop(`web/${day}/customers.csv`, csv(customerColumns, ...customers.map((n) => customer(n, day))));
  await dropCustomers(first, ...people);
  await dropCustomers(second, 900);
  await tenant.drop(`web/${first}/lines.csv`, csv(lineColumns, line(1, 1, 'C1')));
  expect((await tenant.run()).error).toBeUndefined();

  const other = { time_zone: 'Europe/Rome' };
  await tenant.configure(shopDocuments.map((one) => (one.id === 'feed/web-customers' ? { ...one, ...other } : one)));
  await dropCustomers(early, 901);
  expect((await tenant.run({ ingest_only: true })).error).toBeUndefined();
  await tenant.configure(shopDocuments);
  expect((await tenant.run()).error).toBeUndefined();
  const found = await tenant.query("SELECT fk FROM customer360.stitch_foreign_keys WHERE fk IN ('C0', 'C900', 'C901')");
  expect(found.map(({ fk }) => fk).sort()).toEqual(['C0', 'C900', 'C901']);
});
