import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../../adapters/files/packing/unpack.ts';
import { createFileReader } from '../../../adapters/files/reader.ts';
import { FileBench, feedOf } from '../../support/files.ts';
import { bzip2Of, packings, piped, tarOf, zstdOf } from '../../support/packing.ts';
import { zipOf } from '../../support/zip.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const people = feedOf('id,name');
const one = 'id,name\n1,Zoë\n';
const two = 'id,name\n2,Bob\n3,\n';
/** What `zip -P secret` makes of a small file. */
const encrypted = Buffer.from(
  'UEsDBAoACQAAAIKael1ck8O2GgAAAA4AAAAFABwAYS5jc3ZVVAkAA2OGCGtjhghrdXgLAAEEAAAAAAQAAAAAwwPSLRvrlXueRBtJuOUPBvNWF/IAMt3fxihQSwcIXJPDthoAAAAOAAAAUEsBAh4DCgAJAAAAgpp6XVyTw7YaAAAADgAAAAUAGAAAAAAAAQAAAKSBAAAAAGEuY3N2VVQFAANjhghrdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAABAAEASwAAAGkAAAAAAA==',
  'base64',
);
const linesOf = (count: number) =>
  `id,name\n${Array.from({ length: count }, (_, n) => `${n},${Math.sin(n)}\n`).join('')}`;

/** Files of a folder that this process has open. */
const openIn = (folder: string) =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((path) => path.startsWith(folder));
    } catch {
      return [];
    }
  });

describe('a packed file', () => {
  it.each(Object.entries(packings))('is read as %j by its bytes, whatever its name', async (ending, pack) => {
    const content = await pack('people.csv', Buffer.from(one));
    const { staged } = await bench.read(`one${ending.replaceAll('.', '-')}`, content, people);
    expect(staged).toMatchObject([{ id: '1', name: 'Zoë' }]);
  });

  it.each([
    ['gzip', (content: string) => gzipSync(content)],
    ['zstd', zstdOf],
    ['bzip2', bzip2Of],
  ])('of %s is read to its end, and in several parts', async (label, pack) => {
    const content = linesOf(20_000);
    const half = content.indexOf('\n', content.length / 2) + 1;
    const parts = Buffer.concat([pack(content.slice(0, half)), pack(content.slice(half))]);
    const { counts } = await bench.read(`${label}.csv`, parts, people);
    expect(counts).toMatchObject({ rows_read: 20_000, rows_staged: 20_000 });
  });

  it('of zstd is read whatever the level, the window and the frames that are to be skipped', async () => {
    const content = linesOf(30_000);
    const skipped = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')]);
    for (const args of [['-1'], ['-19'], ['--no-check'], ['--long=27']]) {
      const packed = Buffer.concat([skipped, piped('zstd', ['-q', '-c', ...args], content), skipped]);
      const { counts } = await bench.read('levels.csv.zst', packed, people);
      expect(counts.rows_staged, args.join(' ')).toBe(30_000);
    }
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdOf],
    ['bzip2', bzip2Of],
  ])('of %s that is cut or damaged is unreadable, and says at which byte', async (label, pack) => {
    const whole = pack(linesOf(20_000));
    const middle = whole.length >> 1;
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(middle) ^ 0x10, middle);
    for (const broken of [whole.subarray(0, middle), whole.subarray(0, whole.length - 1), flipped]) {
      await expect(bench.read(`broken.${label}`, broken, people)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(
          new RegExp(`is not whole ${label}: .*(end of file|checksum|damaged|data|crc|block).* at byte \\d+`),
        ),
      });
    }
  });

  it.each([
    ['xz', 'fd377a585a000004e6d6b44602002101160000'],
    ['7z', '377abcaf271c00046d1c8e00'],
    ['RAR', '526172211a0701003392b5e5'],
    ['lz4', '04224d186440a70e000080'],
    ['compress', '1f9d906964'],
  ])('of %s is refused by that name, also within another', async (label, begins) => {
    const content = Buffer.concat([Buffer.from(begins, 'hex'), Buffer.from(one)]);
    const why = `packed as ${label}, which is not read: expected gzip, zstd, bzip2, zip or tar`;
    const path = await bench.write('one.csv', content);
    await expect(createFileReader().discover(path, 'one.csv')).rejects.toThrow(why);
    await expect(bench.read('one.csv', content, people)).rejects.toThrow(why);
    await expect(bench.read('one.gz', gzipSync(content), people)).rejects.toThrow(`is ${label} within gzip`);
    await expect(bench.read('one.zip', zipOf({ 'one.csv': content }), people)).rejects.toThrow(
      `is ${label} within zip`,
    );
  });

  it('that is refused is no longer being written, so that its folder can be taken away', async () => {
    const workFolder = await bench.write('refused', '').then((path) => `${path}.work`);
    for (let n = 0; n < 50; n++) {
      await mkdir(workFolder);
      const path = join(workFolder, 'packed');
      await writeFile(path, gzipSync(linesOf(20_000)).subarray(0, -1));
      const { signal } = new AbortController();
      await expect(unpack({ path, name: 'cut.gz', workFolder, signal }).next()).rejects.toThrow('is not whole gzip');
      expect(openIn(workFolder)).toEqual([]);
      await rm(workFolder, { recursive: true });
    }
  });

  it('is refused when it is compressed twice', async () => {
    await expect(bench.read('twice.gz', gzipSync(bzip2Of(one)), people)).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: 'twice.gz is bzip2 within gzip: expected a file that is compressed once',
    });
  });

  it('of gzip may end with zeros, and is refused when more comes behind its end', async () => {
    const zeros = Buffer.alloc(100_000);
    const padded = Buffer.concat([gzipSync(one), zeros]);
    expect((await bench.read('padded.gz', padded, people)).counts.rows_read).toBe(1);
    for (const more of [gzipSync(two), Buffer.from('more')]) {
      await expect(bench.read('more.gz', Buffer.concat([padded, more]), people)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringContaining(`more behind the end of its gzip, at byte ${padded.length}`),
      });
    }
  });

  it('is refused when it is encrypted within', async () => {
    const armour = '-----BEGIN PGP MESSAGE-----\n\nhQIMA5f8\n=abcd\n-----END PGP MESSAGE-----\n';
    const binary = Buffer.from('hQIMA5f8vQsKq1cBAQ/+', 'base64');
    for (const content of [armour, binary])
      for (const [name, packed, kind] of [
        ['a.gz', gzipSync(content), 'gzip'],
        ['a.zip', zipOf({ 'a.csv.pgp': content }), 'zip'],
      ] as const) {
        await expect(bench.read(name, packed, people)).rejects.toThrow(`is PGP within ${kind}`);
      }
  });

  it('is refused when it is a bomb, before it fills the disk', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20));
    for (const [name, content] of Object.entries({
      'bomb.gz': bomb,
      'bomb.zip': zipOf({ 'a.csv': one, 'bomb.csv': Buffer.alloc(80 * 2 ** 20) }),
      'bomb.tgz': gzipSync(await tarOf({ 'bomb.csv': Buffer.alloc(80 * 2 ** 20) })),
    })) {
      await expect(bench.read(name, content, people)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(new RegExp(`^${name} has \\d+ bytes and unpacks to more than \\d+`)),
      });
    }
  });
});

describe('an archive', () => {
  const archives = {
    '.zip': zipOf,
    '.tar': tarOf,
    '.tgz': async (files: Record<string, string>) => gzipSync(await tarOf(files)),
  };

  it.each(Object.entries(archives))('of several files is one file of all their rows, as %s', async (ending, pack) => {
    const files = {
      'a/one.csv': one,
      '__MACOSX/a/._one.csv': 'x',
      'a/._one.csv': 'x',
      'b/two.csv': two,
      'b/three.csv': 'name,id,age\nCy,3,9\n',
    };
    const { counts, staged, quarantine } = await bench.read(`all${ending}`, await pack(files), feedOf('id,name', {}));
    expect(staged).toMatchObject([{ id: '1' }, { id: '2' }, { id: '3', name: 'Cy' }]);
    expect(counts).toMatchObject({ rows_read: 4, rows_superseded: 1, unknown_columns: ['age'] });
    expect(quarantine).toEqual([]);
  });

  it('tells the member and the line of a bad row', async () => {
    const content = zipOf({ 'one.csv': one, 'in/two.csv': two });
    const feed = feedOf('id,name', { primary_key: ['id', 'name'] });
    const { counts, quarantine } = await bench.read('bad.zip', content, feed);
    expect(counts).toMatchObject({ rows_read: 3, rows_rejected: 1 });
    expect(quarantine).toMatchObject([{ file: 'bad.zip/in/two.csv', line: 3, column: 'name' }]);
  });

  it('gives the members alone that a pattern wants', async () => {
    const content = zipOf({ 'x/orders-1.csv': 'no,people\n', 'x/people-1.csv': one, 'people-2.csv': two });
    const read = (members: string) => bench.read('some.zip', content, people, { format: { type: 'csv', members } });
    expect((await read('people*.csv')).counts.rows_read).toBe(3);
    expect((await read('x/people*.csv')).counts.rows_read).toBe(1);
    const fromHere = await tarOf({ './x/people-1.csv': one, './orders.csv': 'no\n' });
    const format = { type: 'csv', members: 'x/*.csv' };
    expect((await bench.read('here.tar', fromHere, people, { format })).counts.rows_read).toBe(1);
    await expect(read('nobody*')).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: 'some.zip holds x/orders-1.csv, x/people-1.csv, people-2.csv: expected one that matches "nobody*"',
    });
  });

  it.each([
    ['a way out', '../out.csv', {}, {}, /would be written outside of its archive/],
    ['an absolute path', '/etc/out.csv', {}, {}, /would be written outside of its archive/],
    ['a link', 'out.csv', { mode: 0o120777 }, { type: 'symlink', linkname: '/etc/passwd' }, /is a link/],
  ] as const)('with %s is refused', async (label, name, zipSays, header, why) => {
    for (const content of [
      zipOf({ [name]: one }, zipSays),
      await tarOf({ [name]: label === 'a link' ? '' : one }, header),
    ]) {
      await expect(bench.read('hostile', content, people)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(why),
      });
    }
  });

  it('with an encrypted file, a device, another archive or a compressed file is refused', async () => {
    const ofMethod = (method: number) => {
      const content = Buffer.from(zipOf({ 'a.csv': one }));
      content.writeUInt16LE(method, content.indexOf(Buffer.from('504b0102', 'hex')) + 10);
      return content;
    };
    const sparse = await tarOf({ 'a.csv': one });
    sparse.write('S', 156);
    const sum = sparse.subarray(0, 512).reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
    sparse.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const refused: [Uint8Array, RegExp][] = [
      [encrypted, /refused\/a\.csv is encrypted with a password/],
      [await tarOf({ tty: '' }, { type: 'character-device' }), /refused\/tty is a character-device/],
      [zipOf({ 'a.tar': await tarOf({ 'a.csv': one }) }), /refused\/a\.tar is tar within zip/],
      [await tarOf({ 'a.zip': zipOf({ 'a.csv': one }) }), /refused\/a\.zip is zip within tar/],
      [await tarOf({ 'a.gz': gzipSync(one) }), /refused\/a\.gz is gzip within tar/],
      [ofMethod(14), /refused\/a\.csv is compressed by LZMA, where zips are read by Deflate alone/],
      [Buffer.alloc(10_240), /^refused holds no file: expected a file at least/],
      [sparse, /refused\/a\.csv is of a kind that is not read, as sparse files are/],
    ];
    for (const [content, why] of refused) {
      await expect(bench.read('refused', content, people)).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(why),
      });
    }
  });

  it('that is cut, damaged or empty is refused, wherever it is cut', async () => {
    const [zip, tar] = [zipOf({ 'one.csv': one, 'two.csv': two }), await tarOf({ 'one.csv': one, 'two.csv': two })];
    const damaged = Buffer.from(zip);
    damaged.write('X', zip.indexOf('Zo'));
    for (const content of [zip.subarray(0, -1), damaged, tar.subarray(0, 1024), tar.subarray(0, 700), zipOf({})]) {
      await expect(bench.read('cut', content, people)).rejects.toMatchObject({ name: 'UnreadableFile' });
    }
  });

  it('is discovered as its members are, when they are of one kind', async () => {
    const { discover } = createFileReader();
    const found = await discover(await bench.write('d.zip', zipOf({ 'one.csv': one, 'two.csv': two })), 'd.zip');
    expect(found).toMatchObject({ rows: 3, format: { type: 'csv' } });
    const csvs = await discover(await bench.write('p.zip', zipOf({ 'one.csv': one, 'x.ndjson': '{}' })), 'p.zip', {
      members: '*.csv',
    });
    expect(csvs).toMatchObject({ rows: 1, format: { type: 'csv', members: '*.csv' } });
    const mixed = await bench.write('m.zip', zipOf({ 'one.csv': one, 'two.ndjson': '{"id":1}\n' }));
    await expect(discover(mixed, 'm.zip')).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(/m\.zip\/one\.csv is csv and m\.zip\/two\.ndjson is ndjson/),
    });
  });
});
