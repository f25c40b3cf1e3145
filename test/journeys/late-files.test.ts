import { afterEach, expect, it } from 'vitest';
import { listRuns } from '../../core/workflows/runs.ts';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

/** The shop, whose courier waits so many seconds for files that are late. */
async function waiting(wait: number): Promise<void> {
  tenant = await TestTenant.open([
    ...shopDocuments.filter(({ id }) => id !== 'courier-group/daily'),
    { id: 'courier-group/daily', couriers: [{ courier: 'courier/web', wait }] },
  ]);
  await tenant.drop('web/read-me.txt', 'files go here');
}
const day = { range_from: '2026-11-01' };
const customers = csv(
  ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
  ['c1', 'Ann', 'Stone', 'ann@example.com', '1980-02-29', '2026-11-01 08:00:00'],
);

it('a run waits for a file that is late, says for which one, and goes on when it is there', async () => {
  await waiting(3600);
  const ended = tenant.run(day);
  const underWay = async () => (await listRuns(tenant.environment.objects))[0];
  await expect
    .poll(async () => (await underWay())?.awaits, { timeout: 10_000 })
    .toMatchObject({
      courier: 'courier/web',
      missing: ['2026-11-01/customers*.csv'],
    });
  expect((await underWay())?.tasks.find(({ name }) => name === 'PullCourier')?.state).toBe('scheduled');
  await tenant.drop('web/2026-11-01/customers.csv', customers);
  expect(await ended).toMatchObject({ state: 'succeeded' });
  expect((await underWay())?.awaits).toBeUndefined();
  expect(await tenant.query('SELECT id FROM domain.web_customers')).toEqual([{ id: 'c1' }]);
});

it('a run whose wait runs out fails for the missing file', async () => {
  await waiting(1);
  const run = await tenant.run(day);
  expect(run).toMatchObject({ state: 'failed', error: { type: 'MissingFile' } });
  expect(run.awaits).toBeUndefined();
});

it('a run that skips missing files waits for none', async () => {
  await waiting(3600);
  expect(await tenant.run({ ...day, skip_missing: true })).toMatchObject({ state: 'succeeded' });
});
