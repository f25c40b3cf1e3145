import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { checkFormat, DATA_FORMAT } from '../../../core/environments/data-format.ts';

const emptyStore = async () => new FilesystemObjects(await mkdtemp(join(tmpdir(), 'format-')));

describe('the format of an environment', () => {
  it('is noted once, by whoever is first', async () => {
    const objects = await emptyStore();
    await Promise.all([checkFormat(objects), checkFormat(objects)]);
    await checkFormat(objects);
    const noted = await objects.get('config/format.json');
    expect(JSON.parse(Buffer.from(noted?.body ?? []).toString())).toEqual({ format: DATA_FORMAT });
  });

  it('keeps an older version of the code from data that a newer one wrote', async () => {
    const objects = await emptyStore();
    await objects.put('config/format.json', JSON.stringify({ format: DATA_FORMAT + 1 }));
    await expect(checkFormat(objects)).rejects.toThrow(`the data is of format ${DATA_FORMAT + 1}`);
  });
});
