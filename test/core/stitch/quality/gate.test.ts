import { describe, expect, test } from 'vitest';
import {
  type Benchmark,
  type Estimate,
  GateLimits,
  type MeasuredRun,
  type QualityEstimates,
} from '../../../../core/contracts/stitch-quality.ts';
import { judge } from '../../../../core/stitch/quality/gate.ts';

const estimates = (precision: Estimate, recall: Estimate, same = 150): QualityEstimates => ({
  answers: { same, different: 0, unsure: 0 },
  precision,
  recall,
  strata: [],
  left_out: { people: 0, pairs: 0 },
});
const about = (value: number, by = 0.01): Estimate => ({ value, low: value - by, high: value + by });
const surnames = (value: number): Benchmark => ({
  name: 'many-surnames',
  kind: 'over',
  measures: '',
  count: 1,
  value,
  limits: { optimal: 0.01, high: 0.1 },
  grade: value <= 0.01 ? 'optimal' : 'above optimal',
  advice: '',
  examples: [],
});
const run = (what: Partial<MeasuredRun> = {}): MeasuredRun => ({
  run_id: 'run-2',
  at: '2026-11-23T00:00:00Z',
  records: 1000,
  people: 500,
  moved_records: 0,
  benchmarks: [surnames(0.02)],
  estimates: estimates(about(0.97), about(0.9)),
  ...what,
});
const present = run({ run_id: 'run-1' });

test('a run that is as good as the present one passes', () => {
  expect(judge(run(), present)).toMatchObject({
    verdict: 'pass',
    run_id: 'run-2',
    against_run_id: 'run-1',
    reasons: [],
    notes: [],
  });
});

describe('a run is held', () => {
  test.each<[string, Partial<MeasuredRun>, RegExp]>([
    [
      'whose precision may be below the limit',
      { estimates: estimates(about(0.9, 0.02), about(0.9)) },
      /as low as 0.880/,
    ],
    [
      'whose recall may be below the limit',
      { estimates: estimates(about(0.97), about(0.5, 0.2)) },
      /recall may be as low/,
    ],
    [
      'whose precision surely fell',
      { estimates: estimates(about(0.92), about(0.9)) },
      /^precision fell: 0.930 at the most/,
    ],
    ['with a benchmark that grew', { benchmarks: [surnames(0.03)] }, /many-surnames grew from 0.0200 % to 0.0300 %/],
    ['that gives many records another id', { moved_records: 21 }, /^2.10 % of the records have another id/],
  ])('%s', (_what, worse, reason) => {
    const { verdict, reasons } = judge(run(worse), present);
    expect(verdict).toBe('hold');
    expect(reasons).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
  });
});

describe('a run is not held', () => {
  test('for a benchmark that grew within its optimum, or a little', () => {
    const before = run({ benchmarks: [surnames(0.001)] });
    expect(judge(run({ benchmarks: [surnames(0.01)] }), before).verdict).toBe('pass');
    expect(judge(run({ benchmarks: [surnames(0.0219)] }), present).verdict).toBe('pass');
  });

  test('by a few answers: that they are missing is noted, and how many', () => {
    const bad = run({ estimates: estimates(about(0.5), about(0.5), 60) });
    const { verdict, notes } = judge(bad, present);
    expect(verdict).toBe('pass');
    expect(notes).toEqual([expect.stringContaining('`tributary stitch review` asks for the 40 missing')]);
  });

  test('for a fall from an estimate of a few answers', () => {
    const few = run({ run_id: 'run-1', estimates: estimates(about(0.999, 0), about(0.9), 20) });
    expect(judge(run(), few).verdict).toBe('pass');
  });

  test('by what there is nothing to compare with', () => {
    const { verdict, notes, against_run_id } = judge(run({ benchmarks: [surnames(9)] }));
    expect([verdict, against_run_id]).toEqual(['pass', undefined]);
    expect(notes).toEqual([expect.stringContaining('no run to compare with')]);
  });
});

test('limits are those of the tenant where it sets them, and a name that is none is refused', () => {
  const strict = GateLimits.parse({ changed_ids: 0, minimum_answers: 500 });
  const { verdict, reasons, notes } = judge(run({ moved_records: 1 }), present, strict);
  expect(verdict).toBe('hold');
  expect([reasons.length, notes.length]).toEqual([1, 1]);
  expect(() => GateLimits.parse({ precision: 0.9 })).toThrow(/precision/);
});
