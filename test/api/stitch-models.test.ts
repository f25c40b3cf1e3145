import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '../../core/contracts/runs.ts';
import { ModelShop, rows, succeeded } from '../support/stitch-models.ts';
import { shopDocuments } from '../support/tenant.ts';

let shop: ModelShop;
let first: Run;

beforeAll(async () => {
  shop = await ModelShop.open();
});
afterAll(() => shop.close());

describe('the model of the first run', () => {
  test('is trained by itself, and there is none to train anew before', async () => {
    const early = await shop.api.refusal('POST', '/stitch/models', {});
    expect(early).toMatchObject({ status: 404, message: expect.stringContaining('the first run') });
    first = await shop.deliver('2026-11-01', rows(0, 700, '2026-11-01'));
    expect(await shop.models()).toMatchObject([{ id: first.id, state: 'decides', why: 'there was none before' }]);
    const refusal = await shop.api.refusal('POST', `/stitch/models/${first.id}/accept`, { reason: 'it is mine' });
    expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('is no candidate') });
  });
});

describe('a model that is trained anew', () => {
  test('on the same records is the same, and would change nothing', async () => {
    const { trial, state } = await shop.retrained();
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
    await shop.deliver('2026-11-02', rows(700, 800, '2026-11-02'));
    const [before, told] = [await shop.ids(), await shop.report()];
    const { trial } = await shop.retrained();
    expect(await shop.ids()).toEqual(before);
    expect(await shop.report()).toEqual(told);
    const { shifts, weights } = trial?.drift ?? { shifts: [], weights: [] };
    const moves = shifts.map(({ before, after }) => Math.abs((after ?? 0) - (before ?? 0)));
    expect(moves[0]).toBeGreaterThan(0);
    expect(moves).toEqual([...moves].sort((one, other) => other - one));
    for (const shift of shifts) expect(weights).toContainEqual(shift);
  });

  test('is what the next run goes by when it was accepted, with the effect that was shown, and no run before', async () => {
    const [candidate] = await shop.models();
    const { id = '' } = candidate ?? {};
    const shown = (await shop.model(id)).trial?.effect;
    const accepted = await shop.decide('accept', id, 'there are more of us');
    expect(accepted).toMatchObject({
      state: 'accepted',
      decision: { verdict: 'accepted', author: 'Tester', reason: 'there are more of us' },
    });
    succeeded(await shop.api.tenant.run());
    const now = await shop.report();
    expect(now.model).toEqual({ trained_by: id });
    expect(now).toMatchObject({ people: shown?.people, jitter: shown?.jitter, changes: { ...shown?.changes } });
    expect((await shop.models()).map(({ state }) => state)).toEqual(['decides', 'candidate', 'former']);
    const events = await shop.api.tenant.query(
      `SELECT DISTINCT e.cause FROM stitch.id_events e WHERE e.job_id = '${now.run_id}'`,
    );
    for (const { cause } of events) expect(cause).toBe('new model');
  });

  test('decides until another is accepted, over changes too', async () => {
    const before = await shop.ids();
    succeeded(await shop.api.tenant.run());
    expect(await shop.ids()).toEqual(before);
    await shop.deliver('2026-11-03', rows(800, 805, '2026-11-03'));
    expect((await shop.report()).model).toEqual({ trained_by: (await shop.models())[0]?.id });
  });
});

describe('a candidate', () => {
  test('that was compared with a model that decides no more is refused by name', async () => {
    const outdated = (await shop.models()).find(({ state }) => state === 'candidate');
    const refusal = await shop.api.refusal('POST', `/stitch/models/${outdated?.id}/accept`, { reason: 'it was first' });
    expect(refusal).toMatchObject({
      status: 409,
      message: expect.stringMatching(/compared with the model of .* decides now/),
    });
  });

  test('that was discarded can not be accepted, and stays in the list with who gave it up and why', async () => {
    const { id } = await shop.retrained();
    await shop.decide('discard', id, 'no need');
    const refusal = await shop.api.refusal('POST', `/stitch/models/${id}/accept`, { reason: 'after all' });
    expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('discarded by Tester') });
    expect((await shop.models())[0]).toMatchObject({ id, state: 'discarded', decision: { reason: 'no need' } });
  });

  test('that was trained under other settings is refused until those are back', async () => {
    const { id } = await shop.retrained();
    const settings = shopDocuments.map((one) => (one.id === 'stitch/default' ? { ...one, threshold: 4 } : one));
    await shop.api.tenant.configure(settings);
    const refusal = await shop.api.refusal('POST', `/stitch/models/${id}/accept`, { reason: 'yes' });
    expect(refusal).toMatchObject({ status: 409, message: expect.stringContaining('Stitch settings') });
    await shop.api.tenant.configure(shopDocuments);
    expect(await shop.decide('accept', id, 'the settings are back')).toMatchObject({ state: 'accepted' });
  });

  test('that there is not is told so', async () => {
    expect(await shop.api.refusal('GET', '/stitch/models/run-20200101-000000-0000000')).toMatchObject({ status: 404 });
  });
});

test('an accepted model that the records outgrow is trained anew by the run that finds it so, which says why', async () => {
  await shop.deliver('2026-11-05', rows(805, 1150, '2026-11-05'));
  const { model, warnings } = await shop.report();
  expect(model?.why).toMatch(/was trained on .* records and there are/);
  expect(warnings.join()).toContain('a new model was trained');
  expect((await shop.models())[0]).toMatchObject({ state: 'decides', why: model?.why });
});
