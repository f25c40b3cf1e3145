import { describe, expect, test } from 'vitest';
import { DIFFER, levelCount } from '../../../../core/stitch/comparisons/comparison.ts';
import { email } from '../../../../core/stitch/comparisons/email.ts';
import { phone } from '../../../../core/stitch/comparisons/phone.ts';
import { weigh } from '../../../../core/stitch/model/weights.ts';

const levels = levelCount(email);
const none = new Array<number>(levels).fill(0);
/** So many pairs at each of these levels. */
const pairs = (at: Record<number, number>) => none.map((_, level) => at[level] ?? 0);
const equal = levels - 1;

describe('a value that no two profiles have in common yet', () => {
  test.each([
    ['where all differ', { [DIFFER]: 19_900 }],
    ['where some are alike', { [DIFFER]: 19_000, [DIFFER + 1]: 900 }],
  ])('speaks for one person when the next record has it, %s', (_where, at) => {
    const { levels: weighed } = weigh(email, pairs(at), { matched: none, household: none });
    expect(weighed[equal]?.weight).toBeGreaterThan(14);
    expect(weighed[DIFFER]?.weight).toBeLessThan(0);
  });

  test('speaks for one household as well where a household shares such values', () => {
    const space = new Array<number>(levelCount(phone)).fill(0).with(DIFFER, 19_900);
    const { levels: weighed } = weigh(phone, space, { matched: space.map(() => 0), household: space.map(() => 0) });
    expect(weighed.at(-1)?.shared).toBeGreaterThan(13);
  });

  test('changes nothing of values that some have in common', () => {
    const at = pairs({ [DIFFER]: 19_800, [equal]: 100 });
    const { levels: weighed } = weigh(email, at, { matched: pairs({ [equal]: 90 }), household: none });
    expect(weighed[equal]).toMatchObject({ m: expect.closeTo(0.998, 2), weight: expect.closeTo(10.9, 0) });
  });
});
