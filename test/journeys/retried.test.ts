import { afterEach, expect, it } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

/** Fails as long as a surname is no number. */
const numbers = {
  id: 'table/numbers',
  database: 'customer360',
  name: 'numbers',
  sql: 'SELECT c.pk, CAST(c.surname AS bigint) AS number FROM customer360.unified_coalesced c',
};
const customers = (day: string, surname: string) =>
  csv(
    ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
    ['c1', 'Ann', surname, 'ann@example.com', '1980-02-29', `${day} 08:00:00`],
  );

async function retried(run: Run): Promise<Run> {
  const { workflows } = tenant.environment;
  await workflows.retry(run);
  return (await workflows.ended(run.id)) ?? run;
}

it('a failed run that is retried after a later one does not bring back what it had built', async () => {
  tenant = await TestTenant.open([...shopDocuments, numbers]);
  await tenant.drop('web/2026-11-01/customers.csv', customers('2026-11-01', 'Stone'));
  const failed = await tenant.run();
  expect(failed).toMatchObject({ state: 'failed', error: { type: 'QueryFailed' } });
  await tenant.drop('web/2026-11-02/customers.csv', customers('2026-11-02', '7'));
  expect(await tenant.run()).toMatchObject({ state: 'succeeded' });
  expect(await retried(failed)).toMatchObject({ state: 'succeeded' });
  expect(await tenant.query('SELECT number FROM customer360.numbers')).toEqual([{ number: 7 }]);
  expect(await tenant.query('SELECT surname FROM customer360.merged_customers')).toEqual([{ surname: '7' }]);
});
