import { z } from 'zod';
import { PlanLoadsOutput, PullFilesOutput, ReadFileOutput } from '../../core/contracts/steps.ts';
import { ErrorThresholdExceeded } from '../../core/errors.ts';

/** Metrics of an environment by name, as the alarms know them. */
export type Metrics = Readonly<
  Record<'QuarantineRate' | 'OldestUnloadedFileAge' | 'MissedSlots' | 'MissingFiles' | 'SlowRuns', number>
>;

const Rows = z.object({ rows_read: z.number(), rows_rejected: z.number() });

const quarantineRate = ({ rows_read, rows_rejected }: z.infer<typeof Rows>) => ({
  QuarantineRate: rows_read === 0 ? 0 : rows_rejected / rows_read,
});

/** What the output of a task says for the alarms: the share of a file's rows that are bad; files that are missing; seconds that a landed file is old and due. */
export function metricsOf(task: string, output: unknown, now: Date): Partial<Metrics> {
  if (task === 'ReadFile') return quarantineRate(ReadFileOutput.parse(output).counts);
  if (task === 'PullCourier') {
    const { missing, notify_when_missing } = PullFilesOutput.parse(output);
    return notify_when_missing ? { MissingFiles: missing.length } : {};
  }
  if (task === 'PlanLoads') {
    const { feeds } = PlanLoadsOutput.parse(output);
    const ages = feeds.flatMap(({ oldest }) => (oldest === null ? [] : [(now.getTime() - Date.parse(oldest)) / 1000]));
    return { OldestUnloadedFileAge: Math.max(0, ...ages) };
  }
  return {};
}

/** What the failure of a task says for them: a file of which too much is bad is not loaded. */
export const metricsOfFailure = (cause: unknown): Partial<Metrics> =>
  cause instanceof ErrorThresholdExceeded ? quarantineRate(Rows.parse(cause.data)) : {};

const units: Readonly<Record<keyof Metrics, string>> = {
  QuarantineRate: 'None',
  OldestUnloadedFileAge: 'Seconds',
  MissedSlots: 'Count',
  MissingFiles: 'Count',
  SlowRuns: 'Count',
};

/** A line of a function's log that CloudWatch reads metrics from (its embedded metric format). */
export function metricLine(environment: string, metrics: Partial<Metrics>, now: Date): string {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name, Unit: units[Name as keyof Metrics] }));
  const CloudWatchMetrics = [{ Namespace: 'Tributary', Dimensions: [['environment']], Metrics }];
  return JSON.stringify({ _aws: { Timestamp: now.getTime(), CloudWatchMetrics }, environment, ...metrics });
}
