import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CourierFile } from '../../core/contracts/sources.ts';
import type { CourierSource } from '../../core/ports.ts';

/** A place that files are pulled from, which a test can put files in. */
export interface FilledSource {
  source: CourierSource;
  put(name: string, content: string): Promise<void>;
}

const anything = [CourierFile.parse({ name: 'any', pattern: '*', format: { type: 'csv' } })];
const going = new AbortController().signal;

/** What every source of a courier keeps to. */
export function courierSourceContract(kind: string, open: () => Promise<FilledSource>): void {
  describe(`${kind} as a source of files`, () => {
    it('lists every file with its size, folders between slashes', async () => {
      const { source, put } = await open();
      await put('b.csv', 'bb');
      await put('a/2026/x.csv', 'xyz');
      const listed = await source.list(anything);
      expect(listed.map(({ name, bytes }) => [name, bytes])).toEqual(
        expect.arrayContaining([
          ['a/2026/x.csv', 3],
          ['b.csv', 2],
        ]),
      );
      expect(listed.every(({ modified }) => new Date(modified).toISOString() === modified)).toBe(true);
    });

    it('fetches the bytes of a file and says what they were', async () => {
      const { source, put } = await open();
      await put('a.csv', 'id\n1\n');
      const [file] = await source.list(anything);
      if (file === undefined) throw new Error('nothing was listed');
      const path = join(await mkdtemp(join(tmpdir(), 'fetched-')), 'a.csv');
      const fetched = await source.fetch(file, path, going);
      expect(await readFile(path, 'utf8')).toBe('id\n1\n');
      expect(fetched).toEqual({ bytes: 5, sha256: createHash('sha256').update('id\n1\n').digest('hex') });
    });

    it('refuses a file that changed after it was listed', async () => {
      const { source, put } = await open();
      await put('a.csv', 'id\n1\n');
      const [file] = await source.list(anything);
      if (file === undefined) throw new Error('nothing was listed');
      await put('a.csv', 'id\n1\n2\n');
      const path = join(await mkdtemp(join(tmpdir(), 'fetched-')), 'a.csv');
      await expect(source.fetch(file, path, going)).rejects.toMatchObject({ name: 'FileChanged' });
    });
  });
}
