import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OpenedLaptopSite } from '../support/laptop-site.ts';
import { type SftpUser, sftp } from '../support/sftp.ts';

/** Uploads of the size that partners have, by OpenSSH's `sftp` and by `lftp`: minutes, and gigabytes of the disk. */
const run = promisify(execFile);
const minutes = (count: number) => count * 60_000;

let site: OpenedLaptopSite;
let folder: string;

beforeAll(async () => {
  site = await OpenedLaptopSite.open();
  folder = await mkdtemp(join(tmpdir(), 'sent-'));
});
afterAll(async () => {
  await site.close();
  for (const one of [folder, site.folder]) await rm(one, { recursive: true, force: true });
});

/** A file of random bytes, of so many megabytes. */
async function fileOf(name: string, megabytes: number): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, 'w');
  for (let written = 0; written < megabytes; written++) await file.write(randomBytes(1_000_000));
  return path;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** A folder with so many small files, a hundred to a folder of it. */
async function manyFiles(name: string, count: number): Promise<string> {
  const root = join(folder, name);
  for (let n = 0; n < count; n++) {
    const inside = join(root, `day-${Math.floor(n / 100)}`);
    if (n % 100 === 0) await mkdir(inside, { recursive: true });
    await writeFile(join(inside, `part-${n}.csv`), `id\n${n}\n`);
  }
  return root;
}

async function textsBelow(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = new Map<string, string>();
  for (const file of files.sort()) texts.set(file.slice(root.length), await readFile(file, 'utf8'));
  return texts;
}

/** `lftp` with some of its commands, as a user of the site. */
function lftp({ port, user, key }: SftpUser, ...commands: string[]): string[] {
  const ssh = `ssh -a -x -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i ${key.path}`;
  const settings = [`set sftp:connect-program "${ssh}"`, 'set net:max-retries 1', 'set cmd:fail-exit true'];
  return ['-c', [...settings, `open -p ${port} -u ${user}, sftp://127.0.0.1`, ...commands].join('; ')];
}

/** Kills a client once some of what it uploads is there. */
async function cut(client: ChildProcess, user: SftpUser, atLeast: number): Promise<void> {
  const sizeOf = async () => Number(/ (\d+) \w{3} \d+ +\d{4} /.exec(await sftp(user, ['ls -l']))?.[1] ?? 0);
  await vi.waitUntil(async () => (await sizeOf()) > atLeast, { timeout: minutes(1), interval: 100 });
  client.kill('SIGKILL');
  await once(client, 'close');
}

describe('the SFTP site of a laptop', () => {
  it(
    'takes a file of 2 GB, and gives it back',
    async () => {
      const user = await site.newUser('large');
      const large = await fileOf('large.bin', 2000);
      await sftp(user, [`put "${large}" large.bin`, `get large.bin "${large}.back"`], minutes(9));
      const sums = [large, `${large}.back`, join(site.inbox, 'large/large.bin')].map(sha256);
      expect(new Set(await Promise.all(sums)).size).toBe(1);
    },
    minutes(10),
  );

  it(
    'takes ten thousand small files, each of them whole',
    async () => {
      const user = await site.newUser('many');
      const many = await manyFiles('many', 10_000);
      await sftp(user, [`put -r "${many}" many`], minutes(9));
      expect(await textsBelow(join(site.inbox, 'many/many'))).toEqual(await textsBelow(many));
      expect(site.arrived.filter((key) => key.startsWith('inbox/many/'))).toHaveLength(10_000);
    },
    minutes(10),
  );
});

describe('lftp', () => {
  it('mirrors a folder there and back, several files at once, and sends only what is new the next time', async () => {
    const user = await site.newUser('mirror');
    const sent = await manyFiles('mirror', 500);
    await run('lftp', lftp(user, `mirror -R -P 4 "${sent}" there`));
    expect(await textsBelow(join(site.inbox, 'mirror/there'))).toEqual(await textsBelow(sent));

    site.arrived.length = 0;
    await writeFile(join(sent, 'day-0/new.csv'), 'id\nnew\n');
    await run('lftp', lftp(user, `mirror -R --only-newer "${sent}" there`));
    expect(site.arrived).toEqual(['inbox/mirror/there/day-0/new.csv']);
    await run('lftp', lftp(user, `mirror there "${sent}.back"`));
    expect(await textsBelow(`${sent}.back`)).toEqual(await textsBelow(sent));
  });

  it('resumes an upload that was cut off', async () => {
    const user = await site.newUser('resumed');
    const file = await fileOf('resumed.bin', 30);
    const client = spawn('lftp', lftp(user, 'set net:limit-rate 0:4000000', `put "${file}" -o resumed.bin`));
    await cut(client, user, 2_000_000);
    expect(site.arrived).not.toContain('inbox/resumed/resumed.bin');
    await run('lftp', lftp(user, `put -c "${file}" -o resumed.bin`));
    expect((await stat(join(site.inbox, 'resumed/resumed.bin'))).size).toBe(30_000_000);
    expect(await sha256(join(site.inbox, 'resumed/resumed.bin'))).toBe(await sha256(file));
  });
});
