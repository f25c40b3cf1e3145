import { expect, test } from 'vitest';
import { labelledFiles, score } from '../../bench/labelled.ts';

/** One build, no settings of a set's own; the truth is read by the scorer alone. */
const bars: Record<string, number> = {
  splink_fake1000: 0.92,
  rldata500: 0.989,
  febrl2: 0.998,
  febrl4: 0.9995,
  cdp_20k: 0.83,
  pseudopeople_multi: 0.985,
  historical_50k: 0.87,
};

const files = labelledFiles(Object.keys(bars));
if (files.length === 0) console.warn('skipped: the labelled data sets are not beside the project');

test.runIf(files.length > 0).each(files)(
  'the people of $name are found by one command, with nothing set',
  async (file) => {
    const { pairwise, records, missing } = await score(file);
    expect([records > 0, missing]).toEqual([true, 0]);
    expect(pairwise.f1, JSON.stringify(pairwise)).toBeGreaterThanOrEqual(bars[file.name] ?? 1);
  },
);
