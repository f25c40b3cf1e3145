import { describe, expect, test } from 'vitest';
import { type Capture, missedPairs } from '../../../../core/stitch/blocking/missed-pairs.ts';
import { random } from '../../../support/customers.ts';

const FIELDS = ['email', 'phone', 'birthdate'];

/** Pairs that fields find or not, each by a chance of its own; `missing` are those that none found. */
function population(size: number, chances: (pair: number) => readonly number[], seed: number) {
  const next = random(seed);
  const captures: Capture[] = [];
  let missing = 0;
  for (let pair = 0; pair < size; pair++) {
    const fields = Uint8Array.from(chances(pair), (chance) => (chance < 0 ? 0 : next() < chance ? 2 : 1));
    if (fields.includes(2)) captures.push({ fields, pairs: 1 });
    else missing++;
  }
  return { captures, missing };
}

describe('the pairs that no rule found are estimated', () => {
  test('near the truth where fields fail independently, however differently well they work', () => {
    for (const chances of [
      [0.5, 0.5, 0.5],
      [0.9, 0.3, 0.1],
      [0.8, 0.6, -1],
    ]) {
      for (const seed of [1, 2, 3]) {
        const { captures, missing } = population(20_000, () => chances, seed);
        const { pairs, share } = missedPairs(captures, FIELDS, 0);
        expect(Math.abs(pairs - missing), `${chances}, seed ${seed}`).toBeLessThan(0.12 * missing);
        expect(share).toBeCloseTo(missing / 20_000, 1);
      }
    }
  });

  test('as no more than there are where some pairs are hard to find by every field', () => {
    const { captures, missing } = population(20_000, (pair) => (pair % 2 === 0 ? [0.9, 0.8, 0.7] : [0.1, 0.2, 0.1]), 4);
    const { pairs } = missedPairs(captures, FIELDS, 0);
    expect(pairs).toBeLessThan(missing);
    expect(pairs).toBeGreaterThan(0);
  });

  test('near the truth where many records lack what others have', () => {
    const lacking = (pair: number) => (pair % 2 === 0 ? [0.7, -1, 0.4] : [-1, 0.6, 0.4]);
    const { captures, missing } = population(20_000, lacking, 5);
    expect(Math.abs(missedPairs(captures, FIELDS, 0).pairs - missing)).toBeLessThan(0.12 * missing);
  });

  test('without those that were compared because others brought their people together', () => {
    const { captures } = population(20_000, () => [0.5, 0.5, 0.5], 6);
    const all = missedPairs(captures, FIELDS, 0);
    expect(missedPairs(captures, FIELDS, all.pairs).share).toBe(0);
    expect(missedPairs(captures, FIELDS, all.pairs / 2).share).toBeCloseTo(all.share / 2, 2);
  });
});

test('pairs with one field to be found by say nothing of what was missed', () => {
  const captures = [{ fields: Uint8Array.of(2, 0, 0), pairs: 1000 }];
  expect(missedPairs(captures, FIELDS, 0)).toEqual({ pairs: 0, joined: 0, share: 0, fields: [] });
});

test('the field that would help is the one that finds well and that the missing pairs lack', () => {
  const lacking = (pair: number) => (pair % 4 === 0 ? [0.4, 0.9, 0.4] : [0.4, -1, 0.4]);
  const { captures, missing } = population(20_000, lacking, 7);
  const [first] = missedPairs(captures, FIELDS, 0).fields;
  expect(first?.field).toBe('phone');
  expect(Math.abs((first?.pairs ?? 0) - 0.9 * missing)).toBeLessThan(0.2 * missing);
});
