import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OpenedLaptopSite } from '../../support/laptop-site.ts';
import { type SftpUser, sftp, startSftp } from '../../support/sftp.ts';

let site: OpenedLaptopSite;
let folder: string;
let large: string;
const bytes = randomBytes(2_000_000);

beforeAll(async () => {
  site = await OpenedLaptopSite.open();
  folder = await mkdtemp(join(tmpdir(), 'delivered-'));
  large = join(folder, 'large.bin');
  await writeFile(large, bytes);
});
afterAll(() => site.close());

/** Begins a slow transfer, and waits until some of it has come to a file of this machine. */
async function begun(user: SftpUser, command: string, file: () => Promise<string>) {
  const client = await startSftp(user, [command], 500);
  const sizeOf = async () =>
    stat(await file()).then(
      ({ size }) => size,
      () => 0,
    );
  await vi.waitUntil(async () => (await sizeOf()) > 100_000, { timeout: 60_000, interval: 50 });
  return { client, ended: once(client, 'close').then(([code]) => code as number | null) };
}

const uploadOf = (user: SftpUser, name: string) =>
  begun(user, `put "${large}" ${name}`, async () => {
    const parts = join(site.folder, 'uploads', user.user, name);
    return join(parts, (await readdir(parts).catch(() => []))[0] ?? '');
  });

describe('a delivery to the site of a laptop', () => {
  it('replaces a file that is being downloaded, which is whole as it was', async () => {
    const user = await site.newUser('reading');
    await mkdir(join(site.inbox, 'reading'));
    await writeFile(join(site.inbox, 'reading/report.bin'), bytes);
    const copy = join(folder, 'copy.bin');
    const download = await begun(user, `get report.bin "${copy}"`, async () => copy);
    await site.deliver('reading', 'report.bin', 'id\n1\n');
    await sftp(user, [`get report.bin "${copy}.newer"`]);
    expect(await readFile(`${copy}.newer`, 'utf8')).toBe('id\n1\n');
    expect((await stat(copy)).size).toBeLessThan(bytes.length);
    expect(await download.ended).toBe(0);
    expect(bytes.equals(await readFile(copy))).toBe(true);
  });

  it('harms no upload of that name that goes on, which replaces it at its end', async () => {
    const user = await site.newUser('writing');
    const upload = await uploadOf(user, 'both.bin');
    await site.deliver('writing', 'both.bin', 'id\n1\n');
    expect(await site.textOf('writing/both.bin')).toBe('id\n1\n');
    expect(await upload.ended).toBe(0);
    expect(bytes.equals(await readFile(join(site.inbox, 'writing/both.bin')))).toBe(true);
  });

  it('takes the place of an upload that was cut', async () => {
    const user = await site.newUser('cutting');
    const upload = await uploadOf(user, 'both.bin');
    upload.client.kill('SIGKILL');
    await upload.ended;
    const back = join(folder, 'back');
    await vi.waitUntil(
      async () => {
        await site.deliver('cutting', 'both.bin', 'id\n1\n');
        await sftp(user, [`get both.bin "${back}"`]);
        return (await readFile(back, 'utf8')) === 'id\n1\n';
      },
      { timeout: 30_000, interval: 200 },
    );
  });

  it('takes the place of a file that is archived', async () => {
    const user = await site.newUser('older');
    await site.put('older/a.csv', 'old');
    await site.put('older/folder.csv', 'old');
    await site.growOld();
    await site.deliver('older', 'a.csv', 'new');
    await expect(site.deliver('older', 'folder.csv/a.csv', 'new')).rejects.toMatchObject({ name: 'Conflict' });
    const back = join(folder, 'archived');
    expect(await sftp(user, ['ls -1', `get a.csv "${back}"`])).toContain('a.csv');
    expect(await readFile(back, 'utf8')).toBe('new');
    expect(site.arrived).toContain('inbox/older/a.csv');
  });

  it('goes nowhere by a link out of the inbox, and leaves nothing behind', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'file.csv'), 'of the machine');
    await mkdir(join(site.inbox, 'linked'));
    await symlink(elsewhere, join(site.inbox, 'linked/folder'));
    await symlink(join(elsewhere, 'file.csv'), join(site.inbox, 'linked/file.csv'));
    await symlink(elsewhere, join(site.inbox, 'linked-itself'));
    await site.users.add('linked', 'linked');
    await site.users.add('linked-itself', 'linked-itself/deeper');
    for (const [user, path] of [
      ['linked', 'file.csv'],
      ['linked', 'folder/file.csv'],
      ['linked', 'folder/deep/er/file.csv'],
      ['linked-itself', 'file.csv'],
    ] as const) {
      await expect(site.deliver(user, path, 'new')).rejects.toThrow('leads over a link of this machine');
    }
    expect(await readdir(elsewhere)).toEqual(['file.csv']);
    expect(await readFile(join(elsewhere, 'file.csv'), 'utf8')).toBe('of the machine');
    expect(await readdir(join(site.folder, 'scratch'))).toEqual([]);
  });

  it('may be to a user of the whole inbox', async () => {
    await site.users.add('everything', '/');
    await site.deliver('everything', 'reading/for-all.csv', 'new');
    expect(await site.textOf('reading/for-all.csv')).toBe('new');
    expect(site.failures).toEqual([]);
  });
});
