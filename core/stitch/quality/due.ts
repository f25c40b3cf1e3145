import type { UnmeasuredRun } from '../../contracts/stitch-quality.ts';

/**
 * Share of the records that must have been touched since the last measurement for another to tell anything: of a stratum whose
 * 300 sampled pairs are all right, an interval reaches 3 in 300 below (the rule of three; Hanley and Lippman-Hand 1983), so
 * that what fewer than one record in a hundred does is lost in it.
 */
const TELLING = 0.01;

/** Measuring reads all records, whatever a run has touched of them. */
export const isWorthMeasuring = (touchedRecords: number, records: number): boolean =>
  touchedRecords >= TELLING * records;

/** What several runs did together; a record that two of them touched counts twice. */
export function sumOf(runs: readonly UnmeasuredRun[]): Pick<UnmeasuredRun, 'touched_records' | 'moved_records'> {
  const sum = (of: (run: UnmeasuredRun) => number) => runs.reduce((total, run) => total + of(run), 0);
  return { touched_records: sum((run) => run.touched_records), moved_records: sum((run) => run.moved_records) };
}
