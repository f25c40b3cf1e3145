import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { newRunId, saveRun } from '../../../core/workflows/runs.ts';
import { latestRun } from '../../../core/workflows/runs-of-group.ts';
import { countedObjects } from '../../support/counted-objects.ts';
import { aRun } from '../../support/runs.ts';

it('ids of runs are in the order of their making, within a second too, whatever their entropy', () => {
  const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-01-02'), noInvalidDate: true });
  const entropy = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16).padStart(4, '0'));
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 1500 }), entropy, entropy, (first, later, one, other) => {
      const second = new Date(first.getTime() + later);
      expect(newRunId(first, one) < newRunId(second, other)).toBe(true);
    }),
  );
});

it('the latest run of a courier group is looked for in the newest days, as far back as need be', async () => {
  const { objects, requests } = countedObjects(new FilesystemObjects(await mkdtemp(join(tmpdir(), 'runs-'))));
  for (let day = 10; day < 30; day++)
    for (const [name, hour] of [
      ['daily', '06'],
      ['often', '07'],
      ['often', '08'],
    ] as const) {
      if (name === 'daily' && day > 27) continue;
      const now = new Date(`2026-11-${day}T${hour}:00:00.000Z`);
      const made = { id: newRunId(now, '0000'), created_at: now.toISOString(), name: `courier-group/${name}` };
      await saveRun(objects, aRun([], made));
    }
  const listed = async (group: string) => {
    requests.length = 0;
    const created = (await latestRun(objects, `courier-group/${group}`))?.created.toISOString();
    return [created, requests.filter((request) => request.startsWith('list'))];
  };
  expect(await listed('often')).toEqual(['2026-11-29T08:00:00.000Z', ['list runs/2026-11-29/']]);
  const back = ['29', '28', '27'].map((day) => `list runs/2026-11-${day}/`);
  expect(await listed('daily')).toEqual(['2026-11-27T06:00:00.000Z', back]);
});
