import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

let api: TestApi;
const ingest = { courier_group: 'courier-group/daily', ingest_only: true };

beforeAll(async () => {
  api = await TestApi.open(shopDocuments);
});
afterAll(() => api.close());

const ended = async (run: Run): Promise<Run> => {
  await api.tenant.environment.workflows.ended(run.id);
  return api.ok<Run>('GET', `/runs/${run.id}`);
};

test('a run that is asked for starts, and can be followed to its end', async () => {
  await api.tenant.drop(
    'web/2026-11-01/customers.csv',
    csv(['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'], ['1', 'A', 'B', '', '', '2026-11-01']),
  );
  const response = await api.call('POST', '/runs', ingest);
  expect(response.status).toBe(201);
  const run = (await response.json()) as Run;
  expect(run).toMatchObject({ name: 'courier-group/daily', principal: 'tester', request: ingest });
  expect(['scheduled', 'in progress']).toContain(run.state);
  expect(await ended(run)).toMatchObject({ id: run.id, state: 'succeeded' });
});

test('runs are listed newest first, in pages, by state and time', async () => {
  const second = await ended(await api.ok<Run>('POST', '/runs', ingest));
  const all = await api.ok<{ data: Run[]; next_token?: string }>('GET', '/runs');
  expect(all.data.map((run) => run.id)).toEqual(
    all.data
      .map((run) => run.id)
      .toSorted()
      .toReversed(),
  );
  expect(all.next_token).toBeUndefined();

  const first = await api.ok<{ data: Run[]; next_token?: string }>('GET', '/runs?limit=1');
  expect(first.data.map((run) => run.id)).toEqual([all.data[0]?.id]);
  const rest = await api.ok<{ data: Run[] }>('GET', `/runs?limit=1&next_token=${first.next_token}`);
  expect(rest.data.map((run) => run.id)).toEqual([all.data[1]?.id]);

  expect((await api.call('GET', '/runs?next_token=garbage')).status).toBe(400);

  const count = async (query: string) => (await api.ok<{ data: Run[] }>('GET', `/runs?${query}`)).data.length;
  expect(await count('state=failed')).toBe(0);
  expect(await count('created_from=2999-01-01')).toBe(0);
  expect(await count('created_to=2999-01-01')).toBe(all.data.length);
  expect(await count(`created_from=${second.created_at}`)).toBeGreaterThan(0);
  expect(await count(`created_to=${all.data.at(-1)?.created_at}`)).toBe(0);
});

test('a failed run is retried from the task that failed, and one that succeeded is not', async () => {
  const failed = await ended(
    await api.ok<Run>('POST', '/runs', { ...ingest, range_from: '2026-11-09', range_to: '2026-11-10' }),
  );
  expect(failed).toMatchObject({ state: 'failed', error: { type: 'MissingFile', attribution: 'customer' } });
  await api.tenant.drop('web/2026-11-09/customers.csv', csv(['id', 'updated_at'], ['9', '2026-11-09T00:00:00Z']));
  const retried = await ended(await api.ok<Run>('POST', `/runs/${failed.id}/retry`));
  expect(retried).toMatchObject({ id: failed.id, state: 'succeeded' });
  expect(await api.refusal('POST', `/runs/${failed.id}/retry`)).toMatchObject({ status: 409 });
});

test('a run that is not under way is not stopped', async () => {
  const { data } = await api.ok<{ data: Run[] }>('GET', '/runs?limit=1');
  expect(await api.refusal('POST', `/runs/${data[0]?.id}/stop`)).toMatchObject({ status: 409 });
});

test('a run under way is stopped', async () => {
  const run = await api.ok<Run>('POST', '/runs', ingest);
  expect(await api.ok<Run>('POST', `/runs/${run.id}/stop`)).toMatchObject({ state: 'stopped' });
});

test('a run of no such group, or of dates that end before they begin, is refused', async () => {
  const unknown = await api.refusal('POST', '/runs', { courier_group: 'courier-group/weekly' });
  expect(unknown).toEqual({ status: 404, message: expect.stringContaining('courier-group/daily') });
  const dates = { range_from: '2026-11-02', range_to: '2026-11-02' };
  expect(await api.refusal('POST', '/runs', { ...ingest, ...dates })).toMatchObject({ status: 400 });
  expect(await api.refusal('POST', '/runs', { ...ingest, range_to: '2026-11-02' })).toMatchObject({ status: 400 });
});
