import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { takeLease } from '../../../core/environments/lease.ts';
import { holdRunLease, runsWithLease } from '../../../core/environments/run-leases.ts';
import { endLostRuns, type Standing } from '../../../core/workflows/lost-runs.ts';
import { getRun, saveRun } from '../../../core/workflows/runs.ts';
import { aRun, aTask } from '../../support/runs.ts';

const run = aRun([aTask('PullCourier', {}), aTask('ReadFile', undefined, { state: 'in progress' })]);
let objects: FilesystemObjects;
beforeEach(async () => {
  objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'lost-runs-')));
  await holdRunLease(objects, run.id, at(0));
  await saveRun(objects, run);
  await takeLease(objects, run.id, at(0));
});

const at = (hours: number) => new Date(Date.UTC(2026, 10, 23, 10 + hours));
const look = (hours: number, standing: Standing) =>
  endLostRuns({ objects, clock: () => at(hours) }, async () => standing);
const state = async () => (await getRun(objects, run.id)).state;
const other = 'run-20261124-100001-0000';

describe('a run whose record says that it is under way', () => {
  it('stays so, with the right to change tables, for as long as it goes on', async () => {
    for (let hours = 12; hours <= 72; hours += 12) expect(await look(hours, 'goes on')).toEqual([]);
    expect(await state()).toBe('in progress');
    await expect(takeLease(objects, other, at(73))).rejects.toThrow(`run ${run.id} is changing this environment`);
  });

  it('is believed for a day when nobody knows of it, then it is lost, its tasks too, and the next may start', async () => {
    expect(await look(23, 'unknown')).toEqual([]);
    expect(await state()).toBe('in progress');
    expect((await look(24, 'unknown')).map(({ id }) => id)).toEqual([run.id]);
    const lost = await getRun(objects, run.id);
    expect(lost).toMatchObject({
      state: 'failed',
      error: { type: 'RunLost', attribution: 'platform', message: expect.stringContaining(`runs retry ${run.id}`) },
    });
    expect(lost.tasks.map((task) => task.state)).toEqual(['succeeded', 'failed']);
    expect(await runsWithLease(objects)).toEqual([]);
    await takeLease(objects, other, at(24));
  });

  it('is lost at once when it is known to be gone', async () => {
    expect(await look(1, 'gone')).toHaveLength(1);
    expect(await state()).toBe('failed');
    expect(await look(2, 'gone')).toEqual([]);
  });

  it('ends as it has ended where nobody said so', async () => {
    await look(1, { state: 'succeeded' });
    expect(await state()).toBe('succeeded');
  });
});
