import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedModel } from '../../core/contracts/stitch-models.ts';
import { modelFolder } from '../../core/environments/stitch-models.ts';
import { removeOldStitch } from '../../core/workflows/old-stitch.ts';
import { ModelShop, rows, succeeded } from '../support/stitch-models.ts';
import { shopDocuments } from '../support/tenant.ts';

/** The shop's documents, in which customers have an attribute besides. */
const withNumbers = shopDocuments.map((document) =>
  'fields' in document && document.id === 'feed/web-customers'
    ? {
        ...document,
        fields: document.fields?.map((one) =>
          one.field === 'id' ? { ...one, semantics: [...one.semantics, 'evidence-number'] } : one,
        ),
      }
    : document,
);

let shop: ModelShop;
let [numbered, first, second, back] = ['', '', '', ''];
let before: Record<string, unknown> = {};

beforeAll(async () => {
  shop = await ModelShop.open();
  await shop.api.tenant.configure(withNumbers);
  numbered = (await shop.deliver('2026-11-01', rows(0, 700, '2026-11-01'))).id;
  await shop.api.tenant.configure(shopDocuments);
  first = succeeded(await shop.api.tenant.run()).id;
  await shop.deliver('2026-11-02', rows(700, 800, '2026-11-02'));
  before = await shop.ids();
  second = (await shop.retrained()).id;
});
afterAll(() => shop.close());

const states = async () => (await shop.models()).map(({ id, state }) => [id, state]);
const refusal = (id: string) => shop.api.refusal('POST', `/stitch/models/${id}/try`, {});
const age = async () => {
  const later = new Date(Date.now() + 30 * 86_400_000);
  await removeOldStitch(shop.api.tenant.environment.objects, later);
};

test('an earlier model is gone back to as a new one is taken up: its effect is shown, and ids are those of before', async () => {
  await shop.decide('accept', second, 'there are more of us');
  succeeded(await shop.api.tenant.run());
  const newer = await shop.ids();
  expect(newer).not.toEqual(before);
  expect(await states()).toEqual([
    [second, 'decides'],
    [first, 'former'],
    [numbered, 'former'],
  ]);
  await age();

  const candidate = await shop.tried(first);
  back = candidate.id;
  expect(candidate).toMatchObject({
    state: 'candidate',
    trained_by: first,
    why: `that of ${first} again`,
    records: 700,
  });
  expect(candidate.trial).toMatchObject({ against: second, effect: { records: 800 } });
  expect(candidate.trial?.drift.shifts.length).toBeGreaterThan(0);
  expect(await shop.ids()).toEqual(newer);

  const accepted = await shop.decide('accept', back, 'it parted Ada from herself');
  expect(accepted).toMatchObject({
    state: 'accepted',
    decision: { author: 'Tester', reason: 'it parted Ada from herself' },
  });
  succeeded(await shop.api.tenant.run());
  expect(await shop.ids()).toEqual(before);
  const { people, jitter, changes, model } = await shop.report();
  expect({ records: 800, people, jitter, changes }).toEqual(candidate.trial?.effect);
  expect(model).toEqual({ trained_by: first });
  expect(await states()).toEqual([
    [back, 'decides'],
    [second, 'former'],
    [first, 'former'],
    [numbered, 'former'],
  ]);
});

test('it decides over changes too, and the newer one can be gone back to in its turn', async () => {
  await shop.deliver('2026-11-03', rows(800, 805, '2026-11-03'));
  expect((await shop.report()).model).toEqual({ trained_by: first });
  const { trained_by, trial } = await shop.tried(second);
  expect([trained_by, trial?.against]).toEqual([second, first]);
});

describe('a model can not be gone back to', () => {
  test('that there is not', async () => {
    const absent = 'run-20200101-000000-0000000';
    expect(await refusal(absent)).toMatchObject({ status: 404, message: expect.stringContaining(absent) });
    const run = await shop.api.tenant.run({ retrain: absent });
    expect(run).toMatchObject({ state: 'failed', error: { type: 'NotFound', attribution: 'customer' } });
  });

  test('that decides, by whichever of its names it is called', async () => {
    for (const id of [first, back])
      expect(await refusal(id)).toMatchObject({
        status: 409,
        message: `the model of ${first} decides now: there is nothing to go back to`,
      });
  });

  test('of which the candidate was tried under other settings', async () => {
    const [candidate] = (await shop.models()) as [ListedModel];
    const settings = shopDocuments.map((one) => (one.id === 'stitch/default' ? { ...one, threshold: 4 } : one));
    await shop.api.tenant.configure(settings);
    const refused = await shop.api.refusal('POST', `/stitch/models/${candidate.id}/accept`, { reason: 'yes' });
    expect(refused).toMatchObject({ status: 409, message: expect.stringContaining(`try-model ${second}`) });
    await shop.api.tenant.configure(shopDocuments);
  });

  test('of whose columns one is gone, or that knows nothing of one that came', async () => {
    expect(await refusal(numbered)).toEqual({
      status: 409,
      message: `the model of ${numbered} can't be gone back to: the tagged columns have changed (evidence_number)`,
    });
    await shop.api.tenant.configure(withNumbers);
    const run = await shop.ended(`/stitch/models/${second}/try`);
    expect(run).toMatchObject({
      state: 'failed',
      error: { type: 'ModelOutdated', attribution: 'customer', message: expect.stringContaining('(evidence_number)') },
    });
    await shop.api.tenant.configure(shopDocuments);
  });

  test('that was accepted already and is awaited', async () => {
    const [candidate] = (await shop.models()) as [ListedModel];
    await shop.decide('accept', candidate.id, 'once more');
    expect(await refusal(second)).toMatchObject({
      status: 409,
      message: expect.stringContaining('the next run goes by it'),
    });
  });

  test('unless another was accepted that no run has followed yet: so is an acceptance undone', async () => {
    const { id, state, trial } = await shop.tried(first);
    expect([state, trial?.against, trial?.effect.changes.moved_records]).toEqual(['candidate', first, 0]);
    expect(await shop.decide('accept', id, 'it is good enough')).toMatchObject({ state: 'accepted' });
    expect((await states()).filter(([, one]) => one === 'accepted')).toEqual([[id, 'accepted']]);
  });

  test('of which no files are kept, as earlier versions kept none', async () => {
    const { objects } = shop.api.tenant.environment;
    const newest = await shop.retrained();
    await objects.delete(modelFolder(newest.id));
    expect(await refusal(newest.id)).toMatchObject({ status: 409, message: expect.stringContaining('is not kept') });
  });
});
