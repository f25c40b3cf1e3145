import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { InboxArchive } from '../../core/ports.ts';
import type { SftpUsers } from '../../core/sftp/users.ts';
import { makeSshKey, type SftpUser, type SshKey, sftp, upload } from '../support/sftp.ts';

/** A site that listens, with the users that it asks about. */
export interface OpenSite {
  port: number;
  users: SftpUsers;
  /** What couriers would find under a path of the inbox. */
  textOf(path: string): Promise<string | undefined>;
  /** Puts a file into the inbox, by another way than the site. */
  put(path: string, text: string): Promise<void>;
  /** Puts a text into a user's folder, as a query's result is put there. */
  deliver(user: string, path: string, text: string): Promise<void>;
  archive: InboxArchive;
  /** Has a file of the inbox be archived, as if its time had come. */
  growOld(path: string): Promise<void>;
  /** Ten minutes go by, after which nobody is held off for what failed before. */
  letTimePass(): void;
  /** What the inbox is called where it is kept, which nobody should be able to name. */
  realInbox: string;
}

/** What `sftp` says when it is not let in. */
export const refused = { stderr: expect.stringMatching(/Permission denied|Connection closed/) };

/** Milliseconds that a batch of hundreds of files may take, or one beside fifty: a site whose sessions are answered by functions has few at once. */
const MANY_FILES = 300_000;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What every home's site keeps to, asked by OpenSSH's `sftp`. */
export function sftpSiteContract(kind: string, open: () => Promise<OpenSite>): void {
  let site: OpenSite;
  let key: SshKey;
  let file: string;
  let larger: string;
  let folder: string;

  const archivedOf = async (path: string, after?: string) => {
    const paths: string[] = [];
    for await (const archived of site.archive.list(path, after)) paths.push(archived.path);
    return paths;
  };

  const newUser = async (name: string, ofFolder = name): Promise<SftpUser> => {
    await site.users.add(name, ofFolder);
    await site.users.addKey(name, key.publicKey);
    return { port: site.port, user: name, key };
  };

  describe(`a user of ${kind}`, () => {
    beforeAll(async () => {
      site = await open();
      key = await makeSshKey();
      folder = await mkdtemp(join(tmpdir(), 'upload-'));
      file = join(folder, 'orders.csv');
      await writeFile(file, 'id\n1\n');
      larger = join(folder, 'larger.csv');
      await writeFile(larger, 'id\n1\n2\n');
    });

    it('comes in by a key, and no more once the key is taken away', async () => {
      const older = await newUser('by-key');
      await upload(older, file, 'orders.csv');
      expect(await site.textOf('by-key/orders.csv')).toBe('id\n1\n');

      const newer: SftpUser = { ...older, key: await makeSshKey(['-t', 'rsa', '-b', '2048']) };
      await expect(sftp(newer, ['ls'])).rejects.toMatchObject(refused);
      await site.users.addKey('by-key', newer.key.publicKey);
      expect(await sftp(newer, ['ls'])).toContain('orders.csv');
      expect(await sftp(older, ['ls'])).toContain('orders.csv');

      const { public_keys } = (await site.users.list()).find(({ name }) => name === 'by-key') ?? {};
      await site.users.removeKey('by-key', public_keys?.[0]?.fingerprint ?? '');
      await expect(sftp(older, ['ls'])).rejects.toMatchObject(refused);
      expect(await sftp(newer, ['ls'])).toContain('orders.csv');
    });

    it('may have a key of any kind that is safe', async () => {
      const user = await newUser('kinds');
      for (const kind of [
        ['-t', 'ecdsa', '-b', '256'],
        ['-t', 'ecdsa', '-b', '384'],
        ['-t', 'ecdsa', '-b', '521'],
        ['-t', 'rsa', '-b', '3072'],
      ]) {
        const other = await makeSshKey(kind);
        await site.users.addKey('kinds', other.publicKey);
        expect(await sftp({ ...user, key: other }, ['pwd'])).toContain('Remote working directory: /');
      }
      const weak = await makeSshKey(['-t', 'rsa', '-b', '1024']);
      await expect(site.users.addKey('kinds', weak.publicKey)).rejects.toThrow('is an RSA key of 1024 bits');
    });

    it('comes in by the password that was made last, and by no other', async () => {
      await site.users.add('by-password', 'by-password');
      const first = await site.users.setPassword('by-password');
      const as = (password: string) => ({ port: site.port, user: 'by-password', password });
      await sftp(as(first), [`put "${file}" orders.csv`]);
      expect(await site.textOf('by-password/orders.csv')).toBe('id\n1\n');

      const second = await site.users.setPassword('by-password');
      site.letTimePass();
      await Promise.all(
        [first, 'guessed', ''].map((wrong) => expect(sftp(as(wrong), ['ls'])).rejects.toMatchObject(refused)),
      );
      expect(await sftp(as(second), ['ls'])).toContain('orders.csv');
      site.letTimePass();
      await expect(sftp({ ...as(second), user: 'nobody-here' }, ['ls'])).rejects.toMatchObject(refused);
      const withoutOne = await newUser('has-a-key');
      await expect(sftp({ ...as(second), user: withoutOne.user }, ['ls'])).rejects.toMatchObject(refused);

      await site.users.remove('by-password');
      await expect(sftp(as(second), ['ls'])).rejects.toMatchObject(refused);
      await site.users.add('by-password', 'by-password');
      await expect(sftp(as(second), ['ls'])).rejects.toMatchObject(refused);
      expect(await site.textOf('by-password/orders.csv')).toBe('id\n1\n');
    });

    it('is told late that a password is wrong, whoever it is tried for', async () => {
      await newUser('guessed');
      site.letTimePass();
      for (const user of ['guessed', 'nobody-at-all']) {
        const asked = performance.now();
        await expect(sftp({ port: site.port, user, password: 'wrong' }, ['ls'])).rejects.toMatchObject(refused);
        expect(performance.now() - asked).toBeGreaterThan(1_900);
      }
    });

    it('uploads, downloads, renames, lists and removes', async () => {
      const user = await newUser('worker', 'shop/daily');
      const back = `${file}.back`;
      await sftp(user, [
        'mkdir 2026',
        `put "${file}" 2026/a.csv`,
        'rename 2026/a.csv 2026/b.csv',
        `get 2026/b.csv "${back}"`,
      ]);
      expect(await readFile(back, 'utf8')).toBe('id\n1\n');
      expect(await sftp(user, ['ls -1 2026'])).toContain('2026/b.csv');
      expect(await site.textOf('shop/daily/2026/b.csv')).toBe('id\n1\n');
      await sftp(user, ['rm 2026/b.csv']);
      expect(await site.textOf('shop/daily/2026/b.csv')).toBeUndefined();
    });

    it('is held to its folder: no path and no link leads out of it', async () => {
      await site.put('other/secret.csv', 'of another');
      const user = await newUser('held');
      await upload(user, file, 'mine.csv');
      const out = [
        '../other/secret.csv',
        'x/../../other/secret.csv',
        '/inbox/other/secret.csv',
        `/${site.realInbox}/other/secret.csv`,
        `/../../${site.realInbox}/other/secret.csv`,
      ];
      for (const path of out)
        await expect(sftp(user, [`get "${path}" "${file}.stolen"`])).rejects.toMatchObject({ code: 1 });
      for (const path of out) await sftp(user, [`-put "${file}" "${path}"`]);
      await expect(sftp(user, ['symlink ../other/secret.csv link.csv'])).rejects.toMatchObject({ code: 1 });
      await expect(sftp(user, ['ln mine.csv hard.csv'])).rejects.toMatchObject({ code: 1 });
      await sftp(user, ['-rename mine.csv ../other/secret.csv', '-rm ../other/secret.csv']);
      expect(await sftp(user, ['cd ../..', 'pwd'])).toContain('Remote working directory: /\n');
      expect(await site.textOf('other/secret.csv')).toBe('of another');
    });

    it('finds a file that was archived where it was, and works on with it', async () => {
      const user = await newUser('archived', 'old/shop');
      const names = ['a.csv', '2026/b.csv', '2026/c.csv'];
      await sftp(user, ['mkdir 2026', ...names.map((name) => `put "${file}" ${name}`)]);
      for (const name of names) await site.growOld(`old/shop/${name}`);
      expect(await archivedOf('old')).toEqual(['old/shop/2026/b.csv', 'old/shop/2026/c.csv', 'old/shop/a.csv']);

      const back = `${file}.archived`;
      const listed = await sftp(user, ['ls -1', 'ls -1 2026', `get 2026/b.csv "${back}"`]);
      for (const name of names) expect(listed).toContain(name);
      expect(await readFile(back, 'utf8')).toBe('id\n1\n');
      await sftp(user, ['rename 2026/b.csv 2026/d.csv', 'rm 2026/c.csv', `put "${larger}" a.csv`]);
      expect(await sftp(user, ['ls -1 2026'])).not.toMatch(/[bc]\.csv/);
      expect(await site.textOf('old/shop/2026/d.csv')).toBe('id\n1\n');
      expect(await site.textOf('old/shop/a.csv')).toBe('id\n1\n2\n');
      expect(await archivedOf('old')).toEqual([]);
    });

    it('fetches what was delivered, which takes the place of a file and never that of a folder', async () => {
      const user = await newUser('reader', 'partners/reader');
      const back = `${file}.delivered`;
      for (const text of ['id\n1\n', 'id\n2\n']) {
        await site.deliver('reader', 'for you/2026/näme.csv', text);
        await sftp(user, [`get "for you/2026/näme.csv" "${back}"`]);
        expect(await readFile(back, 'utf8')).toBe(text);
      }
      expect(await sftp(user, ['ls -1 "for you/2026"'])).toMatch(/^for you\/2026\/n.*me\.csv$/m);
      expect(await site.textOf('partners/reader/for you/2026/näme.csv')).toBe('id\n2\n');
      await expect(site.deliver('reader', 'for you', 'id\n')).rejects.toMatchObject({ name: 'Conflict' });
      await upload(user, file, 'mine.csv');
      await expect(site.deliver('reader', 'mine.csv/n.csv', 'id\n')).rejects.toMatchObject({ name: 'Conflict' });
      await site.deliver('reader', 'mine.csv', 'id\n3\n');
      await sftp(user, [`get mine.csv "${back}"`, 'rm mine.csv']);
      expect(await readFile(back, 'utf8')).toBe('id\n3\n');
    });

    it('has a file that an administrator took out of the archive', async () => {
      const user = await newUser('restored');
      for (const name of ['a.csv', 'b.csv']) {
        await site.put(`restored/${name}`, name);
        await site.growOld(`restored/${name}`);
      }
      expect(await archivedOf('restored/a.csv')).toEqual(['restored/a.csv']);
      expect(await archivedOf('restored', 'restored/a.csv')).toEqual(['restored/b.csv']);
      expect(await site.archive.restore('restored/a.csv')).toMatchObject({ path: 'restored/a.csv', bytes: 5 });
      expect(await archivedOf('restored')).toEqual(['restored/b.csv']);
      expect(await site.textOf('restored/a.csv')).toBe('a.csv');
      expect(await sftp(user, ['ls -1'])).toMatch(/a\.csv\s+b\.csv/);
      for (const path of ['restored/a.csv', 'restored', 'res', '../restored/b'])
        await expect(site.archive.restore(path)).rejects.toThrow('is archived');
    });

    it('sends a large file and many small ones, and gets back what it sent', async () => {
      const user = await newUser('sender');
      const large = join(folder, 'large.bin');
      const bytes = randomBytes(40_000_000);
      await writeFile(large, bytes);
      const many = join(folder, 'many');
      await mkdir(many);
      const names = Array.from({ length: 300 }, (_, n) => `part-${n}.csv`);
      for (const name of names) await writeFile(join(many, name), `id\n${name}\n`);

      const there = [`put "${large}" large.bin`, `get large.bin "${large}.back"`, `put -r "${many}" many`];
      await sftp(user, there, MANY_FILES);
      expect(sha256(await readFile(`${large}.back`))).toBe(sha256(bytes));
      await sftp(user, [`get -r many "${many}.back"`], MANY_FILES);
      expect((await readdir(`${many}.back`)).sort()).toEqual([...names].sort());
      expect(await site.textOf('sender/many/part-299.csv')).toBe('id\npart-299.csv\n');
    });

    it('may send one file twice at once: one of the two stays, and all of it', async () => {
      const user = await newUser('twice');
      const contents = ['a', 'b'].map((letter) => Buffer.alloc(5_000_000, letter));
      const sent = contents.map(async (content, n) => {
        await writeFile(join(folder, `twice-${n}`), content);
        await upload(user, join(folder, `twice-${n}`), 'orders.csv');
      });
      await Promise.all(sent);
      const there = Buffer.from((await site.textOf('twice/orders.csv')) ?? '');
      expect(contents.map(sha256)).toContain(sha256(there));
    });

    it('may come in fifty times at once', async () => {
      const user = await newUser('crowd');
      const sessions = Array.from({ length: 50 }, (_, n) => sftp(user, [`put "${file}" orders-${n}.csv`], MANY_FILES));
      await Promise.all(sessions);
      const listed = await sftp(user, ['ls -1']);
      expect(listed.match(/orders-\d+\.csv/g)).toHaveLength(50);
    });
  });
}
