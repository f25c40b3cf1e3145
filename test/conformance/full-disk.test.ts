import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

const MB = 1024 * 1024;

/** A disk of its own, so that filling it harms nobody; undefined where this user may not mount one. */
function smallDisk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmdirSync(folder);
    return undefined;
  }
}

const disk = smallDisk(160);
if (disk === undefined) console.log('this user may not mount a disk, so that a full one is not tried');
afterAll(async () => {
  if (disk === undefined) return;
  execFileSync('umount', ['-l', disk]);
  await rm(disk, { recursive: true });
});

const header = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const people = (from: number, count: number, at: string) =>
  csv(
    header,
    ...Array.from({ length: count }, (_, n) => [
      `c${from + n}`,
      'Ann',
      `Stone${from + n}`,
      `${from + n}@example.com`,
      '1980-01-02',
      at,
    ]),
  );
const PEOPLE = 'SELECT count(*) AS people, sum(length(surname)) AS letters FROM merged_customers';

it.runIf(disk !== undefined)(
  'a run on a full disk ends with that name, loses nothing, and is made up for',
  async () => {
    const tenant = await TestTenant.open(shopDocuments, join(disk as string, 'home'));
    await tenant.drop('web/2026-10-01/customers.csv', people(0, 1000, '2026-10-01 00:00:00'));
    expect(await tenant.run()).toMatchObject({ state: 'succeeded' });
    const before = await tenant.query(PEOPLE);

    await tenant.drop('web/2026-10-02/customers.csv', people(500, 20_000, '2026-10-02 00:00:00'));
    const filling = join(disk as string, 'filling');
    const failedAt: (string | undefined)[] = [];
    for (const free of [0.2, 2, 4, 8]) {
      const { bavail, bsize } = await statfs(disk as string);
      await writeFile(filling, Buffer.alloc(bavail * bsize - free * MB));
      const { error, tasks } = await tenant.run();
      expect(error, `${free} MB free`).toMatchObject({ type: 'DiskFull', message: expect.stringMatching(/free some/) });
      expect(await tenant.query(PEOPLE)).toEqual(before);
      failedAt.push(tasks.find(({ state }) => state === 'failed')?.name);
      await rm(filling);
    }
    expect(failedAt).toEqual(['PullCourier', 'PrepareStitch', 'RunStitch', 'BuildTable']);
    expect(await tenant.run()).toMatchObject({ state: 'succeeded' });
    expect(await tenant.query(PEOPLE)).toMatchObject([{ people: 20_500 }]);
    await tenant.close();
  },
  120_000,
);

it.runIf(disk !== undefined)('a run that a disk has not even the room to note is refused', async () => {
  const tenant = await TestTenant.open(shopDocuments, join(disk as string, 'home'));
  const { bavail, bsize } = await statfs(disk as string);
  await writeFile(join(disk as string, 'filling'), Buffer.alloc(bavail * bsize));
  await expect(tenant.run()).rejects.toMatchObject({ name: 'DiskFull' });
  await tenant.close();
});
