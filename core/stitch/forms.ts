import type { HandedOver, TaskSize } from '../contracts/steps.ts';
import type { StitchWork } from './port.ts';

/** Tasks that Fargate offers, by units of CPU; the disk holds what the engine spills, and the last run's tables beside the new ones. */
const largest: TaskSize = { cpu: '16384', memory: '122880', storage: 200 };
const sizes: readonly TaskSize[] = [
  { cpu: '4096', memory: '30720', storage: 100 },
  { cpu: '8192', memory: '61440', storage: 200 },
  largest,
];

/** Megabytes that a run takes with few records, and for a million of them and of their pairs besides: measured (bench/README.md). */
const BASE = 400;
const A_MILLION_RECORDS = 1000;
const A_MILLION_PAIRS = 100;

/** Megabytes of memory in which a run is done without writing much of its work to the disk. */
export const memoryFor = ({ records, pairs }: StitchWork): number =>
  BASE + (records * A_MILLION_RECORDS + pairs * A_MILLION_PAIRS) / 1e6;

/**
 * Of a distributed run, the megabytes in which one task concludes: for a record some twenty numbers of four bytes and its key,
 * for a pair the three numbers that are kept where it was nearly accepted, twice. Computed from the arrays, not measured.
 */
const A_MILLION_NUMBERED = 150;
const A_MILLION_KEPT = 24;

/**
 * The form that is to do what is too much for a home of so many megabytes; undefined when it isn't. What can't be spread the
 * largest task does, which spills.
 */
export function formFor(work: StitchWork, room: number, spreads = true): HandedOver | undefined {
  const { pairs, records } = work;
  const needed = memoryFor(work);
  if (needed <= room) return undefined;
  const size = sizes.find(({ memory }) => needed <= Number(memory));
  if (size !== undefined || !spreads) return { form: 'task', pairs, size: size ?? largest };
  const concluding = BASE + (records * A_MILLION_NUMBERED + pairs * A_MILLION_KEPT) / 1e6;
  const task = sizes.find(({ memory }) => concluding <= Number(memory)) ?? largest;
  // What the pieces wrote lies on its disk too.
  return { form: 'distributed', pairs, size: { ...task, storage: largest.storage } };
}
