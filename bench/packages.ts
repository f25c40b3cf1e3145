import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
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
  /** The layer of those that DuckDB runs in. */
  engine: string;
  /** The layer of those that read SQL. */
  parser: string;
}

/** Lays every function out on this machine, and the layers. */
export function layPackages(): Packages {
  const root = mkdtempSync(join(tmpdir(), 'packages-'));
  const made = (name: string, lay: (folder: string) => void): string => {
    const folder = join(root, name);
    mkdirSync(folder);
    lay(folder);
    return folder;
  };
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
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
  const engine = made('engine', (output) => copyDuckDb(architecture, output));
  return { functions, engine, parser: made('parser', copySqlParser) };
}

/** How Lambda tells Node of layers. */
export const nodePath = (...layers: string[]): string =>
  layers.map((layer) => join(layer, 'nodejs/node_modules')).join(delimiter);

/** Bytes of a folder's files as a zip holds them, its table of contents left out. */
export function zippedBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + deflateRawSync(readFileSync(join(parentPath, name))).length,
    0,
  );
}
