import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, Locked>;
};

test('the lockfile has the binaries of every system, not only of the one that it was written on', () => {
  const needed = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}));
  const locked = Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13));
  expect(needed.filter((name) => !locked.includes(name))).toEqual([]);
  for (const system of ['darwin-arm64', 'linux-x64', 'win32-x64']) {
    expect(locked).toContain(`@duckdb/node-bindings-${system}`);
  }
});

test('the lockfile names no place that packages were fetched from', () => {
  const places = Object.values(packages).flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]));
  expect(places.filter((place) => !place.startsWith('https://registry.npmjs.org/'))).toEqual([]);
});
