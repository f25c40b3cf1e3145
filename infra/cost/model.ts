import { alarms } from '../constructs/watch.ts';
import { prices } from './prices.ts';

/** A price with what it is made of. */
export type Bill = Readonly<Record<string, number>>;

export const totalOf = (bill: Bill): number => Object.values(bill).reduce((sum, price) => sum + price, 0);

const HOURS_A_MONTH = 730;
/** Lambda asks a queue by five at a time, each waiting for 20 seconds, whether anything is in it or not. */
const POLLS_AN_HOUR = (5 * 3600) / 20;
/** Metrics of ours that a run tells: quarantine rate, age of the oldest file, missing files. Each is paid by the hour it is told in. */
const METRICS_OF_RUN = 3;

/** What a tenant's production costs a month when nothing runs. */
export function idleMonth({ sftp, storedGb }: { sftp: boolean; storedGb: number }): Bill {
  return {
    dashboard: prices.dashboardMonth,
    alarms: Object.keys(alarms).length * prices.alarmMonth,
    storage: storedGb * prices.s3GbMonth,
    logs: 0.05 * prices.logsGb,
    'polls of the streams': HOURS_A_MONTH * POLLS_AN_HOUR * prices.sqsRequest,
    ...(sftp && { 'SFTP endpoint': HOURS_A_MONTH * prices.sftpHour }),
  };
}

/**
 * What the bench takes for a million customer records with five order lines each, on two cores (bench/README.md), and what
 * a run asks of AWS beside that. Not measured there: an account was not at hand.
 */
const measured = { readSeconds: 11, stitchSeconds: 32, storedGb: 0.3 };
const asked = {
  /** Passes of Athena over what is stored: merging, tagged records, tables of the Customer 360. */
  passes: 12,
  queries: 80,
  transitions: 300,
  functionSeconds: 600,
  writes: 5_000,
  reads: 20_000,
};
/** Records that a function of 10 GB holds at once; more run in a Fargate task of this size (core/stitch/forms.ts). */
const lambdaHolds = 5_000_000;
const task = { cpus: 16, gigabytes: 120, diskGb: 200 };

/** What one full run costs, from files to the Customer 360. */
export function fullRun({ records, memoryMb }: { records: number; memoryMb: number }): Bill {
  const millions = records / 1e6;
  const seconds = (measured.readSeconds + measured.stitchSeconds) * millions;
  const scannedTb = Math.max((measured.storedGb * millions * asked.passes) / 1024, (asked.queries * 10) / 1024 ** 2);
  const large = records > lambdaHolds;
  const hours = (seconds * 2) / task.cpus / 3600;
  return {
    [large ? 'DuckDB in a Fargate task' : 'DuckDB in Lambda']: large
      ? hours *
        (task.cpus * prices.fargateCpuHour +
          task.gigabytes * prices.fargateGbHour +
          (task.diskGb - prices.fargateFreeDiskGb) * prices.fargateDiskGbHour +
          prices.publicAddressHour)
      : seconds * ((memoryMb / 1024) * prices.lambdaGbSecond.arm64 + 10 * prices.lambdaScratchGbSecond),
    // Functions wait for the queries that they ask for, and those take longer on more.
    'other functions': asked.functionSeconds * Math.max(1, Math.log10(records) - 5) * prices.lambdaGbSecond.arm64,
    Athena: scannedTb * prices.athenaTerabyte,
    'Step Functions': asked.transitions * prices.stateTransition,
    metrics: (METRICS_OF_RUN * prices.metricMonth) / HOURS_A_MONTH,
    'S3 requests': Math.max(1, millions / 10) * (asked.writes * prices.s3Write + asked.reads * prices.s3Read),
  };
}

/** What AWS's own service lists for matching as many records once. */
export const entityResolution = (records: number): number => records * prices.entityResolutionRecord;
