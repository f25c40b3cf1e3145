import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { courierSource } from '../../../adapters/couriers/registry.ts';
import { Courier } from '../../../core/contracts/sources.ts';
import { courierContext } from '../../support/couriers.ts';

const file = { name: 'any', pattern: '*', format: { type: 'csv' } };
const courierOf = (settings: Record<string, unknown>, type = 'folder') =>
  Courier.parse({ id: 'courier/test', type, settings, files: [file] });
const here = courierContext();
const { signal } = new AbortController();

it('a folder courier reads nothing outside of its folder', async () => {
  const place = await mkdtemp(join(tmpdir(), 'courier-'));
  const root = join(place, 'inbox');
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(place, 'secret.csv'), 'id\n');
  await writeFile(join(root, 'sub', 'own.csv'), 'id\n');
  await symlink(join(place, 'secret.csv'), join(root, 'link.csv'));
  await symlink(place, join(root, 'up'));
  const source = courierSource(courierOf({ path: root }), here);
  expect((await source.list([], signal)).map(({ name }) => name)).toEqual(['sub/own.csv']);
  for (const name of ['../secret.csv', 'sub/../../secret.csv', 'link.csv', 'up/secret.csv']) {
    const fetching = source.fetch({ name, bytes: 3, modified: new Date(0).toISOString() }, join(place, 'copy'), {
      signal,
    });
    await expect(fetching).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining("leads out of the courier's folder"),
    });
  }
});

it('a courier of an unknown type or with unknown settings is refused by name', () => {
  expect(() => courierSource(courierOf({}, 'ftp'), here)).toThrow(
    /unknown type "ftp", expected one of database, folder, http, /,
  );
  expect(() => courierSource(courierOf({ paht: 'x' }), here)).toThrow(/courier\/test settings/);
});
