import type { Bill } from './model.ts';
import { prices } from './prices.ts';

/**
 * A million records spread: seconds of one processor, and megabytes between the pieces, as 40,143 made-up ones took them
 * (`bench/stitch-spread.ts`). What a piece takes to begin is in them, so that large pieces take less.
 */
const measured = {
  seconds: { standardise: 45, clean: 80, compare: 102, conclude: 92 },
  megabytes: { tagged: 37, standard: 40, clean: 75, keys: 411, pool: 376, entry: 234, member: 60, buckets: 110 },
};
/**
 * Gigabytes that the task holds on its disk for a million records: what pieces wrote, the tables of the last run and its own
 * (of the labelled set of 120,000 customers); and of memory, by its arrays (core/stitch/forms.ts).
 */
const needed = { diskGb: 0.9, memoryGb: 0.15 + 7 * 0.024 };
const largest = { diskGb: 200, memoryGb: 120 };
/** Records of a part, and to a bucket (core/stitch/distributed/plan.ts). */
const A_PART = 500_000;
const A_BUCKET = 200_000;
/** The task that concludes for as many records, of which seven pairs each meet (core/stitch/forms.ts): cores, gigabytes, disk. */
const tasks = [
  { records: 91e6, cpus: 4, gigabytes: 30, diskGb: 200 },
  { records: 191e6, cpus: 8, gigabytes: 60, diskGb: 200 },
  { records: Number.POSITIVE_INFINITY, cpus: 16, gigabytes: 120, diskGb: 200 },
];
/** Functions at once, as the state machine says. */
const AT_ONCE = 500;
/** Bytes a second that Athena gets through, and seconds that a statement takes in any case: thought, not measured. */
const ATHENA_MB_A_SECOND = 1000;
const STATEMENTS = 20;
const A_STATEMENT_SECONDS = 10;
/** A task begins in about a minute. */
const TASK_SECONDS = 60;

/** How long a distributed Stitch takes, by its parts, in hours; and what it costs. */
export function spreadStitch({ records, memoryMb }: { records: number; memoryMb: number }): {
  hours: Bill;
  bill: Bill;
  /** What the task lacks that concludes: then no such run can be done, and time and price are what it would take. */
  lacks: string[];
} {
  const millions = records / 1e6;
  const { seconds, megabytes } = measured;
  const [parts, buckets] = [Math.ceil(records / A_PART), Math.ceil(records / A_BUCKET)];
  const pieces = 2 * parts + buckets;
  const task = tasks.find((each) => records <= each.records) ?? { cpus: 0, gigabytes: 0, diskGb: 0 };
  const functionSeconds = (seconds.standardise + seconds.clean + seconds.compare) * millions;
  const scannedMb = millions * scanned(megabytes);
  const hours = {
    functions: (Math.ceil(pieces / AT_ONCE) * functionSeconds) / pieces / 3600,
    Athena: (scannedMb / ATHENA_MB_A_SECOND + STATEMENTS * A_STATEMENT_SECONDS) / 3600,
    task: (TASK_SECONDS + seconds.conclude * millions) / 3600,
  };
  const objects = 3 * pieces;
  const lacks = (['diskGb', 'memoryGb'] as const).flatMap((what) => {
    const wanted = needed[what] * millions;
    return wanted <= largest[what]
      ? []
      : [
          `${Math.round(wanted)} GB of ${what === 'diskGb' ? 'disk' : 'memory'}, of which Fargate gives ${largest[what]}`,
        ];
  });
  return {
    hours,
    lacks,
    bill: {
      functions:
        functionSeconds * ((memoryMb / 1024) * prices.lambdaGbSecond.arm64 + 10 * prices.lambdaScratchGbSecond),
      Athena: (scannedMb / 1024 ** 2) * prices.athenaTerabyte,
      'Fargate task':
        hours.task *
        (task.cpus * prices.fargateCpuHour +
          task.gigabytes * prices.fargateGbHour +
          (task.diskGb - prices.fargateFreeDiskGb) * prices.fargateDiskGbHour +
          prices.publicAddressHour),
      'Step Functions': 2 * pieces * prices.stateTransition,
      'S3 requests': objects * (prices.s3Write + 2 * prices.s3Read),
    },
  };
}

/** What the statements read of a million records (`core/stitch/distributed/statements.ts`). */
const scanned = ({ tagged, standard, clean, keys, pool, entry, member }: (typeof measured)['megabytes']): number =>
  3 * tagged + standard + 4 * clean + 3 * keys + 4 * pool + 9 * entry + 3 * member;
