import { afterEach, expect, it } from 'vitest';
import type { Run, RunShown } from '../../core/contracts/runs.ts';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

let api: TestApi;
afterEach(() => api.close());

const dayOf = (n: number): string => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10);
const customers = (n: number) =>
  csv(['id', 'given_name', 'updated_at'], [`c${n}`, 'Ann', `${dayOf(n)} 08:00:00`], [`same`, 'Ben', dayOf(n)]);

/** A shop with a file of customers a day. */
async function shop(days: number): Promise<void> {
  api = await TestApi.open(shopDocuments);
  for (let n = 0; n < days; n++) await api.tenant.drop(`web/${dayOf(n)}/customers.csv`, customers(n));
}

const run = (request: object = {}) =>
  api.ok<Run>('POST', '/runs', { courier_group: 'courier-group/daily', ingest_only: true, ...request });
const shown = (id: string) => api.ok<RunShown>('GET', `/runs/${id}`);
async function ended(id: string): Promise<RunShown> {
  await api.tenant.environment.workflows.ended(id);
  return shown(id);
}

it('a backfill loads the days of its period alone, keeps what was asked for, and tells by day how far it is', async () => {
  await shop(16);
  const period = { range_from: dayOf(2), range_to: dayOf(14) };
  const { id } = await run(period);
  const seen: RunShown[] = [];
  await expect
    .poll(async () => seen.push(await shown(id)) && (seen.at(-1)?.progress?.feeds[0]?.days_done ?? 0), {
      interval: 20,
      timeout: 20_000,
    })
    .toBeGreaterThan(2);
  const [feed] = seen.at(-1)?.progress?.feeds ?? [];
  expect(feed).toMatchObject({
    feed: 'feed/web-customers',
    files: 12,
    days: 12,
    date: expect.stringMatching(/^2025-01/),
  });
  expect(await ended(id)).toMatchObject({
    state: 'succeeded',
    request: period,
    progress: {
      fraction: 1,
      feeds: [{ days_done: 12, files_done: 12, date: dayOf(13), rows_read: 24, rows_inserted: 13 }],
    },
  });
  expect(await api.tenant.query('SELECT id, given_name FROM domain.web_customers')).toHaveLength(13);
}, 60_000);

it('a run that is asked for meanwhile waits for its turn, and takes what the backfill left', async () => {
  await shop(12);
  const backfill = await run({ range_from: dayOf(0), range_to: dayOf(10) });
  const daily = await run();
  await expect.poll(async () => (await shown(daily.id)).waits_for, { timeout: 20_000 }).toBe(backfill.id);
  const [first, second] = [await ended(backfill.id), await ended(daily.id)];
  expect([first.state, second.state]).toEqual(['succeeded', 'succeeded']);
  const began = second.tasks.find(({ name }) => name === 'PullCourier')?.started_at ?? '';
  expect(began >= (first.ended_at ?? '')).toBe(true);
  expect(second.progress?.feeds).toMatchObject([{ files: 2, files_done: 2 }]);
}, 60_000);
