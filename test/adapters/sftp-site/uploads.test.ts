import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Uploads } from '../../../adapters/sftp-site/laptop/uploads.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('begins an upload of a name whenever others of that name end', async () => {
  let arrived = 0;
  const uploads = new Uploads({
    inbox: join(folder, 'inbox'),
    unfinished: join(folder, 'unfinished'),
    arrived: () => arrived++,
  });
  const client = async () => {
    for (let n = 0; n < 100; n++) await (await uploads.begin('acme/orders.csv')).finish();
  };
  await Promise.all(Array.from({ length: 4 }, client));
  expect(arrived).toBe(400);
});
