import { describe, expect, test } from 'vitest';
import { PlainReport } from '../../cli/plain-report.ts';
import { runLines } from '../../cli/run-lines.ts';
import { feedProgress, runProgress } from '../../cli/run-progress.ts';
import type { RunError, RunTask } from '../../core/contracts/runs.ts';
import { aRun, aTask, second } from '../support/runs.ts';

const sha = (letter: string) => letter.repeat(64);
const loaded = (feed: string, sha256: string, rows_read: number) => ({
  feed,
  file: 'f',
  sha256,
  rows_read,
  rows_inserted: rows_read - 1,
  rows_updated: 0,
  rows_unchanged: 0,
  rows_rejected: 1,
});

const sources: RunTask[] = [
  aTask('StartRun', { couriers: [{}, {}] }),
  aTask('PullCourier', { courier: 'courier/a', files_seen: 2, files_landed: 2, missing: [] }),
  aTask('PullCourier', { courier: 'courier/b', files_seen: 1, files_landed: 1, missing: [] }),
  aTask('PlanLoads', {
    feeds: [
      { feed: 'feed/people', list: 'people.json', oldest: null, batches: [[[0, 300]], [[1, 100]]] },
      { feed: 'feed/orders', list: 'orders.json', oldest: null, batches: [[[0, 400]]] },
    ],
  }),
];
const loading: RunTask[] = [
  aTask('ReadFile', { counts: { rows_read: 30 } }, { started_at: second(1), ended_at: second(4) }),
  aTask('MergeRows', loaded('feed/people', sha('a'), 30), { started_at: second(4), ended_at: second(5) }),
  aTask('ReadFile', undefined, { state: 'in progress', done: 12, started_at: second(5) }),
];
const now = Date.parse(second(7));
const stage = (run: ReturnType<typeof aRun>, name: string) => runProgress(run, now).find((one) => one.name === name);

describe('the progress of a run', () => {
  test('says of the files how much is read by their bytes, and counts the rows of those under way', () => {
    const run = aRun([...sources, ...loading]);
    expect(stage(run, 'Sources')).toMatchObject({ state: 'done', done: 2, total: 2, note: '3 new files' });
    expect(stage(run, 'Feeds')).toMatchObject({ state: 'working', rows: 42, fraction: 300 / 800, ms: 6000, total: 2 });
    expect(stage(run, 'Stitch')).toMatchObject({ state: 'waiting', rows: 0 });
    expect(feedProgress(run)).toMatchObject([
      { feed: 'feed/people', files: 2, files_done: 1, rows_read: 30, rows_rejected: 1 },
      { feed: 'feed/orders', files: 1, files_done: 0, rows_read: 0 },
    ]);
  });

  test('tells tables built before Stitch from those built after it', () => {
    const run = aRun([
      ...sources,
      aTask('PlanDatabase', { levels: [[{}]] }),
      aTask('BuildTable', { rows: 5, schema: 'domain', name: 'a' }),
      aTask('PrepareStitch', { changed: true, rows: 9 }),
      aTask('RunStitch', {}),
      aTask('PlanDatabase', { levels: [[{}, {}], [{}]] }),
      aTask('BuildTable', { rows: 7, schema: 'customer360', name: 'b' }),
    ]);
    expect(stage(run, 'Domain tables')).toMatchObject({ state: 'done', done: 1, total: 1, rows: 5 });
    expect(stage(run, 'Customer 360')).toMatchObject({ state: 'working', done: 1, total: 3, rows: 7 });
  });

  test('ends where the run ended: what failed is told apart from what was not reached', () => {
    const failed = aTask('RunStitch', undefined, { state: 'failed' });
    const run = aRun([...sources, aTask('PrepareStitch', { changed: true, rows: 9 }), failed], { state: 'failed' });
    expect(stage(run, 'Stitch')?.state).toBe('failed');
    expect(stage(run, 'Customer 360')?.state).toBe('waiting');
    const stopped = aRun([...sources, ...loading], { state: 'stopped' });
    expect(stage(stopped, 'Feeds')?.state).toBe('stopped');
  });
});

describe('a run on a terminal', () => {
  test('shows how far it is, how fast, and how long it takes, within the width of the terminal', () => {
    const lines = runLines(aRun([...sources, ...loading]), { now, turn: 0, columns: 101 });
    const feeds = lines.find((line) => line.includes('Feeds'));
    expect(feeds).toMatch(/ 37 % {3}42 rows {3}7 rows\/s {3}10 s left/);
    expect(lines.some((line) => line.includes('people') && line.includes('1 of 2 files'))).toBe(true);
    for (const columns of [40, 80, 101]) {
      const drawn = runLines(aRun(sources), { now, turn: 3, columns });
      expect(drawn.filter((line) => line.includes('Sources')).every((line) => line.length < columns)).toBe(true);
    }
  });

  test('counts the rows of a file of which too many are bad', () => {
    const data = { feed: 'feed/orders', rows_read: 9, rows_rejected: 4 };
    const error: RunError = { type: 'ErrorThresholdExceeded', message: '', attribution: 'customer', data };
    const refused = aTask('ReadFile', undefined, { state: 'failed', error });
    expect(feedProgress(aRun([...sources, ...loading, refused]))).toMatchObject([
      { feed: 'feed/people', files_done: 1, rows_read: 30, rows_rejected: 1 },
      { feed: 'feed/orders', files_done: 0, rows_read: 9, rows_inserted: 0, rows_rejected: 4 },
    ]);
  });

  test('shows of a backfill how many of its days and files are done', () => {
    const day = (date: string, n: number) => ({ ...loaded('feed/people', sha('abcdef'.charAt(n)), 10), date });
    const plan = aTask('PlanLoads', {
      feeds: [
        {
          feed: 'feed/people',
          list: 'people.json',
          oldest: '2026-01-01',
          batches: [[0, 1, 2, 3, 4].map((n) => [n, 100])],
          days: [
            [1, 2],
            [3, 1],
          ],
        },
      ],
    });
    const merged = ['2026-01-01', '2026-01-01', '2026-01-02'].map((date, n) => aTask('MergeRows', day(date, n)));
    const shown = (...tasks: RunTask[]) => runLines(aRun(tasks), { now, turn: 0, columns: 101 }).join('\n');
    const read = aTask('ReadFile', { counts: { rows_read: 30 } });
    expect(shown(...sources.slice(0, 3), plan, read, ...merged)).toMatch(/ 60 % .* 2 of 4 days .*left/);
    expect(shown(...sources.slice(0, 3), plan, read, ...merged)).toMatch(/people +2 of 4 days, 2026-01-02/);
    const fetching = aTask('PullCourier', undefined, { state: 'in progress', done: 250, total: 1096 });
    expect(shown(aTask('StartRun', { couriers: [{}] }), fetching)).toMatch(/Sources .* 22 % .* 250 of 1,096 files/);
    const report: string[] = [];
    const late = Date.parse(second(20));
    new PlainReport((line) => report.push(line)).tell(
      aRun([plan, read, { ...read, state: 'in progress' }, ...merged]),
      late,
    );
    expect(report.join('\n')).toContain('60 %, 2 of 4 days, 20 s, 13 s left');
  });

  test('says behind which run it waits', () => {
    const run = aRun([aTask('StartRun', undefined, { state: 'scheduled' })], { waits_for: 'run-1' });
    expect(runLines(run, { now, turn: 0, columns: 101 }).join('\n')).toContain('waits behind run-1');
  });
});

test('a log tells each thing once, however often it looks', () => {
  const told: string[] = [];
  const report = new PlainReport((line) => told.push(line));
  report.tell(aRun([...sources, ...loading]), now);
  report.tell(aRun([...sources, ...loading]), now + 500);
  expect(told).toEqual(['Sources: done in 1.0 s: 2 couriers, 3 new files']);
  const orders = aTask('MergeRows', loaded('feed/orders', sha('c'), 7));
  report.tell(aRun([...sources, ...loading, orders]), now + 900);
  report.tell(aRun([...sources, ...loading, orders]), now + 20_000);
  report.tell(aRun([...sources, ...loading, orders]), now + 20_100);
  expect(told.slice(1)).toEqual([
    'Feeds: orders: 1 file, 7 rows, 1 rejected',
    'Feeds: 42 rows so far, 87 %, 27 s, 3.9 s left',
  ]);
});
