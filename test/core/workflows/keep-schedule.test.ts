import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import type { Run } from '../../../core/contracts/runs.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import { holdRunLease } from '../../../core/environments/run-leases.ts';
import { findRuns } from '../../../core/workflows/find-runs.ts';
import { keepSchedule } from '../../../core/workflows/keep-schedule.ts';
import { changeRun, endRun, saveRun } from '../../../core/workflows/runs.ts';
import { pauseSchedule, resumeSchedule, showSchedule } from '../../../core/workflows/show-schedules.ts';
import { aRun } from '../../support/runs.ts';

const daily = 'courier-group/daily';
let objects: FilesystemObjects;
let now: Date;
let refuses: boolean;
beforeEach(async () => {
  objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'keep-schedule-')));
  now = new Date('2026-11-01T00:00:00Z');
  refuses = false;
});

/** Makes a group whose schedule is hourly, from the present moment on. */
async function group(rest: object = {}): Promise<void> {
  const store = new ConfigurationStore(objects);
  const document = { id: daily, couriers: [{ courier: 'courier/web' }], schedule: '0 * * * *', ...rest };
  await store.commit(await store.head(), [parseDocument(document)], { author: 'test', at: now, message: 'test' });
}

const store = async (run: Run) => {
  if (refuses) throw new Error('the process died');
  await holdRunLease(objects, run.id, now);
  await saveRun(objects, run);
};
const workflows = {
  start: store,
  stop: async () => undefined,
  retry: async () => undefined,
  underWay: () => undefined,
  endLost: async () => [],
};
const schedules = { set: async () => undefined };
const place = () => ({ tenant: 'acme', environment: 'production', objects, workflows, schedules, clock: () => now });

const at = (time: string) => {
  now = new Date(`2026-11-01T${time}:00Z`);
};
const look = () => keepSchedule(place(), daily);
const slots = async () =>
  (await findRuns(objects, {}, 100)).runs.map((run) => run.scheduled_for?.slice(11, 16)).reverse();
async function begin(run: string | undefined): Promise<void> {
  await changeRun(objects, run ?? '', (one) => ({ ...one, state: 'in progress', started_at: now.toISOString() }));
}
const end = (run: string | undefined) =>
  endRun(objects, run ?? '', { state: 'succeeded', ended_at: now.toISOString() });

describe('a slot', () => {
  it('starts one run, whoever looks, however often', async () => {
    await group();
    at('01:00');
    const looked = await Promise.all([look(), look(), look()]);
    expect(looked.filter(({ started }) => started)).toHaveLength(1);
    expect(await slots()).toEqual(['01:00']);
    await look();
    expect(await slots()).toEqual(['01:00']);
  });

  it('is none before the group had its schedule, nor one of a schedule that it has no more', async () => {
    at('05:30');
    await group();
    expect(await look()).toEqual({ courierGroup: daily, missed: [] });
    at('08:30');
    await group({ schedule: '0 7 * * *' });
    expect((await look()).missed).toEqual([]);
  });

  it('that nothing was there for is told once, and one run makes up for all of them', async () => {
    await group();
    at('03:30');
    expect((await look()).missed).toMatchObject([{ slots: 3, because: 'late', outcome: 'owed' }]);
    expect(await slots()).toEqual(['03:00']);
    expect((await look()).missed).toEqual([]);
  });

  it('that was missed is made up for by a run that somebody started since', async () => {
    await group();
    at('02:30');
    const byHand = aRun([], {
      id: 'run-20261101-023000-0000',
      created_at: now.toISOString(),
      started_at: now.toISOString(),
    });
    await store(byHand);
    await end(byHand.id);
    // Known before it was run by hand, that is to say: the schedule has been looked at.
    await pauseSchedule(place(), daily, { by: 'ann' });
    expect(await look()).toEqual({ courierGroup: daily, missed: [] });
  });

  it('is left where the rule is to skip it', async () => {
    await group({ missed_slots: 'skip' });
    at('03:30');
    expect((await look()).missed).toMatchObject([{ slots: 3, outcome: 'skipped' }]);
    at('04:00');
    await look();
    expect(await slots()).toEqual(['04:00']);
  });

  it('has a run of its own where the rule is to run all, one after the other', async () => {
    await group({ missed_slots: 'run-all' });
    at('03:00');
    for (let n = 0; n < 3; n++) {
      at(`03:0${n}`);
      const { started } = await look();
      expect((await look()).started).toBeUndefined();
      await end(started?.run);
    }
    expect((await look()).started).toBeUndefined();
    expect(await slots()).toEqual(['01:00', '02:00', '03:00']);
  });

  it('that comes while a run of the group is under way is missed for that, and handled when it has ended', async () => {
    await group();
    at('01:00');
    const { started } = await look();
    await begin(started?.run);
    for (const time of ['02:00', '03:00']) {
      at(time);
      expect(await look()).toMatchObject({ missed: [{ because: 'running', by: started?.run, outcome: 'owed' }] });
    }
    expect(await slots()).toEqual(['01:00']);
    at('03:40');
    await end(started?.run);
    expect((await look()).started?.slot).toBe('2026-11-01T03:00:00.000Z');
    expect(await slots()).toEqual(['01:00', '03:00']);
    expect((await showSchedule(place(), daily, 1)).missed).toMatchObject([{ slots: 2, because: 'running' }]);
  });

  it('that comes while a backfill is under way starts its run right after it, since that takes some days alone', async () => {
    await group();
    at('00:30');
    const backfill = aRun([], {
      id: 'run-20261101-003000-0000',
      state: 'scheduled',
      created_at: now.toISOString(),
      request: { ...aRun([]).request, range_from: '2024-01-01', range_to: '2026-01-01' },
    });
    await store(backfill);
    at('01:00');
    expect((await look()).missed).toMatchObject([{ because: 'running', by: backfill.id, outcome: 'owed' }]);
    at('01:10');
    await end(backfill.id);
    expect((await look()).started?.slot).toBe('2026-11-01T01:00:00.000Z');
  });

  it('that comes while a run waits for its turn needs no other', async () => {
    await group();
    at('01:00');
    const { started } = await look();
    at('02:00');
    expect((await look()).missed).toMatchObject([{ outcome: 'covered', by: started?.run }]);
    await end(started?.run);
    expect((await look()).started).toBeUndefined();
  });

  it('whose run a process named and did not live to store is started by another, under that name', async () => {
    await group();
    at('01:00');
    refuses = true;
    await expect(look()).rejects.toThrow('the process died');
    refuses = false;
    at('01:03');
    expect((await look()).started).toBeUndefined();
    at('01:30');
    const { started } = await look();
    expect(started?.slot).toBe('2026-11-01T01:00:00.000Z');
    expect((await findRuns(objects, {}, 100)).runs.map(({ id }) => id)).toEqual([started?.run]);
  });
});

describe('a paused schedule', () => {
  it('starts nothing, says who paused it, and starts at the slots that come once it is resumed', async () => {
    await group();
    await pauseSchedule(place(), daily, { by: 'ann' });
    at('03:00');
    expect(await look()).toEqual({ courierGroup: daily, missed: [] });
    expect(await showSchedule(place(), daily, 3)).toMatchObject({
      active: false,
      paused: { by: 'ann', at: '2026-11-01T00:00:00.000Z' },
      next: [],
    });
    at('03:10');
    await resumeSchedule(place(), daily);
    expect((await showSchedule(place(), daily, 2)).next).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-01T05:00:00.000Z',
    ]);
    at('04:00');
    expect(await look()).toMatchObject({ started: { slot: '2026-11-01T04:00:00.000Z' }, missed: [] });
    await expect(resumeSchedule(place(), daily)).rejects.toThrow('is not paused');
  });

  it('resumes by itself at the time that was said', async () => {
    await group();
    await pauseSchedule(place(), daily, { by: 'ann', until: '2026-11-01T02:30:00.000Z' });
    expect((await showSchedule(place(), daily, 1)).next).toEqual(['2026-11-01T03:00:00.000Z']);
    at('03:00');
    expect(await look()).toMatchObject({ started: { slot: '2026-11-01T03:00:00.000Z' }, missed: [] });
    await expect(pauseSchedule(place(), daily, { by: 'ann', until: '2026-11-01T02:00:00.000Z' })).rejects.toThrow(
      'to come',
    );
  });
});
