import { describe, expect, it } from 'vitest';
import { formFor, memoryFor } from '../../../core/stitch/forms.ts';
import { stages } from '../../../infra/config.ts';

const million = { records: 1e6, pairs: 7e6 };
const times = (n: number) => ({ records: n * million.records, pairs: n * million.pairs });

describe('the form of a Stitch run', () => {
  it('is a function as long as that has the memory', () => {
    expect(formFor(million, stages.dev?.duckdbMemory ?? 0)).toBeUndefined();
    expect(formFor(times(5), stages.prod?.duckdbMemory ?? 0)).toBeUndefined();
    const needed = memoryFor(million);
    expect([formFor(million, needed), formFor(million, needed - 1)?.size.cpu]).toEqual([undefined, '4096']);
  });

  it('is chosen by pairs, not by records alone', () => {
    expect(formFor({ records: 1e6, pairs: 1e6 }, 2000)).toBeUndefined();
    expect(formFor({ records: 1e6, pairs: 50e6 }, 2000)).toBeDefined();
  });

  it('is a larger task for more, and many functions for what no task holds', () => {
    const forms = [2, 20, 50, 100, 1000].map((n) => formFor(times(n), 2000));
    expect(forms.map((found) => found?.form)).toEqual(['task', 'task', 'task', 'distributed', 'distributed']);
    expect(forms.slice(0, 3).map((found) => found?.size.memory)).toEqual(['30720', '61440', '122880']);
  });

  it('concludes what many functions found in a task that holds numbers alone', () => {
    expect(formFor(times(100), 2000)?.size.memory).toBe('61440');
  });
});
