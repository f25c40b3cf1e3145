import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import type { ListedModel, ShownModel } from '../../core/contracts/stitch-models.ts';
import { TestApi } from '../support/api.ts';
import { customers } from '../support/customers.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

const columns = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const people = customers(700).records.map(({ pk, given_name = '', surname = '', email = '', birthdate = '' }) => ({
  pk,
  cells: [given_name, surname, email, birthdate],
}));
const rows = (from: number, to: number, day: string) =>
  people.slice(from, to).map(({ pk, cells }) => [pk, ...cells, `${day}T08:00:00Z`]);

let api: TestApi;
let first: Run;

async function deliver(day: string, given: string[][]): Promise<Run> {
  await api.tenant.drop(`web/${day}/customers.csv`, csv(columns, ...given));
  return succeeded(await api.tenant.run());
}
function succeeded(run: Run): Run {
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
  return run;
}
const models = async () => (await api.ok<{ data: ListedModel[] }>('GET', '/stitch/models')).data;
const model = (id: string) => api.ok<ShownModel>('GET', `/stitch/models/${id}`);
const report = () => api.ok<StitchReport & { run_id: string }>('GET', '/stitch/report');
const ids = async () => {
  const found = await api.tenant.query('SELECT a.pk, a.amp_id FROM stitch.assignments a ORDER BY a.pk');
  return Object.fromEntries(found.map(({ pk, amp_id }) => [pk, amp_id]));
};
async function retrained(): Promise<ShownModel> {
  const run = await api.ok<Run>('POST', '/stitch/models', {});
  succeeded((await api.tenant.environment.workflows.ended(run.id)) ?? run);
  return model(run.id);
}
const decide = (verb: 'accept' | 'discard', id: string, reason: string) =>
  api.ok<ShownModel>('POST', `/stitch/models/${id}/${verb}`, { reason });

beforeAll(async () => {
  api = await TestApi.open(shopDocuments);
});
afterAll(() => api.close());

describe('the model of the first run', () => {
  test('is trained by itself, and there is none to train anew before', async () => {
    const early = await api.refusal('POST', '/stitch/models', {});
    expect(early).toMatchObject({ status: 404, message: expect.stringContaining('the first run') });
    first = await deliver('2026-11-01', rows(0, 700, '2026-11-01'));
    expect(await models()).toMatchObject([{ id: first.id, state: 'decides', why: 'there was none before' }]);
    const refusal = await api.refusal('POST', `/stitch/models/${first.id}/accept`, { reason: 'it is mine' });
    expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('is no candidate') });
  });
});

describe('a model that is trained anew', () => {
  test('on the same records is the same, and would change nothing', async () => {
    const { trial, state } = await retrained();
    expect(state).toBe('candidate');
    expect(trial).toMatchObject({
      against: first.id,
      drift: {
        shifts: [],
        crossing: [],
        pairs: { gained: 0, lost: 0, changed: 0 },
        bad_values: { gained: [], lost: [] },
      },
      effect: { changes: { merged: 0, split: 0, moved_records: 0 }, jitter: 0 },
    });
    expect(trial?.drift.pairs.accepted).toBeGreaterThan(100);
    expect(trial?.drift.weights.length).toBeGreaterThan(50);
  });

  test('publishes nothing, and shows its weights beside those that decide', async () => {
    await deliver('2026-11-02', rows(700, 800, '2026-11-02'));
    const [before, told] = [await ids(), await report()];
    const { trial } = await retrained();
    expect(await ids()).toEqual(before);
    expect(await report()).toEqual(told);
    const { shifts, weights } = trial?.drift ?? { shifts: [], weights: [] };
    const moves = shifts.map(({ before, after }) => Math.abs((after ?? 0) - (before ?? 0)));
    expect(moves[0]).toBeGreaterThan(0);
    expect(moves).toEqual([...moves].sort((one, other) => other - one));
    for (const shift of shifts) expect(weights).toContainEqual(shift);
  });

  test('is what the next run goes by when it was accepted, with the effect that was shown, and no run before', async () => {
    const [candidate] = await models();
    const { id = '' } = candidate ?? {};
    const shown = (await model(id)).trial?.effect;
    const accepted = await decide('accept', id, 'there are more of us');
    expect(accepted).toMatchObject({
      state: 'accepted',
      decision: { verdict: 'accepted', author: 'Tester', reason: 'there are more of us' },
    });
    succeeded(await api.tenant.run());
    const now = await report();
    expect(now.model).toEqual({ trained_by: id });
    expect(now).toMatchObject({ people: shown?.people, jitter: shown?.jitter, changes: { ...shown?.changes } });
    expect((await models()).map(({ state }) => state)).toEqual(['decides', 'candidate', 'former']);
    const events = await api.tenant.query(
      `SELECT DISTINCT e.cause FROM stitch.id_events e WHERE e.job_id = '${now.run_id}'`,
    );
    for (const { cause } of events) expect(cause).toBe('new model');
  });

  test('decides until another is accepted, over changes too', async () => {
    const before = await ids();
    succeeded(await api.tenant.run());
    expect(await ids()).toEqual(before);
    await deliver('2026-11-03', rows(800, 805, '2026-11-03'));
    expect((await report()).model).toEqual({ trained_by: (await models())[0]?.id });
  });
});

describe('a candidate', () => {
  test('that was compared with a model that decides no more is refused by name', async () => {
    const outdated = (await models()).find(({ state }) => state === 'candidate');
    const refusal = await api.refusal('POST', `/stitch/models/${outdated?.id}/accept`, { reason: 'it was first' });
    expect(refusal).toMatchObject({
      status: 409,
      message: expect.stringMatching(/compared with the model of .* decides now/),
    });
  });

  test('that was discarded can not be accepted, and stays in the list with who gave it up and why', async () => {
    const { id } = await retrained();
    await decide('discard', id, 'no need');
    const refusal = await api.refusal('POST', `/stitch/models/${id}/accept`, { reason: 'after all' });
    expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('discarded by Tester') });
    expect((await models())[0]).toMatchObject({ id, state: 'discarded', decision: { reason: 'no need' } });
  });

  test('that was trained under other settings is refused until those are back', async () => {
    const { id } = await retrained();
    const settings = shopDocuments.map((one) => (one.id === 'stitch/default' ? { ...one, threshold: 4 } : one));
    await api.tenant.configure(settings);
    const refusal = await api.refusal('POST', `/stitch/models/${id}/accept`, { reason: 'yes' });
    expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('Stitch settings') });
    await api.tenant.configure(shopDocuments);
    expect(await decide('accept', id, 'the settings are back')).toMatchObject({ state: 'accepted' });
  });

  test('that there is not is told so', async () => {
    expect(await api.refusal('GET', '/stitch/models/run-20200101-000000-0000000')).toMatchObject({ status: 404 });
  });
});

test('an accepted model that the records outgrow is trained anew by the run that finds it so, which says why', async () => {
  await deliver('2026-11-05', rows(805, 1150, '2026-11-05'));
  const { model, warnings } = await report();
  expect(model?.why).toMatch(/was trained on .* records and there are/);
  expect(warnings.join()).toContain('a new model was trained');
  expect((await models())[0]).toMatchObject({ state: 'decides', why: model?.why });
});
