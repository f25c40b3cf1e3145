import { afterEach, expect, it } from 'vitest';
import { findRuns } from '../../core/workflows/find-runs.ts';
import { getRun } from '../../core/workflows/runs.ts';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

let tenant: TestTenant;
afterEach(() => tenant.close());

/** The shop, with more in its group, and in how that has its courier. */
async function shop(member: object, group: object = {}): Promise<void> {
  tenant = await TestTenant.open([
    ...shopDocuments.filter(({ id }) => id !== 'courier-group/daily'),
    { id: 'courier-group/daily', couriers: [{ courier: 'courier/web', ...member }], ...group },
  ]);
  await tenant.drop('web/read-me.txt', 'files go here');
}
const today = new Date().toISOString().slice(0, 10);
const day = { range_from: today };
const customers = csv(
  ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
  ['c1', 'Ann', 'Stone', 'ann@example.com', '1980-02-29', '2026-11-01 08:00:00'],
);

it('a run waits for a file that is late, says for which one, and goes on when it is there', async () => {
  await shop({ wait: 3600 });
  const ended = tenant.run(day);
  const underWay = async () => {
    const [{ id } = {}] = (await findRuns(tenant.environment.objects, {}, 1)).runs;
    return id === undefined ? undefined : getRun(tenant.environment.objects, id);
  };
  await expect
    .poll(async () => (await underWay())?.awaits, { timeout: 10_000 })
    .toMatchObject({
      courier: 'courier/web',
      missing: [`${today}/customers*.csv`],
    });
  expect((await underWay())?.tasks.find(({ name }) => name === 'PullCourier')?.state).toBe('scheduled');
  await tenant.drop(`web/${today}/customers.csv`, customers);
  expect(await ended).toMatchObject({ state: 'succeeded' });
  expect((await underWay())?.awaits).toBeUndefined();
  expect(await tenant.query('SELECT id FROM domain.web_customers')).toEqual([{ id: 'c1' }]);
});

it('a run whose wait runs out fails for the missing file', async () => {
  await shop({ wait: 1 });
  const run = await tenant.run(day);
  expect(run).toMatchObject({ state: 'failed', error: { type: 'MissingFile' } });
  expect(run.awaits).toBeUndefined();
});

it('a run that skips missing files waits for none', async () => {
  await shop({ wait: 3600 });
  expect(await tenant.run({ ...day, skip_missing: true })).toMatchObject({ state: 'succeeded' });
});

it('a run that goes on without a required file warns of it, unless its group says not to', async () => {
  await shop({ stop_when_missing: false });
  const run = await tenant.run(day);
  expect(run.state).toBe('succeeded');
  expect(run.warnings).toMatchObject([
    {
      type: 'MissingFiles',
      message: `courier/web went on without a required file that is not there: ${today}/customers*.csv`,
      data: { courier: 'courier/web', missing: [`${today}/customers*.csv`] },
    },
  ]);
  expect((await getRun(tenant.environment.objects, run.id)).warnings).toEqual(run.warnings);
  await tenant.close();
  await shop({ stop_when_missing: false, notify_when_missing: false });
  expect((await tenant.run(day)).warnings).toEqual([]);
  await tenant.drop('web/2026-11-01/customers.csv', customers);
  await tenant.drop('web/2026-11-02/lines.csv', 'order_id,product_id\no1,p1\n');
  expect((await tenant.run()).tasks.find(({ name }) => name === 'PullCourier')?.output).toMatchObject({
    files_landed: 1,
    missing: ['2026-11-02/customers*.csv'],
  });
});

it('a run looks for the files of the days that its group looks back, and names those of them that are missing', async () => {
  await shop({}, { lookback_days: 1 });
  await tenant.drop('web/2026-01-05/lines.csv', 'order_id,product_id\no1,p1\n');
  await tenant.drop(`web/${today}/customers.csv`, customers);
  expect(await tenant.run()).toMatchObject({ state: 'succeeded', warnings: [] });
  expect((await tenant.environment.objects.list('landings/web/files/')).length).toBe(1);
  await tenant.drop(`web/${today}/lines.csv`, 'order_id,product_id\no2,p1\n');
  await tenant.withdraw(`web/${today}/customers.csv`);
  expect((await tenant.run()).error?.message).toContain(`not there: ${today}/customers*.csv`);
});

it('a run that takes longer than its group says warns of that once', async () => {
  await shop({ wait: 3 }, { warn_after: 1 });
  const run = await tenant.run(day);
  expect(run.warnings).toMatchObject([{ type: 'SlowRun', data: { warn_at: run.warn_at } }]);
  expect(run.warnings[0]?.message).toContain(`and it ended at ${run.ended_at}`);
});
