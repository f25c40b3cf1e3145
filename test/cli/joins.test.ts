import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdingTogether } from '../../cli/joins.ts';
import type { PersonJoin } from '../../core/contracts/person.ts';

const join = (one: number, other: number, score: number): PersonJoin => ({
  source1: 'web',
  pk1: String(one),
  source2: 'web',
  pk2: String(other),
  score,
  match_category: null,
  match_type: null,
  alike: [],
  unlike: [],
});

test('the joins shown are the strongest that hold a person together', () => {
  const shown = holdingTogether([join(1, 2, 3), join(2, 3, 4), join(1, 3, 5)]);
  expect(shown.map(({ score }) => score)).toEqual([5, 4]);
});

test('every record stays connected, by one join less than there are records', () => {
  const records = fc.integer({ min: 2, max: 12 });
  fc.assert(
    fc.property(records, fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: 3, max: 5 }))), (size, extra) => {
      const chain = Array.from({ length: size - 1 }, (_, n) => join(n, n + 1, 3));
      const more = extra.map(([a, b, score]) => join(a % size, b % size, score)).filter(({ pk1, pk2 }) => pk1 !== pk2);
      expect(holdingTogether([...more, ...chain])).toHaveLength(size - 1);
    }),
  );
});
