import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import type { GroupSchedule } from '../../../core/ports.ts';
import { followSchedules } from '../../../core/workflows/schedules.ts';

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
    await followSchedules({ environment: 'production', objects, schedules, clock: () => new Date() });
    expect(told).toEqual([[daily]]);
  });

  it('are none in a sandbox, which runs when it is asked to', async () => {
    await commit([group('daily', '0 5 * * *')]);
    const { told, schedules } = recorded();
    await followSchedules({ environment: 'sandbox', objects, schedules, clock: () => new Date() });
    expect(told).toEqual([[]]);
  });

  it('are not touched where there is no configuration', async () => {
    const { told, schedules } = recorded();
    await followSchedules({ environment: 'production', objects, schedules, clock: () => new Date() });
    expect(told).toEqual([]);
  });

  it('are the newest, when the configuration is changed while they are set', async () => {
    await commit([group('daily', '0 4 * * *')]);
    const { told, schedules } = recorded(async (time) => {
      if (time === 1) await commit([group('daily', '0 5 * * *')]);
    });
    await followSchedules({ environment: 'production', objects, schedules, clock: () => new Date() });
    expect(told.map(([one]) => one?.cron)).toEqual(['0 4 * * *', '0 5 * * *']);
  });
});
