import { afterAll, beforeAll, expect, it } from 'vitest';
import { PublishDatabaseOutput } from '../../core/contracts/steps.ts';
import { csv, TestTenant } from '../support/tenant.ts';

const documents = [
  { id: 'tenant/test', name: 'test' },
  { id: 'stitch/default' },
  { id: 'merge-policy/default', sources: [] },
  {
    ...{ id: 'courier/till', type: 'folder', settings: { path: 'till' } },
    files: [{ name: 'sales', pattern: 'sales*.csv', format: { type: 'csv' } }],
    loads: [{ file: 'sales', feed: 'feed/sales' }],
  },
  {
    ...{ id: 'feed/sales', source: 'till', name: 'sales', primary_key: ['line'] },
    fields: [{ field: 'line', required: true }, { field: 'receipt' }, { field: 'till' }],
  },
  {
    ...{ id: 'domain-table/receipts', name: 'receipts', primary_key: ['receipt'] },
    sql: 'SELECT t.receipt FROM domain.till_sales t',
  },
  {
    ...{ id: 'domain-table/tills', name: 'tills', primary_key: ['till', 'receipt'] },
    sql: "SELECT t.till, t.receipt FROM domain.till_sales t WHERE t.till <> ''",
  },
  { id: 'courier-group/daily', couriers: [{ courier: 'courier/till' }] },
];

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await TestTenant.open(documents);
});
afterAll(() => tenant.close());

const failedChecks = async () => {
  const { error, tasks } = await tenant.run();
  expect(error).toBeUndefined();
  return tasks
    .filter(({ name }) => name === 'PublishDatabase')
    .flatMap(({ output }) => PublishDatabaseOutput.parse(output).failed_checks);
};

it('the primary key of a custom domain table is tested: each row has one of its own', async () => {
  await tenant.drop('till/sales-1.csv', csv(['line', 'receipt'], ['1', 'a'], ['2', 'b']));
  expect(await failedChecks()).toEqual([]);
  await tenant.drop('till/sales-2.csv', csv(['line', 'receipt'], ['3', 'b'], ['4', '']));
  const check = { table: 'domain.receipts', column: '_pk', failures: 1 };
  expect(await failedChecks()).toEqual([
    { ...check, check: 'required' },
    { ...check, check: 'unique' },
  ]);
});

it('two keys of several columns are never one, whatever their texts hold', async () => {
  const header = ['line', 'receipt', 'till'];
  await tenant.drop('till/sales-3.csv', csv(header, ['5', 'c', 'a|b'], ['6', 'b|c', 'a'], ['7', 'c', 'a\\']));
  await failedChecks();
  const rows = await tenant.query('SELECT "_pk" FROM domain.tills ORDER BY 1');
  expect(rows.map(({ _pk }) => _pk)).toEqual(['a\\\\|c', 'a\\|b|c', 'a|b\\|c']);
});

// The tenant is closed after it.
it('a table that takes for ever holds up neither the end of its run nor that of the process', async () => {
  const lines = Array.from({ length: 5000 }, (_, n) => [`s${n}`, 'r', 't']);
  await tenant.drop('till/sales-4.csv', csv(['line', 'receipt', 'till'], ...lines));
  const from = ['a', 'b', 'c', 'd'].map((name) => `domain.till_sales ${name}`).join(' CROSS JOIN ');
  const endless = { id: 'domain-table/endless', name: 'endless', primary_key: ['line'] };
  await tenant.configure([
    ...documents,
    { ...endless, sql: `SELECT max(a.line || b.line || c.line || d.line) AS line FROM ${from}` },
  ]);
  const { workflows } = tenant.environment;
  const stopping = new Promise<void>((resolve) => {
    workflows.changes.on('run', ({ id, tasks }) => {
      if (tasks.some(({ name, state }) => name === 'BuildTable' && state === 'in progress'))
        resolve(workflows.stop(id));
    });
  });
  const run = tenant.run();
  await stopping;
  expect((await run).state).toBe('stopped');
}, 20_000);
