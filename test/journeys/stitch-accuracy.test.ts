import { expect, test } from 'vitest';
import { labelledFiles, score } from '../../bench/labelled.ts';

/**
 * F1 as docs/stitch.md tells it, a thousandth left to rounding: the same records always give the same people. One build, no
 * settings of a set's own; the truth is read by the scorer alone.
 */
const told: Record<string, number> = {
  splink_fake1000: 0.963,
  rldata500: 0.99,
  febrl2: 0.9997,
  febrl4: 0.9998,
  cdp_20k: 0.972,
  pseudopeople_multi: 0.999,
  historical_50k: 0.932,
};

const files = labelledFiles(Object.keys(told));
if (files.length === 0) console.warn('skipped: the labelled data sets are not beside the project');

test.runIf(files.length > 0).each(files)(
  'the people of $name are found by one command, with nothing set',
  async (file) => {
    const { pairwise, records, missing } = await score(file);
    expect([records > 0, missing]).toEqual([true, 0]);
    expect(pairwise.f1, JSON.stringify(pairwise)).toBeGreaterThan((told[file.name] ?? 1) - 0.001);
  },
);
