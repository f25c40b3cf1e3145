import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactInterval } from '../../../../core/stitch/quality/proportions.ts';

/** Chance of finding so many in a sample, by multiplying out. */
function chanceOf(found: number, looked: number, members: number, population: number): number {
  const choose = (n: number, k: number): number => (k < 0 || k > n ? 0 : k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  return (choose(members, found) * choose(population - members, looked - found)) / choose(population, looked);
}

test('holds the true share at least 95 times in a hundred, whatever the population, the sample and the share', () => {
  for (let population = 1; population <= 24; population++) {
    for (let looked = 1; looked <= population; looked++) {
      const intervals = Array.from({ length: looked + 1 }, (_, found) => exactInterval({ found, looked, population }));
      for (let members = 0; members <= population; members++) {
        const covered = intervals.reduce((sum, { low, high }, found) => {
          const holds = low <= members / population && members / population <= high;
          return holds ? sum + chanceOf(found, looked, members, population) : sum;
        }, 0);
        expect(covered, `${members} of ${population}, ${looked} looked at`).toBeGreaterThan(0.95 - 1e-9);
      }
    }
  }
});

test('is that of Clopper and Pearson where the population is endless', () => {
  const { low, high } = exactInterval({ found: 3, looked: 20, population: 1e11 });
  expect(low).toBeCloseTo(0.0321, 4);
  expect(high).toBeCloseTo(0.3789, 4);
  expect(exactInterval({ found: 0, looked: 10, population: 1e11 })).toEqual({
    low: 0,
    high: expect.closeTo(0.3085, 4),
  });
});

test('has no width once everybody was looked at', () => {
  expect(exactInterval({ found: 7, looked: 9, population: 9 })).toEqual({ low: 7 / 9, high: 7 / 9 });
});

test('holds what was found, is turned round by asking for the opposite, and narrows in a smaller population', () => {
  const samples = fc
    .tuple(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([looked, more, share]) => ({ looked, population: looked + more, found: Math.round(share * looked) }));
  fc.assert(
    fc.property(samples, ({ found, looked, population }) => {
      const { low, high } = exactInterval({ found, looked, population });
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(found / looked);
      expect(high).toBeGreaterThanOrEqual(found / looked);
      const opposite = exactInterval({ found: looked - found, looked, population });
      expect(opposite.low).toBeCloseTo(1 - high, 9);
      expect(opposite.high).toBeCloseTo(1 - low, 9);
      const larger = exactInterval({ found, looked, population: 4 * population });
      expect(larger.high - larger.low).toBeGreaterThanOrEqual(high - low - 1 / population);
    }),
  );
});
