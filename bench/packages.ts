import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { copyBundle } from '../infra/bundling/bundles.ts';
import { copyDuckDb } from '../infra/bundling/duckdb.ts';
import { copySqlParser } from '../infra/bundling/sql-parser.ts';
import { type FunctionConfig, others, steps } from '../infra/functions.ts';

/** A function as it is deployed. */
export interface Package {
  name: string;
  folder: string;
  config: Pick<FunctionConfig, 'duckdb' | 'sql'>;
}

export interface Packages {
  functions: Package[];
  /** What those with DuckDB have in their zips besides. */
  engine: string;
  /** The layer of those that read SQL. */
  parser: string;
}

/** Lays every function out on this machine, DuckDB above them all, where Node finds it too. */
export function layPackages(): Packages {
  const root = mkdtempSync(join(tmpdir(), 'packages-'));
  const made = (name: string, lay: (folder: string) => void): string => {
    const folder = join(root, name);
    mkdirSync(folder);
    lay(folder);
    return folder;
  };
  copyDuckDb(process.arch === 'arm64' ? 'arm64' : 'x86_64', root);
  const ofEnvironment = Object.entries<FunctionConfig>({ ...steps, ...others });
  const ofStage = [
    ['serve-api', { duckdb: true, sql: true }],
    ['map-groups', {}],
  ] as const;
  const functions = [...ofEnvironment, ...ofStage].map(([name, config]) => ({
    name,
    folder: made(name, (output) => copyBundle(name, output)),
    config,
  }));
  return { functions, engine: join(root, 'node_modules'), parser: made('parser', copySqlParser) };
}

/** Bytes of a folder's files as a zip holds them, its table of contents left out. */
export function zippedBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + deflateRawSync(readFileSync(join(parentPath, name))).length,
    0,
  );
}
