import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { checkFormat, type Migration, migrate } from '../../../core/environments/data-format.ts';
import { releaseLease, takeLease } from '../../../core/environments/lease.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { shopDocuments, TestTenant } from '../../support/tenant.ts';

const clock = () => new Date('2026-11-26T10:00:00.000Z');
const textOf = async (objects: ObjectStore, key: string) =>
  Buffer.from((await objects.get(key))?.body ?? []).toString();

/** An environment whose data is of a format; of none, when it is new. */
async function dataOf(format?: number) {
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'format-')));
  if (format !== undefined) await objects.put('config/format.json', JSON.stringify({ format }));
  const noted = async () => JSON.parse(await textOf(objects, 'config/format.json')).format;
  return { objects, noted, place: { objects, clock } };
}

/** Writes its name at the end of an object. */
const writing =
  (name: string): Migration =>
  async (objects) =>
    void (await objects.put('written', `${await textOf(objects, 'written')}${name} `));

describe('the format of an environment', () => {
  it('is noted once, by whoever is first', async () => {
    const { place, noted, objects } = await dataOf();
    await Promise.all([migrate(place), migrate(place)]);
    await migrate(place);
    expect(await noted()).toBe(2);
    await checkFormat(objects);
  });

  it('becomes that of the code by every migration that is due, in order, and of a new one by none', async () => {
    const known = ['to 2', 'to 3', 'to 4'].map(writing);
    const [old, newer] = [await dataOf(2), await dataOf()];
    for (const { place } of [old, newer]) await migrate(place, known);
    expect([await textOf(old.objects, 'written'), await old.noted()]).toEqual(['to 3 to 4 ', 4]);
    expect([await textOf(newer.objects, 'written'), await newer.noted()]).toEqual(['', 4]);
    await migrate(old.place, known);
    expect(await textOf(old.objects, 'written')).toBe('to 3 to 4 ');
  });

  it('goes on where it was when it is interrupted between two migrations', async () => {
    const { objects, place, noted } = await dataOf(1);
    let isBroken = true;
    const second: Migration = async (of) => {
      if (isBroken) throw new Error('no power');
      await writing('to 3')(of);
    };
    await expect(migrate(place, [writing('to 2'), second])).rejects.toThrow('no power');
    expect(await noted()).toBe(2);
    isBroken = false;
    await migrate(place, [writing('to 2'), second]);
    expect([await textOf(objects, 'written'), await noted()]).toEqual(['to 2 to 3 ', 3]);
  });

  it('keeps an older version of the code from data that a newer one wrote', async () => {
    const { objects, place } = await dataOf(3);
    const known = [writing('to 2')];
    for (const attempt of [() => migrate(place, known), () => checkFormat(objects, known)]) {
      await expect(attempt()).rejects.toMatchObject({
        name: 'WrongFormat',
        message: expect.stringMatching(/^the data is of format 3, and this version reads up to 2: deploy the version/),
      });
    }
  });

  it('refuses a run that begins while data is migrated, and waits for none that began before', async () => {
    const { objects, place } = await dataOf(1);
    const known: Migration[] = [
      async () => {
        await expect(checkFormat(objects, known)).rejects.toMatchObject({
          name: 'WrongFormat',
          message: expect.stringMatching(/^the data is of format 1, and this version works on format 2/),
        });
        await expect(takeLease(objects, 'run-1', clock())).rejects.toMatchObject({ name: 'Conflict' });
      },
    ];
    await takeLease(objects, 'run-0', clock());
    await expect(migrate(place, known)).rejects.toThrow('but run run-0 is changing it: let it end or stop it');
    await releaseLease(objects, 'run-0');
    await migrate(place, known);
    await checkFormat(objects, known);
    await takeLease(objects, 'run-1', clock());
  });

  it('of a version before the first release is refused in words, and left as it is', async () => {
    const { place, noted } = await dataOf(1);
    for (let time = 0; time < 2; time++)
      await expect(migrate(place)).rejects.toMatchObject({
        name: 'WrongFormat',
        message: expect.stringMatching(/^the data is of format 1, .*load its files anew, .*\(TRIBUTARY_HOME\)/),
      });
    expect(await noted()).toBe(1);
  });

  it('that is not of the code ends a run before it touches anything', async () => {
    const tenant = await TestTenant.open(shopDocuments);
    await tenant.environment.objects.put('config/format.json', JSON.stringify({ format: 3 }));
    const run = await tenant.run();
    expect([run.state, run.error?.type]).toEqual(['failed', 'WrongFormat']);
    expect(run.tasks.map(({ name }) => name)).not.toContain('PullCourier');
    await tenant.close();
  });
});
