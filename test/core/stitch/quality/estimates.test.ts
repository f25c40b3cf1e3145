import { describe, expect, test } from 'vitest';
import type { ReviewSample } from '../../../../core/contracts/stitch-quality.ts';
import { precisionAndRecall, type Tally } from '../../../../core/stitch/quality/estimates.ts';
import { type Answers, estimatesOf, nextPairs } from '../../../../core/stitch/quality/review.ts';
import { Draws } from '../../../support/draws.ts';

const joined = (pairs: number, same: number, different: number): Tally => ({ joined: true, pairs, same, different });
const parted = (pairs: number, same: number, different: number): Tally => ({ joined: false, pairs, same, different });

describe('precision and recall', () => {
  test('are exact when every pair was asked about', () => {
    const { precision, recall } = precisionAndRecall([joined(10, 9, 1), joined(4, 2, 2), parted(20, 1, 19)]);
    for (const end of ['value', 'low', 'high'] as const) {
      expect(precision?.[end]).toBeCloseTo(11 / 14, 12);
      expect(recall?.[end]).toBeCloseTo(11 / 12, 12);
    }
  });

  test('weigh each stratum by its pairs, not by its answers', () => {
    const { precision, recall } = precisionAndRecall([joined(9000, 10, 0), joined(1000, 20, 20), parted(5000, 1, 9)]);
    expect(precision?.value).toBeCloseTo(0.95, 12);
    expect(recall?.value).toBeCloseTo(9500 / (9500 + 500), 12);
  });

  test('are not certain because no error was seen', () => {
    const { precision, recall } = precisionAndRecall([joined(10_000, 30, 0), parted(10_000, 0, 30)]);
    expect(precision).toEqual({ value: 1, low: expect.closeTo(0.884, 2), high: 1 });
    expect(recall).toMatchObject({ value: 1, high: 1 });
    expect(recall?.low).toBeCloseTo(1 / (1 + 0.116), 2);
  });

  test('are unknown while a stratum has no answer; empty strata need none', () => {
    expect(precisionAndRecall([joined(10, 5, 0), joined(1, 0, 0)])).toEqual({});
    expect(precisionAndRecall([joined(10, 5, 0), joined(0, 0, 0), parted(3, 0, 0)])).toEqual({
      precision: expect.objectContaining({ value: 1 }),
    });
    expect(precisionAndRecall([parted(3, 0, 3)])).toEqual({});
  });

  test('of a recall without missed pairs, or of nobody joined rightly, stay within 0 and 1', () => {
    expect(precisionAndRecall([joined(4, 4, 0), parted(4, 0, 4)]).recall?.low).toBeCloseTo(1, 12);
    expect(precisionAndRecall([joined(4, 0, 4), parted(4, 4, 0)]).recall?.high).toBeCloseTo(0, 12);
  });
});

/** Strata by whether they are joined, how many pairs they have, and the share of them that is one person. */
type World = [joined: boolean, pairs: number, same: number][];
const worlds: Record<string, World> = {
  'as a tenant has them': [
    [true, 14_565, 0.999],
    [true, 2_629, 0.99],
    [true, 2_565, 0.98],
    [true, 1_393, 0.9],
    [true, 135, 0.8],
    [true, 232, 0.3],
    [false, 1_176, 0.5],
    [false, 773, 0.2],
    [false, 3_600, 0.03],
    [false, 1_500, 0.005],
  ],
  'where errors are rare': [
    [true, 100_000, 0.9999],
    [true, 20_000, 0.999],
    [true, 5_000, 0.998],
    [true, 500, 0.99],
    [false, 300, 0.01],
    [false, 30_000, 0.001],
    [false, 8_000, 0.0005],
  ],
  'where errors are rare alike in strata of one size': [
    ...Array.from({ length: 6 }, (): World[number] => [true, 10_000, 0.995]),
    ...Array.from({ length: 4 }, (): World[number] => [false, 10_000, 0.005]),
  ],
  'where Stitch is bad': [
    [true, 3_000, 0.9],
    [true, 3_000, 0.7],
    [true, 30, 0.5],
    [false, 3_000, 0.4],
    [false, 3_000, 0.1],
  ],
};
const SIMULATIONS = 400;

/** A sample of each stratum in random order, and the truth of it. */
function drawn(world: World, draws: Draws) {
  const truth = new Map<string, 'same' | 'different'>();
  const strata = world.map(([isJoined, pairs, share], h) => {
    let [left, same] = [pairs, Math.round(pairs * share)];
    const sample = Array.from({ length: Math.min(300, pairs) }, (_, place) => {
      const isSame = draws.next() * left < same;
      left -= 1;
      if (isSame) same -= 1;
      const id = `${h}/${place}`;
      truth.set(id, isSame ? 'same' : 'different');
      return { id, one: { datasource: 'a', pk: id }, other: { datasource: 'b', pk: id }, score: null };
    });
    return { name: `stratum ${h}`, joined: isJoined, pairs, sample };
  });
  const sample: ReviewSample = { run_id: 'run', strata, left_out: { people: 0, pairs: 0 } };
  return { sample, truth };
}

/** Answers so many pairs, in the order in which they are asked about. */
function reviewed(sample: ReviewSample, truth: ReturnType<typeof drawn>['truth'], budget: number): Answers {
  const answers = new Map<string, { verdict: 'same' | 'different' }>();
  while (answers.size < budget) {
    for (const { pair } of nextPairs(sample, answers, 5)) {
      answers.set(pair.id, { verdict: truth.get(pair.id) ?? 'same' });
    }
  }
  return answers;
}

describe.each(Object.entries(worlds))('95 % intervals %s', (_name, world) => {
  const total = (isJoined: boolean) =>
    world.reduce((sum, [is, pairs, share]) => (is === isJoined ? sum + Math.round(pairs * share) : sum), 0);
  const precision = total(true) / world.reduce((sum, [is, pairs]) => (is ? sum + pairs : sum), 0);
  const recall = total(true) / (total(true) + total(false));

  test.each([60, 200])('hold the truth in at least 93 of 100 reviews of %d answers', (budget) => {
    const draws = new Draws(budget);
    const covered = { precision: 0, recall: 0 };
    for (let n = 0; n < SIMULATIONS; n++) {
      const { sample, truth } = drawn(world, draws);
      const found = estimatesOf(sample, reviewed(sample, truth, budget));
      const holds = (estimate: typeof found.precision, true_: number) =>
        Number(estimate !== null && estimate.low <= true_ && true_ <= estimate.high);
      covered.precision += holds(found.precision, precision);
      covered.recall += holds(found.recall, recall);
    }
    expect(covered.precision / SIMULATIONS).toBeGreaterThanOrEqual(0.93);
    expect(covered.recall / SIMULATIONS).toBeGreaterThanOrEqual(0.93);
  });
});
