import { describe, expect, test } from 'vitest';
import { type Comparison, DIFFER, levelCount } from '../../../../core/stitch/comparisons/comparison.ts';
import { email } from '../../../../core/stitch/comparisons/email.ts';
import { givenName } from '../../../../core/stitch/comparisons/names.ts';
import { phone } from '../../../../core/stitch/comparisons/phone.ts';
import { evidence } from '../../../../core/stitch/comparisons/values.ts';
import { weigh } from '../../../../core/stitch/model/weights.ts';

/** Pairs by level: those that differ and those that are equal on a rare value. */
function pairs(comparison: Comparison, differ: number, equal: number): number[] {
  const levels = new Array<number>(levelCount(comparison)).fill(0);
  levels[DIFFER] = differ;
  levels[levels.length - 1] = equal;
  return levels;
}

const last = <T>(levels: readonly T[]): T => levels.at(-1) as T;

describe('the weights of a comparison', () => {
  const account = evidence('evidence_account');
  const shared = (household: number[]) =>
    last(weigh(account, pairs(account, 9_990_000, 10_000), { matched: pairs(account, 0, 500), household }).levels)
      .shared;

  test('let a household share what people are seen to share, also once all those pairs are thought to be of households', () => {
    expect(shared(pairs(account, 500, 9500))).toBeGreaterThan(5);
  });

  test('let no household share what only the records of one person do', () => {
    const { levels } = weigh(account, pairs(account, 9_990_000, 10_000), {
      matched: pairs(account, 500, 9500),
      household: pairs(account, 500, 500),
    });
    expect(last(levels).shared).toBe(0);
  });

  test('let one in fifty of a household have one given name, and no more where many are seen to', () => {
    const { levels } = weigh(givenName, pairs(givenName, 9_970_000, 30_000), {
      matched: pairs(givenName, 100, 5000),
      household: pairs(givenName, 1000, 9000),
    });
    const { weight, shared } = last(levels);
    expect(weight).toBeGreaterThan(8);
    expect(shared).toBeCloseTo(Math.log2(0.02 * 2 ** weight + 0.98), 2);
    expect(levels[DIFFER]?.shared).toBeCloseTo(Math.log2(0.98), 2);
    expect(levels[0]?.shared).toBe(0);
  });

  test('have no more than a half of the pairs of one person differ in given name, whatever is learnt', () => {
    const space = pairs(givenName, 9_970_000, 30_000);
    const learnt = { matched: pairs(givenName, 9000, 1000), household: pairs(givenName, 0, 0) };
    expect(weigh(givenName, space, learnt).levels[DIFFER]?.m).toBeCloseTo(0.5);
    const usual = { matched: pairs(givenName, 1000, 9000), household: pairs(givenName, 0, 0) };
    expect(weigh(givenName, space, usual).levels[DIFFER]?.m).toBeCloseTo(0.1);
  });
});

describe('a value that no two profiles have in common yet', () => {
  const none = new Array<number>(levelCount(email)).fill(0);
  const equal = none.length - 1;
  const reaching = (at: Record<number, number>) => none.map((_, level) => at[level] ?? 0);

  test.each([
    ['where all differ', { [DIFFER]: 19_900 }],
    ['where some are alike', { [DIFFER]: 19_000, [DIFFER + 1]: 900 }],
  ])('speaks for one person when the next record has it, %s', (_where, at) => {
    const { levels: weighed } = weigh(email, reaching(at), { matched: none, household: none });
    expect(weighed[equal]?.weight).toBeGreaterThan(14);
    expect(weighed[DIFFER]?.weight).toBeLessThan(0);
  });

  test('speaks for one household as well where a household shares such values', () => {
    const space = new Array<number>(levelCount(phone)).fill(0).with(DIFFER, 19_900);
    const { levels: weighed } = weigh(phone, space, { matched: space.map(() => 0), household: space.map(() => 0) });
    expect(weighed.at(-1)?.shared).toBeGreaterThan(13);
  });

  test('changes nothing of values that some have in common', () => {
    const at = pairs(email, 19_800, 100);
    const { levels: weighed } = weigh(email, at, { matched: pairs(email, 0, 90), household: none });
    expect(weighed[equal]).toMatchObject({ m: expect.closeTo(0.998, 2), weight: expect.closeTo(10.9, 0) });
  });
});
