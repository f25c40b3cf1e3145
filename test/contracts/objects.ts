import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';

/** What every store of objects keeps to. */
export function objectStoreContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} as a store of objects`, () => {
    it('gives back what was put, and nothing for a key that was not', async () => {
      const objects = await open();
      const etag = await objects.put('a/b.json', '{"x":1}');
      const found = await objects.get('a/b.json');
      expect(found && Buffer.from(found.body).toString()).toBe('{"x":1}');
      expect(found?.etag).toBe(etag);
      expect(await objects.get('a/c.json')).toBeUndefined();
      expect(await objects.get('a')).toBeUndefined();
    });

    it('lets one of many writers make a key that must be new', async () => {
      const objects = await open();
      const writers = Array.from({ length: 8 }, (_, n) => objects.put('head', String(n), { ifNoneMatch: '*' }));
      const ended = await Promise.allSettled(writers);
      expect(ended.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      const reasons = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(reasons.every((reason) => reason instanceof Conflict)).toBe(true);
    });

    it('lets one of many writers swap the value that they all read', async () => {
      const objects = await open();
      const etag = await objects.put('head', 'before');
      const writers = Array.from({ length: 8 }, (_, n) => objects.put('head', String(n), { ifMatch: etag }));
      const ended = await Promise.allSettled(writers);
      expect(ended.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      await expect(objects.put('absent', 'x', { ifMatch: etag })).rejects.toBeInstanceOf(Conflict);
    });

    it('lists keys under a prefix in ascending order with their sizes', async () => {
      const objects = await open();
      for (const key of ['runs/2.json', 'runs/1.json', 'run', 'runs/deep/3.json']) await objects.put(key, 'four');
      expect(await objects.list('runs/')).toEqual([
        { key: 'runs/1.json', bytes: 4 },
        { key: 'runs/2.json', bytes: 4 },
        { key: 'runs/deep/3.json', bytes: 4 },
      ]);
      expect((await objects.list('runs/2')).map((one) => one.key)).toEqual(['runs/2.json']);
      expect(await objects.list('nothing/')).toEqual([]);
    });

    it('names the folders right below one in ascending order', async () => {
      const objects = await open();
      for (const key of ['days/b/1', 'days/a/deep/1', 'days/a/2', 'days/file', 'other/c/1']) await objects.put(key, '');
      expect(await objects.folders('days/')).toEqual(['a', 'b']);
      expect(await objects.folders('days/a/')).toEqual(['deep']);
      expect(await objects.folders('nothing/')).toEqual([]);
    });

    it('lists what is there while others delete', async () => {
      const objects = await open();
      const keys = Array.from({ length: 100 }, (_, n) => `runs/${n}.json`);
      for (const key of [...keys, 'runs/kept.json']) await objects.put(key, 'four');
      const deleting = keys.map((key) => objects.delete(key));
      for (let n = 0; n < 20; n++)
        expect((await objects.list('runs/')).map(({ key }) => key)).toContain('runs/kept.json');
      await Promise.all(deleting);
    });

    it('moves a finished file in and tells where its bytes are', async () => {
      const objects = await open();
      const path = join(await mkdtemp(join(tmpdir(), 'objects-')), randomUUID());
      await writeFile(path, 'bytes');
      await objects.adopt(path, 'landing/file.csv');
      expect(await objects.locate('landing/file.csv')).toBeTypeOf('string');
      await objects.delete('landing/file.csv');
      await objects.delete('landing/file.csv');
      await expect(objects.locate('landing/file.csv')).rejects.toBeInstanceOf(NotFound);
    });

    it('tells where the bytes of an object are as it is now', async () => {
      const objects = await open();
      for (const version of ['first', 'second', 'second']) {
        await objects.put('landing/file.csv', version);
        expect(await readFile(await objects.locate('landing/file.csv'), 'utf8')).toBe(version);
      }
      const many = await Promise.all(Array.from({ length: 8 }, () => objects.locate('landing/file.csv')));
      expect(await readFile(many[7] ?? '', 'utf8')).toBe('second');
    });

    it('tells the folder that holds all objects below one', async () => {
      const objects = await open();
      const files = { 'report.json': '{}', 'model.json': '1', 'deep/a.parquet': 'a' };
      for (const [name, content] of Object.entries(files)) await objects.put(`stitch/run-1/${name}`, content);
      await objects.put('stitch/run-10/other.json', '2');
      const folder = await objects.locateAll('stitch/run-1');
      for (const [name, content] of Object.entries(files))
        expect(await readFile(join(folder, name), 'utf8')).toBe(content);
      expect((await readdir(folder)).sort()).toEqual(['deep', 'model.json', 'report.json']);
      await expect(objects.locateAll('stitch/run-2')).rejects.toBeInstanceOf(NotFound);
    });

    it('refuses to locate what would lie outside of its folder', async () => {
      const objects = await open();
      for (const key of ['../outside', 'a/../../outside', '/etc/hostname'])
        await expect(objects.locate(key)).rejects.toBeInstanceOf(InvalidInput);
    });
  });
}
