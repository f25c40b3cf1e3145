import type { FeedProgress, LoadProgress, Run, RunShown } from '../contracts/runs.ts';
import { type FeedLoad, FileLoaded, FileOverThreshold, PlanLoadsOutput } from '../contracts/steps.ts';
import { ErrorThresholdExceeded } from '../errors.ts';
import { hasEnded } from './runs.ts';

/** Too early, and too late, to tell how long the rest takes. */
const foreseeable = { from: 0.05, to: 0.99 };

/** Milliseconds that the rest takes, of what has taken so many; undefined where that can't be told yet, or no more. */
export const msLeft = (fraction: number, ms: number): number | undefined =>
  fraction > foreseeable.from && fraction < foreseeable.to ? (ms * (1 - fraction)) / fraction : undefined;

/** A run with how far its loads are. */
export function withProgress(run: Run, now: Date): RunShown {
  const progress = loadProgress(run, now);
  return { ...run, ...(progress && { progress }) };
}

/** How far the loads of a run are; undefined before they are planned. */
export function loadProgress(run: Run, now: Date): LoadProgress | undefined {
  const planned = plannedLoads(run);
  if (planned === undefined) return undefined;
  const loaded = loadedFiles(run);
  const refused = refusedFiles(run);
  const feeds = planned.map((load) =>
    progressOf(
      load,
      loaded.get(load.feed) ?? [],
      refused.filter(({ feed }) => feed === load.feed),
    ),
  );
  const total = sum(planned.flatMap(bytesOf));
  // A feed's files load one after the other.
  const done = sum(planned.flatMap((load, n) => bytesOf(load).slice(0, feeds[n]?.files_done)));
  const fraction = total === 0 ? 1 : done / total;
  const began = run.tasks.find(({ name }) => name === 'ReadFile')?.started_at;
  const left = began === undefined || hasEnded(run) ? undefined : msLeft(fraction, now.getTime() - Date.parse(began));
  return { feeds, fraction, ...(left !== undefined && { seconds_left: Math.round(left / 1000) }) };
}

function plannedLoads(run: Run): FeedLoad[] | undefined {
  const task = run.tasks.findLast(({ name, state }) => name === 'PlanLoads' && state === 'succeeded');
  return task && PlanLoadsOutput.parse(task.output).feeds;
}

/** By feed, in the order in which they were loaded. */
function loadedFiles(run: Run): Map<string, FileLoaded[]> {
  const loaded = new Map<string, FileLoaded[]>();
  for (const { name, state, output } of run.tasks) {
    if (name !== 'MergeRows' || state !== 'succeeded') continue;
    const file = FileLoaded.parse(output);
    const others = loaded.get(file.feed);
    if (others) others.push(file);
    else loaded.set(file.feed, [file]);
  }
  return loaded;
}

/** Those that were read to their end and of which too many rows are bad. */
function refusedFiles({ tasks }: Run): FileOverThreshold[] {
  return tasks.flatMap(({ name, state, error }) => {
    if (name !== 'ReadFile' || state !== 'failed' || error?.type !== ErrorThresholdExceeded.name) return [];
    return FileOverThreshold.safeParse(error.data).data ?? [];
  });
}

function progressOf(
  { feed, batches, days }: FeedLoad,
  loaded: readonly FileLoaded[],
  refused: readonly FileOverThreshold[],
): FeedProgress {
  const rows = (field: 'rows_inserted' | 'rows_updated' | 'rows_unchanged') => sum(loaded.map((file) => file[field]));
  const seen = (field: 'rows_read' | 'rows_rejected') => sum([...loaded, ...refused].map((file) => file[field]));
  return {
    feed,
    files: batches.flat().length,
    files_done: loaded.length,
    days: sum(days.map(([count]) => count)),
    days_done: daysDone(days, loaded.length),
    date: loaded.at(-1)?.date ?? null,
    rows_read: seen('rows_read'),
    rows_inserted: rows('rows_inserted'),
    rows_updated: rows('rows_updated'),
    rows_unchanged: rows('rows_unchanged'),
    rows_rejected: seen('rows_rejected'),
  };
}

function daysDone(days: FeedLoad['days'], filesDone: number): number {
  let [done, left] = [0, filesDone];
  for (const [count, files] of days) {
    const whole = Math.min(count, Math.floor(left / files));
    done += whole;
    left -= whole * files;
    if (whole < count) break;
  }
  return done;
}

const bytesOf = ({ batches }: FeedLoad): number[] => batches.flat().map(([, bytes]) => bytes);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
