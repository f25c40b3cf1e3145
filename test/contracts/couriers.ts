import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CourierFile } from '../../core/contracts/sources.ts';
import type { CourierSource, FetchedFile, SourceFile } from '../../core/feeds/port.ts';
import type { ObjectStore } from '../../core/ports.ts';

/** A place that files are pulled from, which a test can put files in, and the objects that they are landed among. */
export interface FilledSource {
  source: CourierSource;
  objects: ObjectStore;
  put(name: string, content: string): Promise<void>;
}

/** What is a name of any file of these tests. */
export const anything = ['*', 'a/*/x.csv'].map((pattern) =>
  CourierFile.parse({ name: 'any', pattern, format: { type: 'csv' } }),
);
export const going = new AbortController().signal;

/** The one file that is there. */
export async function onlyFile(source: CourierSource): Promise<SourceFile> {
  const [file, ...others] = await source.list(anything, going);
  if (file === undefined || others.length > 0) throw new Error(`expected one file, listed ${others.length + 1}`);
  return file;
}

/** Fetches a file as a step does. */
export async function fetched(source: CourierSource, file: SourceFile, signal = going): Promise<FetchedFile> {
  const found = await source.fetch(file, join(await mkdtemp(join(tmpdir(), 'fetched-')), 'file'), { signal });
  if (!found) throw new Error(`${file.name} has nothing new`);
  return found;
}

export const textOf = async (objects: ObjectStore, key: string): Promise<string> =>
  Buffer.from((await objects.get(key))?.body ?? []).toString();

/** What every source of a courier keeps to. */
export function courierSourceContract(kind: string, open: () => Promise<FilledSource>): void {
  describe(`${kind} as a source of files`, () => {
    it('lists every file with its size, folders between slashes', async () => {
      const { source, put } = await open();
      await put('b.csv', 'bb');
      await put('a/2026/x.csv', 'xyz');
      const listed = await source.list(anything, going);
      expect(listed.map(({ name, bytes }) => [name, bytes])).toEqual(
        expect.arrayContaining([
          ['a/2026/x.csv', 3],
          ['b.csv', 2],
        ]),
      );
      expect(listed.every(({ modified }) => new Date(modified).toISOString() === modified)).toBe(true);
    });

    it('lands the bytes of a file and says what they were', async () => {
      const { source, objects, put } = await open();
      await put('a.csv', 'id\n1\n');
      const { bytes, sha256, land } = await fetched(source, await onlyFile(source));
      expect({ bytes, sha256 }).toEqual({ bytes: 5, sha256: createHash('sha256').update('id\n1\n').digest('hex') });
      await land(objects, 'landing/test/a.csv');
      expect(await textOf(objects, 'landing/test/a.csv')).toBe('id\n1\n');
    });

    it('lands a file that has no bytes', async () => {
      const { source, objects, put } = await open();
      await put('a.csv', '');
      const { bytes, sha256, land } = await fetched(source, await onlyFile(source));
      expect({ bytes, sha256 }).toEqual({ bytes: 0, sha256: createHash('sha256').digest('hex') });
      await land(objects, 'landing/test/a.csv');
      expect(await objects.list('landing/')).toEqual([{ key: 'landing/test/a.csv', bytes: 0 }]);
    });

    it('lands the same content once, however often it is fetched', async () => {
      const { source, objects, put } = await open();
      await put('a.csv', 'id\n1\n');
      for (let time = 0; time < 2; time++) {
        const { sha256, land } = await fetched(source, await onlyFile(source));
        await land(objects, `landing/test/${sha256}`);
      }
      expect(await objects.list('landing/')).toHaveLength(1);
    });

    it('refuses a file that changed after it was listed', async () => {
      const { source, put } = await open();
      await put('a.csv', 'id\n1\n');
      const file = await onlyFile(source);
      await put('a.csv', 'id\n1\n2\n');
      await expect(fetched(source, file)).rejects.toMatchObject({ name: 'FileChanged' });
    });
  });
}
