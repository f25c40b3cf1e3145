import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { projectPath } from '../paths.ts';

let folder: string | undefined;

/** Lays the bundle of a lambda into a folder. */
export function copyBundle(lambda: string, output: string): void {
  folder ??= bundleAll();
  cpSync(join(folder, lambda), output, { recursive: true });
}

/** Code of the threads that a function begins, laid beside its handler. */
const threads = [{ in: projectPath('adapters/stitch/hand.ts'), out: 'run-stitch/hand' }];

/** All lambdas by one esbuild, which reads what they share once. */
function bundleAll(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'tributary-bundles-'));
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const lambdas = readdirSync(projectPath('lambdas')).filter((name) =>
    existsSync(projectPath(`lambdas/${name}/handler.ts`)),
  );
  buildSync({
    entryPoints: [
      ...lambdas.map((name) => ({ in: projectPath(`lambdas/${name}/handler.ts`), out: `${name}/handler` })),
      ...threads,
    ],
    outdir,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: projectPath('.'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Older than the runtime, so that the same bundle runs on the Node of the machines that build it.
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    // What a machine has compiled to be faster at SSH is for that machine: what isn't found, Node's own stands in for.
    external: ['*.node'],
    // ssh2 asks where it lies, and reads nothing there.
    define: { __dirname: '"."' },
    alias: {
      '@polyglot-sql/sdk': projectPath('infra/bundling/layered-parser.ts'),
      '@duckdb/node-api': projectPath('infra/bundling/layered-duckdb.ts'),
    },
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outdir;
}
