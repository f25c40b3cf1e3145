import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RefusedFile } from '../../core/contracts/refused-files.ts';
import { TestApi } from '../support/api.ts';
import { csv } from '../support/tenant.ts';
import { tillDocuments } from '../support/till.ts';

let api: TestApi;
const feed = 'feed/stock';
const stockOf = (...rows: [string, string][]) => csv(['id', 'price'], ...rows);

async function openTill(load: object = {}): Promise<void> {
  api = await TestApi.open(tillDocuments('*.csv', load));
  await api.tenant.drop('till/bad.csv', stockOf(['', '1'], ['', '2']));
  await api.tenant.drop('till/good.csv', stockOf(['shoe', '10']));
}
beforeAll(() => openTill());
afterAll(() => api.close());

const files = async (query = '') =>
  api.ok<{ data: RefusedFile[]; next_token?: string }>('GET', `/quarantine/files${query}`);
const onlyFile = async () => (await files()).data[0] as RefusedFile;
const stock = () => api.tenant.query('SELECT id, price FROM till_stock ORDER BY id');

describe('a file that a feed refused', () => {
  it('is listed with its reason while each run tries it', async () => {
    expect((await files()).data).toEqual([]);
    for (let run = 0; run < 2; run++)
      expect((await api.tenant.run()).error?.message).toContain('ErrorThresholdExceeded: bad.csv');
    expect((await files()).data).toMatchObject([
      { feed, courier: 'courier/till', name: 'bad.csv', state: 'due', error: { type: 'ErrorThresholdExceeded' } },
    ]);
    expect((await files(`?feed=${feed}`)).data).toHaveLength(1);
    expect(await api.refusal('GET', '/quarantine/files?feed=feed/none')).toMatchObject({ status: 404 });
    expect(await api.refusal('GET', '/quarantine/files?next_token=nonsense')).toMatchObject({ status: 400 });
  });

  it('is left out of runs once it is set aside, also of a feed of another shape', async () => {
    const { id } = await onlyFile();
    const said = { feed, reason: 'a test of the till' };
    expect(await api.ok('POST', `/quarantine/files/${id}/set-aside`, said)).toMatchObject({
      state: 'set aside',
      set_aside: { reason: said.reason, author: 'Tester' },
    });
    expect((await api.tenant.run()).error).toBeUndefined();
    expect(await stock()).toEqual([{ id: 'shoe', price: '10' }]);
    const fields = [
      { field: 'id', required: true },
      { field: 'price', type: 'Integer' },
    ];
    await api.tenant.configure(tillDocuments('*.csv', {}, { fields }));
    expect((await api.tenant.run()).error).toBeUndefined();
    expect(await stock()).toEqual([{ id: 'shoe', price: 10 }]);
    expect(await onlyFile()).toMatchObject({ name: 'bad.csv', state: 'set aside' });
  });

  it('is tried again once it is taken up, and is no longer listed when its feed takes it', async () => {
    const { id } = await onlyFile();
    expect(await api.ok('POST', `/quarantine/files/${id}/take-up`, { feed })).toMatchObject({ state: 'due' });
    expect((await api.tenant.run()).error?.message).toContain('ErrorThresholdExceeded: bad.csv');
    await api.tenant.configure(tillDocuments('*.csv', {}, { error_threshold: 100 }));
    expect((await api.tenant.run()).error).toBeUndefined();
    expect((await files()).data).toEqual([]);
  });

  it('is the only one that can be set aside, and only what was can be taken up', async () => {
    const said = { feed, reason: 'not wanted' };
    expect(await api.refusal('POST', '/quarantine/files/none/set-aside', said)).toMatchObject({ status: 404 });
    expect(await api.refusal('POST', '/quarantine/files/none/take-up', { feed })).toMatchObject({ status: 404 });
    expect(await api.refusal('POST', '/quarantine/files/none/set-aside', { feed, reason: ' ' })).toMatchObject({
      status: 400,
    });
  });
});

it('stops a feed that is emptied before it is loaded no longer once it is set aside', async () => {
  await api.close();
  await openTill({ mode: 'truncate_and_load' });
  expect((await api.tenant.run()).error?.message).toMatch(/emptied before it is loaded.*bad\.csv/);
  const { id } = await onlyFile();
  await api.ok('POST', `/quarantine/files/${id}/set-aside`, { feed, reason: 'a test of the till' });
  expect((await api.tenant.run()).error).toBeUndefined();
  expect(await stock()).toEqual([{ id: 'shoe', price: '10' }]);
});

it('stays replaced by a newer delivery when it is taken up', async () => {
  await api.close();
  await openTill();
  await api.tenant.run();
  await api.tenant.drop('till/bad.csv', stockOf(['boot', '20']));
  expect((await api.tenant.run()).error).toBeUndefined();
  const { id, state } = await onlyFile();
  expect(state).toBe('replaced');
  await api.ok('POST', `/quarantine/files/${id}/set-aside`, { feed, reason: 'a test of the till' });
  expect(await api.ok('POST', `/quarantine/files/${id}/take-up`, { feed })).toMatchObject({ state: 'replaced' });
});
