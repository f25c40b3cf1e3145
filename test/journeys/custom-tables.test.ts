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
    fields: [{ field: 'line', required: true }, { field: 'receipt' }],
  },
  {
    ...{ id: 'domain-table/receipts', name: 'receipts', primary_key: ['receipt'] },
    sql: 'SELECT t.receipt FROM domain.till_sales t',
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
