import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Conflict, HomeInUse, NotFound } from '../../core/errors.ts';
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
