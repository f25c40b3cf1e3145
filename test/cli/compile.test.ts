import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Plain JavaScript, which has no types. */
const module: string = '../../bin/compile.mjs';
const { compiled } = (await import(module)) as { compiled: (root: string, entry: string) => Promise<string> };

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'compiled-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, text: string, changed?: number): void {
  writeFileSync(join(root, name), text);
  if (changed !== undefined) utimesSync(join(root, name), changed, changed);
}
const said = async () => execFileSync(process.execPath, [await compiled(root, 'main.ts')], { encoding: 'utf8' });

test('a module is bundled again when a file that it imports has changed', async () => {
  write('main.ts', `import { word } from './word.ts'; console.log(word);`);
  write('word.ts', `export const word: string = 'before';`, 1000);
  expect(await said()).toBe('before\n');
  write('word.ts', `export const word: string = 'after';`, 2000);
  expect(await said()).toBe('after\n');
});

test('a module finds the files beside it', async () => {
  write(
    'main.ts',
    `import { readFileSync } from 'node:fs';\nconsole.log(readFileSync(new URL('note.txt', import.meta.url), 'utf8'));`,
  );
  write('note.txt', 'beside');
  expect(await said()).toBe('beside\n');
});

test('processes that bundle at one time do not hinder each other', async () => {
  write('main.ts', `console.log('done');`);
  const bundles = await Promise.all(Array.from({ length: 4 }, () => compiled(root, 'main.ts')));
  for (const bundle of bundles) expect(execFileSync(process.execPath, [bundle], { encoding: 'utf8' })).toBe('done\n');
});
