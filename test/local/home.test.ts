import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apiToken, ownHome } from '../../local/home.ts';

const newHome = () => mkdtemp(join(tmpdir(), 'home-'));

test('a home whose last owner died while it wrote its name can be owned', async () => {
  const home = await newHome();
  await writeFile(join(home, 'process.json'), '');
  const ownership = await ownHome(home);
  await ownership.release();
  expect(await readdir(home)).toEqual([]);
});

test('the token is made once, and what a dying process left half written of it is no token', async () => {
  const home = await newHome();
  await writeFile(join(home, 'token.new'), '');
  const token = await apiToken(home);
  expect(token.length).toBeGreaterThan(40);
  expect(await apiToken(home)).toBe(token);
  expect(await readFile(join(home, 'token'), 'utf8')).toBe(`${token}\n`);
});
