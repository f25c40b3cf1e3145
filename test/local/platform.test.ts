import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { Conflict, HomeInUse, NotFound } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { findRuns } from '../../core/workflows/find-runs.ts';
import { LocalPlatform } from '../../local/platform.ts';

let home: string;
let platform: LocalPlatform;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tributary-home-'));
  platform = await LocalPlatform.open(home);
});
afterEach(async () => {
  await platform.close();
  await rm(home, { recursive: true, force: true });
});

describe('a home', () => {
  test('has a token that only its owner can read, and that stands for them', async () => {
    const token = (await readFile(join(home, 'token'), 'utf8')).trim();
    expect((await stat(join(home, 'token'))).mode & 0o777).toBe(0o600);
    expect(await platform.principalOf(token)).toMatchObject({
      id: 'owner',
      policies: [{ name: 'DataGrid Administrator' }],
    });
    for (const wrong of ['', `${token}x`, token.slice(1), token.toUpperCase()]) {
      expect(await platform.principalOf(wrong)).toBeUndefined();
    }
  });

  test('is refused to a second process while the first lives', async () => {
    // The parent of this process lives as long as it does.
    await writeFile(join(home, 'process.json'), JSON.stringify({ pid: process.ppid, url: 'http://127.0.0.1:1' }));
    await expect(LocalPlatform.open(home)).rejects.toThrow(HomeInUse);
    await expect(LocalPlatform.open(home)).rejects.toThrow(`process ${process.ppid}, which serves http://127.0.0.1:1`);
  });

  test('that a dead process left is taken over', async () => {
    await platform.close();
    await writeFile(join(home, 'process.json'), JSON.stringify({ pid: 2 ** 22 + 1 }));
    platform = await LocalPlatform.open(home);
    expect(await platform.tenants()).toEqual([]);
  });
});

describe('tenants', () => {
  test('are made once, with what every tenant starts with', async () => {
    await platform.createTenant({ name: 'north', amp_iq: true, administrator_email: 'ann@north.example' }, 'owner');
    expect(await platform.tenants()).toEqual(['north']);
    const again = platform.createTenant({ name: 'north', amp_iq: false }, 'owner');
    await expect(again).rejects.toThrow(Conflict);
    const { tenant, environment } = await platform.environment('north', 'production');
    expect([tenant, environment]).toEqual(['north', 'production']);
  });

  test('that are not there are refused with those that are', async () => {
    await expect(platform.environment('north', 'production')).rejects.toThrow(NotFound);
    await platform.createTenant({ name: 'north', amp_iq: false }, 'owner');
    await expect(platform.environment('south', 'production')).rejects.toThrow('there is north');
    await expect(platform.environment('north', 'sandbox')).rejects.toThrow('there is production');
  });
});

describe('the clock of a home', () => {
  const north = async () => {
    await platform.createTenant({ name: 'north', amp_iq: false }, 'owner');
    const { objects } = await platform.environment('north', 'production');
    const store = new ConfigurationStore(objects);
    const head = await store.head();
    const courier = {
      id: 'courier/web',
      type: 'folder',
      files: [{ name: 'a', pattern: 'a.csv', format: { type: 'csv' } }],
    };
    const couriers = [{ courier: 'courier/web', stop_when_missing: false }];
    const group = { id: 'courier-group/daily', couriers, schedule: '0 5 * * *' };
    const documents = [
      ...(head ? await store.documents(head) : []),
      ...[courier, group].map((one) => parseDocument(one)),
    ];
    await store.commit(head, documents, { author: 'owner', at: new Date('2026-01-01T00:00:00Z'), message: 'daily' });
    return objects;
  };
  const runs = async (objects: ObjectStore) =>
    (await findRuns(objects, {}, 100)).runs.map(({ name, principal }) => [name, principal]);

  test('starts one run for all that was due while nothing served, and says so', async () => {
    const objects = await north();
    const [late, ...others] = await platform.keepTime();
    expect(late).toMatchObject({
      courierGroup: 'courier-group/daily',
      missed: [{ first: '2026-01-01T05:00:00.000Z', because: 'late', outcome: 'owed' }],
    });
    expect(others).toEqual([]);
    expect(await runs(objects)).toEqual([['courier-group/daily', 'schedule']]);
    await platform.ended('north', 'production', late?.started?.run ?? '');
    await platform.close();
    platform = await LocalPlatform.open(home);
    expect(await platform.keepTime()).toEqual([{ courierGroup: 'courier-group/daily', missed: [] }]);
    const log = await readFile(join(home, 'tributary.log'), 'utf8');
    expect(log).toContain('slots were missed');
    expect(log.match(/courier\/web went on without a required file that is not there: a.csv/g)).toHaveLength(1);
  });
});
