import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folders = [
  'core',
  'adapters',
  'lambdas',
  'statemachines',
  'infra',
  'local',
  'api',
  'console',
  'cli',
  'samples',
  'bench',
] as const;

/** Who may import whom (design.md §4); a folder may always import itself. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  adapters: ['core'],
  lambdas: ['core', 'adapters', 'api'],
  api: ['core', 'adapters'],
  local: ['core', 'adapters', 'lambdas', 'api', 'samples'],
  cli: ['core', 'adapters', 'local', 'api', 'samples'],
  samples: ['core'],
  bench: ['core', 'adapters', 'local', 'api', 'samples', 'infra'],
  infra: ['core/contracts'],
  console: ['core/contracts', 'api'],
};

/** Packages that only some folders may know. */
const packages: Record<string, readonly string[]> = {
  'aws-cdk-lib': ['infra'],
  '@aws-sdk/': ['adapters', 'lambdas'],
  '@duckdb/': ['adapters', 'bench', 'infra'],
};

const allowedInCore = /^(zod|@polyglot-sql\/sdk|libphonenumber-js|croner|saxes|node:(crypto|path\/posix))(\/|$)/;

interface Import {
  file: string;
  folder: string;
  target: string;
}

const files = folders.flatMap((folder) =>
  readdirSync(root, { withFileTypes: true }).some((entry) => entry.name === folder)
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(folder, name))
    : [],
);

/** A module's name where it is imported or re-exported, and not where SQL or prose says `from`. */
const importing = /^(?:(?:import|export)\b[^'"`=(;]*?from |import )'([^']+)';$|\bimport\('([^']+)'\)/gm;

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(importing)]
    .map(([, named, loaded]) => [named, loaded].find(Boolean) ?? '')
    .map((target) => ({
      file,
      folder: file.split('/')[0] ?? '',
      target: target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target,
    })),
);

const isOurs = (target: string) => folders.some((folder) => target.startsWith(`${folder}/`));

describe('the layout of the project', () => {
  it('lets each folder import only the folders below it', () => {
    const wrong = imports.filter(({ folder, target }) => {
      const allowed = [folder, ...(mayImport[folder] ?? [])];
      return isOurs(target) && !allowed.some((prefix) => target.startsWith(`${prefix}/`));
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the core pure: no files, no network, no engine, no clock', () => {
    const core = imports.filter(({ folder }) => folder === 'core');
    expect(core.filter(({ target }) => !isOurs(target) && !allowedInCore.test(target))).toEqual([]);
    const clocks = files.filter(
      (file) => file.startsWith('core/') && /\bnew Date\(\)|\bDate\.now\(/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(clocks).toEqual([]);
  });

  it('keeps cloud and engine packages in the folders that own them', () => {
    const wrong = imports.filter(({ folder, target }) =>
      Object.entries(packages).some(([name, owners]) => target.startsWith(name) && !owners.includes(folder)),
    );
    expect(wrong).toEqual([]);
  });

  it('reads the process environment in two files at the most', () => {
    const readers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
    expect(readers.length, readers.join(', ')).toBeLessThanOrEqual(2);
  });

  it('has nothing but a handler in the folder of a lambda', () => {
    const names = files.filter((file) => file.startsWith('lambdas/') && !file.startsWith('lambdas/shared/'));
    expect(names.filter((file) => !/^lambdas\/[a-z]+(-[a-z0-9]+)+\/handler\.ts$/.test(file))).toEqual([]);
  });

  it('knows every error by one file', () => {
    const others = files.filter(
      (file) =>
        file !== 'core/errors.ts' && /class \w+ extends (\w*Error)\b/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(others).toEqual([]);
  });
});
