import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { PlanLoadsOutput, ReadFileOutput } from '../../core/contracts/steps.ts';
import { ErrorThresholdExceeded } from '../../core/errors.ts';
import { metricLine, metricsOf, metricsOfFailure } from '../../lambdas/shared/metrics.ts';

const now = new Date('2026-11-03T00:00:00.000Z');

const read = (rows_read: number, rows_rejected: number): z.infer<typeof ReadFileOutput> => ({
  feed: 'feed/a',
  staged: 'staged/a.parquet',
  counts: {
    rows_read,
    rows_staged: rows_read - rows_rejected,
    rows_rejected,
    rows_superseded: 0,
    unknown_columns: [],
    missing_columns: [],
  },
});

const due = (...dates: (string | null)[]): z.infer<typeof PlanLoadsOutput> => ({
  feeds: dates.map((oldest) => ({
    feed: 'feed/a',
    list: 'staged/a/run/files.json',
    batches: [[[0, 1]]],
    oldest,
    days: [],
  })),
});

describe('what a task says for the alarms', () => {
  it('is the share of the rows of a file that went to quarantine', () => {
    expect(metricsOf('ReadFile', read(200, 3), now)).toEqual({ QuarantineRate: 0.015 });
    expect(metricsOf('ReadFile', read(0, 0), now)).toEqual({ QuarantineRate: 0 });
  });

  it('is that share too of a file that was refused for it', () => {
    const refused = new ErrorThresholdExceeded('too many', { data: { rows_read: 10, rows_rejected: 4 } });
    expect(metricsOfFailure(refused)).toEqual({ QuarantineRate: 0.4 });
    expect(metricsOfFailure(new Error('out of memory'))).toEqual({});
  });

  it('is how old the oldest file is that no feed has loaded', () => {
    const day = 86_400;
    expect(metricsOf('PlanLoads', due('2026-11-02', '2026-11-01', null), now)).toEqual({
      OldestUnloadedFileAge: 2 * day,
    });
    expect(metricsOf('PlanLoads', due(), now)).toEqual({ OldestUnloadedFileAge: 0 });
  });

  it('is how many required files a run goes on without, where people are to be told', () => {
    const pulled = { courier: 'courier/a', files_seen: 1, files_landed: 0, missing: ['a.csv', 'b.csv'] };
    expect(metricsOf('PullCourier', pulled, now)).toEqual({ MissingFiles: 2 });
    expect(metricsOf('PullCourier', { ...pulled, missing: [] }, now)).toEqual({ MissingFiles: 0 });
    expect(metricsOf('PullCourier', { ...pulled, notify_when_missing: false }, now)).toEqual({});
  });

  it('is nothing of other tasks', () => {
    expect(metricsOf('MergeRows', { anything: 1 }, now)).toEqual({});
  });

  it('is written as CloudWatch reads it from a log', () => {
    expect(JSON.parse(metricLine('tributary-prod-acme-production', { QuarantineRate: 0.5 }, now))).toEqual({
      _aws: {
        Timestamp: now.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'Tributary',
            Dimensions: [['environment']],
            Metrics: [{ Name: 'QuarantineRate', Unit: 'None' }],
          },
        ],
      },
      environment: 'tributary-prod-acme-production',
      QuarantineRate: 0.5,
    });
  });
});
