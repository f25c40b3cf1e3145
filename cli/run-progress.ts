import type { z } from 'zod';
import type { FeedProgress, LoadProgress, Run, RunTask } from '../core/contracts/runs.ts';
import type { PlanLoadsOutput, PullFilesOutput } from '../core/contracts/steps.ts';
import { fewOf } from '../core/feeds/fileset.ts';
import { loadProgress } from '../core/workflows/load-progress.ts';
import { count, counted } from './figures.ts';

export type StageState = 'waiting' | 'working' | 'done' | 'failed' | 'stopped';

/** One stage of a run, as its tasks tell of it. */
export interface StageProgress {
  name: string;
  state: StageState;
  /** Parts finished (couriers, feeds, tables), and of how many when that is known. */
  done: number;
  total?: number;
  part: string;
  rows: number;
  /** From 0 to 1, when it can be told. */
  fraction?: number;
  /** Milliseconds from its first task to its last one, or to now. */
  ms: number;
  note: string;
}

/** Which tasks make a stage; tables are built twice, before Stitch and after it. */
const stages = [
  { name: 'Sources', part: 'courier', tasks: ['StartRun', 'PullCourier', 'PlanLoads'], counts: 'PullCourier' },
  {
    name: 'Feeds',
    part: 'feed',
    tasks: ['ReadFile', 'MergeRows', 'PublishFeed', 'SettleLoads'],
    counts: 'PublishFeed',
  },
  { name: 'Domain tables', part: 'table', tasks: tableTasks(0), counts: 'BuildTable 0' },
  { name: 'Stitch', part: '', tasks: ['PrepareStitch', 'RunStitch'], counts: '' },
  { name: 'Customer 360', part: 'table', tasks: tableTasks(1), counts: 'BuildTable 1' },
  { name: 'Benchmarks', part: '', tasks: ['MeasureStitch'], counts: '' },
] as const;

function tableTasks(round: number): string[] {
  return ['PlanDatabase', 'BuildTable', 'PublishDatabase'].map((name) => `${name} ${round}`);
}

/** Where each stage of a run stands at a moment. */
export function runProgress(run: Run, now: number): StageProgress[] {
  const byStage = tasksByStage(run);
  const totals = totalsOf(run);
  const loads = loadsOf(run);
  const progress = stages.map(({ name, part, counts }) => {
    const tasks = byStage.get(name) ?? [];
    const counted = tasks.filter(({ key, task }) => key === counts && task.state === 'succeeded');
    const total = totals[name];
    return {
      name,
      part,
      state: stateOf(tasks.map(({ task }) => task)),
      done: counted.length,
      ...(total !== undefined && { total }),
      rows: rowsOf(tasks.map(({ task }) => task)),
      ...fractionOf(name, { run, loads }, counted.length, total),
      ms: span(
        tasks.map(({ task }) => task),
        now,
      ),
      note: noteOf(name, { run, loads }),
    };
  });
  return settled(progress, run);
}

/** What became of the files of each feed that this run loads, in the order of its plan. */
export const feedProgress = (run: Run): FeedProgress[] => loadsOf(run)?.feeds ?? [];

/** The output of the one task of this name that succeeded. */
export function outputOf<T>(run: Run, name: string): T | undefined {
  return run.tasks.findLast((task) => task.name === name && task.state === 'succeeded')?.output as T | undefined;
}

export const pulled = (run: Run): PullFilesOutput[] =>
  run.tasks.filter((task) => task.name === 'PullCourier' && task.output).map((task) => task.output as PullFilesOutput);

interface StagedTask {
  /** The task's name, with the round of those that come twice. */
  key: string;
  task: RunTask;
}

function tasksByStage(run: Run): Map<string, StagedTask[]> {
  const stitched = run.tasks.findIndex((task) => task.name === 'PrepareStitch');
  const found = new Map<string, StagedTask[]>();
  for (const [at, task] of run.tasks.entries()) {
    const round = stitched >= 0 && at > stitched ? 1 : 0;
    for (const { name, tasks } of stages) {
      const key = [task.name, `${task.name} ${round}`].find((one) => (tasks as readonly string[]).includes(one));
      if (key !== undefined) found.set(name, [...(found.get(name) ?? []), { key, task }]);
    }
  }
  return found;
}

function totalsOf(run: Run): Record<string, number | undefined> {
  const couriers = outputOf<{ couriers: unknown[] }>(run, 'StartRun')?.couriers.length;
  const planned = run.tasks
    .filter((task) => task.name === 'PlanDatabase' && task.state === 'succeeded')
    .map((task) => (task.output as { levels: unknown[][] }).levels.flat().length);
  const loads = outputOf<z.infer<typeof PlanLoadsOutput>>(run, 'PlanLoads');
  return { Sources: couriers, Feeds: loads?.feeds.length, 'Domain tables': planned[0], 'Customer 360': planned[1] };
}

function stateOf(tasks: readonly RunTask[]): StageState {
  if (tasks.length === 0) return 'waiting';
  if (tasks.some((task) => task.state === 'failed')) return 'failed';
  return 'working';
}

/** A stage is done when a later one has begun, or the run has ended well. */
function settled(progress: StageProgress[], run: Run): StageProgress[] {
  const reached = progress.findLastIndex((stage) => stage.state !== 'waiting');
  return progress.map((stage, at) => {
    if (stage.state !== 'working') return stage;
    if (at < reached || run.state === 'succeeded') return { ...stage, state: 'done' };
    if (run.state === 'failed') return { ...stage, state: 'failed' };
    if (run.state === 'stopped') return { ...stage, state: 'stopped' };
    return stage;
  });
}

/** Rows read so far in files; rows of finished tables elsewhere. */
function rowsOf(tasks: readonly RunTask[]): number {
  return tasks.reduce((rows, task) => {
    const output = (task.output ?? {}) as { counts?: { rows_read: number }; rows?: number };
    if (task.name === 'ReadFile') return rows + (output.counts?.rows_read ?? task.done ?? 0);
    if (task.name === 'BuildTable' || task.name === 'PrepareStitch') return rows + (output.rows ?? 0);
    return rows;
  }, 0);
}

interface Loading {
  run: Run;
  loads: LoadProgress | undefined;
}

function fractionOf(
  stage: string,
  { run, loads }: Loading,
  done: number,
  total: number | undefined,
): { fraction?: number } {
  if (stage === 'Feeds') {
    return loads && loads.feeds.length > 0 ? { fraction: loads.fraction } : {};
  }
  if (stage === 'Stitch') {
    const task = run.tasks.find(({ name }) => name === 'RunStitch');
    return task?.total ? { fraction: Math.min(1, (task.done ?? 0) / task.total) } : {};
  }
  if (!total) return {};
  const parts = stage === 'Sources' ? done + sumOf(fetching(run).map(({ done, total }) => done / total)) : done;
  return { fraction: parts / total };
}

/** What the loads of a run have come to: of one that has ended, too. */
const loadsOf = (run: Run) => loadProgress(run, new Date(run.ended_at ?? run.created_at));

/** Of each courier that is at work: files that it has fetched, and is to fetch. */
const fetching = (run: Run): { done: number; total: number }[] =>
  run.tasks.flatMap(({ name, state, done = 0, total = 0 }) =>
    name === 'PullCourier' && state === 'in progress' && total > 0 ? [{ done, total }] : [],
  );

const sumOf = (numbers: number[]): number => numbers.reduce((sum, one) => sum + one, 0);

function span(tasks: readonly RunTask[], now: number): number {
  const starts = tasks.flatMap((task) => (task.started_at ? [Date.parse(task.started_at)] : []));
  if (starts.length === 0) return 0;
  const ends = tasks.map((task) => (task.state !== 'in progress' && task.ended_at ? Date.parse(task.ended_at) : now));
  return Math.max(0, Math.max(...ends) - Math.min(...starts));
}

function noteOf(stage: string, { run, loads }: Loading): string {
  if (stage === 'Feeds') return daysOf(loads);
  if (stage === 'Sources') {
    const now = fetching(run);
    if (now.length > 0)
      return `${count(sumOf(now.map(({ done }) => done)))} of ${counted(sumOf(now.map(({ total }) => total)), 'file')}`;
    const files = pulled(run).reduce((sum, one) => sum + one.files_landed, 0);
    return files > 0 ? counted(files, 'new file') : '';
  }
  const measured = outputOf<{ measured: boolean }>(run, 'MeasureStitch');
  if (stage === 'Benchmarks') return measured?.measured === false ? 'too little has changed' : '';
  const prepared = outputOf<{ changed: boolean }>(run, 'PrepareStitch');
  return stage === 'Stitch' && prepared?.changed === false ? 'nothing changed' : '';
}

/** Of files of many days: how many are loaded, by the feed that is behind. */
function daysOf(loads: LoadProgress | undefined): string {
  const feeds = (loads?.feeds ?? []).filter(({ days }) => days > 1);
  const [last] = feeds.sort((a, b) => a.days_done / a.days - b.days_done / b.days);
  if (!last) return '';
  return last.days_done === last.days
    ? counted(last.days, 'day')
    : `${count(last.days_done)} of ${counted(last.days, 'day')}`;
}

/** What a run waits for, as lines. */
export const waitingFor = ({ waits_for, awaits }: Run): string[] => [
  ...(waits_for === undefined ? [] : [`waits behind ${waits_for}, which is under way`]),
  ...(awaits === undefined ? [] : [`${awaits.courier} waits until ${awaits.until} for ${fewOf(awaits.missing)}`]),
];
