import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectPath } from '../paths.ts';
import type { StageConfig } from '../stage-config.ts';

type Binding = `@duckdb/node-bindings-linux-${'arm64' | 'x64'}`;

/** Lays the engine's packages out as a layer, with the native binding of Linux and of the function's processor. */
export function copyDuckDb(architecture: StageConfig['architecture'], output: string): void {
  const binding: Binding = `@duckdb/node-bindings-linux-${architecture === 'arm64' ? 'arm64' : 'x64'}`;
  const packages = {
    '@duckdb/node-api': projectPath('node_modules/@duckdb/node-api'),
    '@duckdb/node-bindings': projectPath('node_modules/@duckdb/node-bindings'),
    [binding]: folderOf(binding),
  };
  for (const [name, from] of Object.entries(packages)) {
    const filter = (path: string) => !/\.(md|d\.ts|map)$/.test(path);
    cpSync(from, join(output, 'nodejs/node_modules', name), { recursive: true, filter });
  }
}

/** npm installs the binding of this machine alone; another one is fetched once and kept. */
function folderOf(binding: Binding): string {
  const installed = projectPath(`node_modules/${binding}`);
  if (existsSync(installed)) return installed;
  const { version, integrity } = lockedPackage(binding);
  const kept = projectPath(`node_modules/.cache/tributary/${binding.replace('/', '-')}-${version}`);
  if (!existsSync(kept)) fetchPackage(`${binding}@${version}`, integrity, kept);
  return kept;
}

function lockedPackage(name: string): { version: string; integrity: string } {
  const lock = JSON.parse(readFileSync(projectPath('package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/${name}`];
}

function fetchPackage(wanted: string, integrity: string, kept: string): void {
  mkdirSync(dirname(kept), { recursive: true });
  const folder = mkdtempSync(`${kept}-`);
  try {
    console.error(`Fetching ${wanted}, once …`);
    execFileSync('npm', ['pack', wanted, '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 2] });
    const archive = join(folder, readdirSync(folder)[0] ?? '');
    const seen = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (seen !== integrity) throw new Error(`its integrity is ${seen}, and package-lock.json has ${integrity}`);
    execFileSync('tar', ['-xzf', archive, '-C', folder]);
    renameSync(join(folder, 'package'), kept);
  } catch (cause) {
    throw new Error(
      `${wanted} isn't on this machine and can't be fetched: run the synth once where npm reaches its registry, and later ones need no network`,
      { cause },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
