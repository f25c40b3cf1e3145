import type { Bill } from './model.ts';
import { prices } from './prices.ts';

/**
 * A million records spread: seconds of one processor, and megabytes between the pieces, as 40,143 made-up ones took them
 * (`bench/stitch-spread.ts`). What a piece takes to begin is in them, so that large pieces take less.
 */
const measured = {
  seconds: { standardise: 32, clean: 66, compare: 95, conclude: 91 },
  megabytes: { tagged: 37, standard: 42, clean: 75, keys: 240, entry: 234, member: 50, buckets: 95, pairs: 22 },
};
/** Records of a part, and of a bucket (core/stitch/distributed/plan.ts). */
const A_PIECE = 500_000;
/** The task that concludes for as many records, of which seven pairs each meet (core/stitch/forms.ts): cores, gigabytes, disk. */
const tasks = [
  { records: 91e6, cpus: 4, gigabytes: 30, diskGb: 100 },
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
} {
  const millions = records / 1e6;
  const { seconds, megabytes } = measured;
  const pieces = Math.ceil(records / A_PIECE);
  const task = tasks.find((each) => records <= each.records) ?? { cpus: 0, gigabytes: 0, diskGb: 0 };
  const functionSeconds = (seconds.standardise + seconds.clean + seconds.compare) * millions;
  const scannedMb = millions * scanned(megabytes);
  const hours = {
    functions: (Math.ceil(pieces / AT_ONCE) * functionSeconds) / pieces / 3600,
    Athena: (scannedMb / ATHENA_MB_A_SECOND + STATEMENTS * A_STATEMENT_SECONDS) / 3600,
    task: (TASK_SECONDS + seconds.conclude * millions) / 3600,
  };
  const objects = 7 * pieces;
  return {
    hours,
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
      'Step Functions': 6 * pieces * prices.stateTransition,
      'S3 requests': objects * (prices.s3Write + 2 * prices.s3Read),
    },
  };
}

/** What the statements read of a million records (`core/stitch/distributed/statements.ts`). */
const scanned = ({ tagged, standard, clean, keys, entry, member }: (typeof measured)['megabytes']): number =>
  3 * tagged + standard + 3 * clean + keys + 9 * entry + 3 * member;
