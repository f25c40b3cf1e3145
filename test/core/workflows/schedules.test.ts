import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import type { GroupSchedule } from '../../../core/ports.ts';
import { missedSchedules } from '../../../core/workflows/missed-schedules.ts';
import { saveRun } from '../../../core/workflows/runs.ts';
import { followSchedules } from '../../../core/workflows/schedules.ts';
import { aRun } from '../../support/runs.ts';

const group = (name: string, schedule?: string) => ({
  id: `courier-group/${name}`,
  couriers: [{ courier: 'courier/web' }],
  ...(schedule !== undefined && { schedule, time_zone: 'America/New_York' }),
});

let objects: FilesystemObjects;
beforeEach(async () => {
  objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'schedules-')));
});

async function commit(documents: unknown[], at = new Date('2026-11-01T00:00:00Z')): Promise<void> {
  const store = new ConfigurationStore(objects);
  const change = { author: 'test', at, message: 'test' };
  await store.commit(
    await store.head(),
    documents.map((one) => parseDocument(one)),
    change,
  );
}

/** What is told to the clock, each time that it is. */
function recorded(meanwhile: (time: number) => Promise<void> = async () => undefined) {
  const told: (readonly GroupSchedule[])[] = [];
  const set = async (schedules: readonly GroupSchedule[]) => {
    await meanwhile(told.push(schedules));
  };
  return { told, schedules: { set } };
}

const daily = { courierGroup: 'courier-group/daily', cron: '0 5 * * *', timeZone: 'America/New_York' };

describe('schedules of an environment', () => {
  it('are those of its courier groups in production', async () => {
    await commit([group('daily', '0 5 * * *'), group('by-hand')]);
    const { told, schedules } = recorded();
    await followSchedules({ environment: 'production', objects, schedules });
    expect(told).toEqual([[daily]]);
  });

  it('are none in a sandbox, which runs when it is asked to', async () => {
    await commit([group('daily', '0 5 * * *')]);
    const { told, schedules } = recorded();
    await followSchedules({ environment: 'sandbox', objects, schedules });
    expect(told).toEqual([[]]);
  });

  it('are not touched where there is no configuration', async () => {
    const { told, schedules } = recorded();
    await followSchedules({ environment: 'production', objects, schedules });
    expect(told).toEqual([]);
  });

  it('are the newest, when the configuration is changed while they are set', async () => {
    await commit([group('daily', '0 4 * * *')]);
    const { told, schedules } = recorded(async (time) => {
      if (time === 1) await commit([group('daily', '0 5 * * *')]);
    });
    await followSchedules({ environment: 'production', objects, schedules });
    expect(told.map(([one]) => one?.cron)).toEqual(['0 4 * * *', '0 5 * * *']);
  });
});

describe('a time that was missed', () => {
  const now = new Date('2026-11-05T12:00:00Z');
  const run = (day: string, time: string) =>
    saveRun(
      objects,
      aRun([], { id: `run-${day.replaceAll('-', '')}-000000-000`, created_at: `${day}T${time}Z`, state: 'succeeded' }),
    );

  it('is the first since the courier group was run', async () => {
    await commit([group('daily', '0 5 * * *')]);
    await run('2026-11-02', '10:00:01');
    expect(await missedSchedules(objects, now)).toEqual([
      { courierGroup: 'courier-group/daily', due: new Date('2026-11-03T10:00:00Z') },
    ]);
  });

  it('is made up for by a run that somebody started since', async () => {
    await commit([group('daily', '0 5 * * *')]);
    await run('2026-11-05', '10:30:00');
    expect(await missedSchedules(objects, now)).toEqual([]);
  });

  it('is none before the group was scheduled as it is', async () => {
    await commit([group('daily', '0 4 * * *')]);
    await commit([group('daily', '0 5 * * *')], new Date('2026-11-05T11:00:00Z'));
    expect(await missedSchedules(objects, now)).toEqual([]);
  });

  it('stays missed when something else of the configuration was changed', async () => {
    await commit([group('daily', '0 5 * * *')]);
    await commit([group('daily', '0 5 * * *'), group('by-hand')], new Date('2026-11-05T11:00:00Z'));
    const missed = await missedSchedules(objects, now);
    expect(missed.map(({ due }) => due)).toEqual([new Date('2026-11-01T10:00:00Z')]);
  });
});
