import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { Courier } from '../../core/contracts/sources.ts';
import { courierContext } from '../support/couriers.ts';
import { courierSourceContract } from './couriers.ts';

courierSourceContract('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'courier-'));
  const file = { name: 'any', pattern: '*', format: { type: 'csv' } };
  const courier = Courier.parse({ id: 'courier/test', type: 'folder', settings: { path: root }, files: [file] });
  const put = async (name: string, content: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  };
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'objects-')));
  const source = courierSource(courier, courierContext());
  return { source, objects, put };
});
