import { describe, expect, it } from 'vitest';
import { memoryFor, taskFor } from '../../../core/stitch/forms.ts';
import { stages } from '../../../infra/config.ts';

const million = { records: 1e6, pairs: 7e6 };
const times = (n: number) => ({ records: n * million.records, pairs: n * million.pairs });

describe('the form of a Stitch run', () => {
  it('is a function as long as that has the memory', () => {
    expect(taskFor(million, stages.dev?.duckdbMemory ?? 0)).toBeUndefined();
    expect(taskFor(times(5), stages.prod?.duckdbMemory ?? 0)).toBeUndefined();
    const needed = memoryFor(million);
    expect([taskFor(million, needed), taskFor(million, needed - 1)?.cpu]).toEqual([undefined, '4096']);
  });

  it('is chosen by pairs, not by records alone', () => {
    expect(taskFor({ records: 1e6, pairs: 1e6 }, 2000)).toBeUndefined();
    expect(taskFor({ records: 1e6, pairs: 50e6 }, 2000)).toBeDefined();
  });

  it('is a larger task for more, and the largest for what none holds', () => {
    const memory = [2, 20, 50, 1000].map((n) => taskFor(times(n), 2000)?.memory);
    expect(memory).toEqual(['30720', '61440', '122880', '122880']);
  });
});
