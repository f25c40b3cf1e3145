import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import type { TableEntry } from '../../../core/contracts/catalog.ts';
import { publish } from '../../../core/environments/catalog.ts';
import { removeOldStitch } from '../../../core/workflows/old-stitch.ts';

const old = 'run-20261001-050000-000abc';
const lastOfOld = 'run-20261002-050000-000abc';
const recent = 'run-20261108-050000-000abc';

it('what Stitch found goes after a week, unless it is what is published', async () => {
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'old-stitch-')));
  for (const run of [old, lastOfOld, recent])
    for (const file of ['assignments.parquet', 'spread/part.parquet']) await objects.put(`stitch/${run}/${file}`, '');
  const at = new Date('2026-11-10T05:00:00Z');
  const shown: TableEntry = {
    schema: 'stitch',
    name: 'assignments',
    physical: 'assignments__1',
    version: 'v',
    columns: [],
    built_at: at.toISOString(),
    run_id: lastOfOld,
    parquet: `stitch/${lastOfOld}/assignments.parquet`,
    definition: 'd',
    inputs: {},
  };
  await publish(objects, { id: lastOfOld, at }, [shown]);
  await removeOldStitch(objects, at);
  const left = (await objects.list('stitch/')).map(({ key }) => key.split('/')[1]);
  expect([...new Set(left)]).toEqual([lastOfOld, recent]);
});
