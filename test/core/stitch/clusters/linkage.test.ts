import { expect, test } from 'vitest';
import { linkageOf } from '../../../../core/stitch/clusters/linkage.ts';
import { type Comparison, levelCount } from '../../../../core/stitch/comparisons/comparison.ts';
import { comparisonsOf } from '../../../../core/stitch/comparisons/registry.ts';
import { shapeOf } from '../../../../core/stitch/records/shape.ts';

const comparisons = comparisonsOf(shapeOf(['given_name', 'surname', 'address', 'postal']));
const levelNames = (comparison: Comparison) =>
  Array.from(
    { length: levelCount(comparison) },
    (_, n) => ['missing', 'differ'][n] ?? comparison.levels[n - 2]?.name ?? 'equal',
  );
const bits: Record<string, number> = { missing: 0, differ: -6, initial: 4 };
const model = {
  prior: -15,
  household: -18,
  comparisons: comparisons.map((comparison) => ({
    name: comparison.name,
    levels: levelNames(comparison).map((name) => ({
      name,
      m: 0,
      u: 0,
      h: 0,
      weight: bits[name] ?? 12,
      shared: comparison.household && name === 'equal' ? 12 : 0,
    })),
  })),
};
const linkage = linkageOf(comparisons, model, { key_priority: 'fk', rules: [], remaining: 'model' });
/** A pair of one surname and address, whose given names agree so. */
const pair = (givenName: string, linked: boolean) => {
  const levels = comparisons.map(({ name }, field) => {
    const names = levelNames(comparisons[field] as Comparison);
    if (name === 'given_name') return names.indexOf(givenName);
    return name === 'generational_suffix' ? 0 : names.length - 1;
  });
  return linkage.between(Uint8Array.from(levels), linked);
};

test('an initial joins two records that nothing parts', () => {
  expect(pair('initial', true).strength).toBeGreaterThan(0);
});

test('an initial does not join brothers: J and Jason of one address are not Jerry', () => {
  const [initial, whole] = [pair('initial', true), pair('differ', false)];
  expect(whole.strength).toBeUndefined();
  expect(linkage.joined(initial, whole).strength).toBeUndefined();
  expect(linkage.joined(whole, initial)).toEqual(linkage.joined(initial, whole));
});

test('a difference among names that mostly agree parts nobody', () => {
  const [equal, differs] = [pair('equal', true), pair('differ', false)];
  expect(linkage.joined(linkage.joined(equal, equal), differs).strength).toBeGreaterThan(0);
});
