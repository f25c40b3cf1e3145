import { describe, expect, test } from 'vitest';
import type { ReviewAnswer, ReviewSample } from '../../../../core/contracts/stitch-quality.ts';
import { estimatesOf, nextPairs, standing } from '../../../../core/stitch/quality/review.ts';

type Verdict = ReviewAnswer['verdict'];

/** Strata named after what they are, with pairs `a1`, `a2`, … in their order. */
function sampleOf(strata: Record<string, { joined: boolean; pairs: number }>): ReviewSample {
  return {
    run_id: 'run',
    strata: Object.entries(strata).map(([name, { joined, pairs }]) => ({
      name,
      joined,
      pairs,
      sample: Array.from({ length: Math.min(pairs, 300) }, (_, n) => ({
        id: `${name}${n + 1}`,
        one: { datasource: 'web', pk: `${n}` },
        other: { datasource: 'web', pk: `${n}x` },
        score: 3,
      })),
    })),
    left_out: { people: 0, pairs: 0 },
  };
}
const said = (answers: Record<string, Verdict>) =>
  new Map(Object.entries(answers).map(([pair, verdict]) => [pair, { verdict }]));
const ids = (sample: ReviewSample, answers: ReturnType<typeof said>, count: number) =>
  nextPairs(sample, answers, count).map(({ pair }) => pair.id);

describe('what counts', () => {
  const sample = sampleOf({ a: { joined: true, pairs: 100 } });
  const countsOf = (answers: Record<string, Verdict>) => estimatesOf(sample, said(answers)).answers;

  test('are answers up to the first pair that nobody was asked about: later ones may have been picked', () => {
    expect(countsOf({ a1: 'same', a2: 'different', a4: 'different', a5: 'different' })).toEqual({
      same: 1,
      different: 1,
      unsure: 0,
    });
    expect(countsOf({ a1: 'same', a2: 'different', a3: 'same', a4: 'different', a5: 'different' })).toEqual({
      same: 2,
      different: 3,
      unsure: 0,
    });
  });

  test('is not that somebody was unsure, though it closes a gap', () => {
    const { answers, strata } = estimatesOf(sample, said({ a1: 'same', a2: 'unsure', a3: 'same' }));
    expect(answers).toEqual({ same: 2, different: 0, unsure: 1 });
    expect(strata[0]?.one_person?.value).toBe(1);
  });

  test('is the last answer about a pair', () => {
    const answer = (pair: string, verdict: Verdict) => ({ pair, verdict }) as ReviewAnswer;
    const counted = standing([answer('a1', 'same'), answer('a2', 'same'), answer('a1', 'different')]);
    expect([...counted].map(([pair, { verdict }]) => `${pair} ${verdict}`)).toEqual(['a1 different', 'a2 same']);
  });
});

describe('who is asked next', () => {
  const small = { a: { joined: true, pairs: 1000 }, b: { joined: true, pairs: 2 }, c: { joined: false, pairs: 1000 } };

  test('are a few of each stratum in turn, all of a small one', () => {
    const next = ids(sampleOf(small), said({}), 12);
    expect(next.slice(0, 6)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
    expect(next.slice(6).sort()).toEqual(['a3', 'a4', 'a5', 'c3', 'c4', 'c5']);
  });

  test('are gaps before what comes after them, and nobody twice', () => {
    expect(ids(sampleOf({ a: { joined: true, pairs: 4 } }), said({ a2: 'same' }), 9)).toEqual(['a1', 'a3', 'a4']);
  });

  test('are then mostly of the stratum with more pairs and with more doubt', () => {
    const sample = sampleOf({ sure: { joined: true, pairs: 1000 }, doubtful: { joined: true, pairs: 1000 } });
    const answers: Record<string, Verdict> = {};
    for (let n = 1; n <= 20; n++) {
      answers[`sure${n}`] = 'same';
      answers[`doubtful${n}`] = n % 2 === 0 ? 'same' : 'different';
    }
    const next = ids(sample, said(answers), 30);
    expect(next.filter((id) => id.startsWith('doubtful')).length).toBeGreaterThan(25);

    const sizes = sampleOf({ small: { joined: true, pairs: 300 }, large: { joined: true, pairs: 3000 } });
    const more = ids(sizes, said({}), 110).filter((id) => id.startsWith('large'));
    expect(more.length).toBeGreaterThan(90);
  });

  test('is nobody when all were asked', () => {
    expect(nextPairs(sampleOf({ a: { joined: true, pairs: 1 } }), said({ a1: 'unsure' }), 5)).toEqual([]);
  });

  test('does not stay with a stratum in which everybody is unsure', () => {
    const sample = sampleOf({ a: { joined: true, pairs: 100 }, b: { joined: true, pairs: 100 } });
    const unsure = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`a${n + 1}`, 'unsure' as const]));
    expect(ids(sample, said(unsure), 5)).toEqual(['b1', 'b2', 'b3', 'b4', 'b5']);
  });
});
