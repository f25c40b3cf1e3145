import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparisonsOf } from '../../../../core/stitch/comparisons/registry.ts';
import { acceptedFrom, decider } from '../../../../core/stitch/model/decide.ts';
import { shapeOf } from '../../../../core/stitch/records/shape.ts';

const comparisons = comparisonsOf(shapeOf(['gender', 'phone']));
const level = (weight: number) => ({ name: '', m: 0, u: 0, h: 0, weight, shared: 0 });

/** The score of a pair of so many bits that differs in gender; `moderate`: its phones are alike. */
function scoreOf(bits: number, moderate: boolean): number {
  const levels = comparisons.map(({ name }) => (name === 'gender' ? 1 : moderate ? 3 : 0));
  const none = comparisons.map(({ name }) => ({ name, levels: Array.from({ length: 12 }, () => level(0)) }));
  const model = { prior: bits, household: -1e6, comparisons: none };
  return decider(comparisons, model, { key_priority: 'fk', rules: [], remaining: 'model' })(Uint8Array.from(levels))
    .score;
}

test('a pair is accepted from the weight on that its threshold asks for, and not before', () => {
  const threshold = fc.integer({ min: 100, max: 499 }).map((hundredths) => hundredths / 100);
  fc.assert(
    fc.property(threshold, fc.boolean(), (least, moderate) => {
      const bits = acceptedFrom(least, moderate) ?? Number.NaN;
      if (bits === Number.NEGATIVE_INFINITY) return;
      expect(scoreOf(bits + 1e-6, moderate)).toBeGreaterThanOrEqual(least);
      expect(scoreOf(bits - 1e-6, moderate)).toBeLessThan(least);
    }),
  );
});

test('no weight suffices where only equal records are accepted', () => {
  expect(acceptedFrom(5, true)).toBeUndefined();
});
