import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Plain JavaScript: it runs after esbuild, for each function that has DuckDB in it.
// Lays the engine's packages beside a bundle, with the native binding of Linux and of the function's processor.
const [output, processor] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
const binding = `@duckdb/node-bindings-linux-${processor}`;
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[`node_modules/${binding}`];

for (const name of ['@duckdb/node-api', '@duckdb/node-bindings']) copy(join(root, 'node_modules', name), name);
copy(bindingFolder(), binding);

function copy(from, name) {
  const to = join(output, 'node_modules', name);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, filter: (path) => !/\.(md|d\.ts|map)$/.test(path) });
}

/** npm installs the binding of this machine alone; another one is fetched once and kept. */
function bindingFolder() {
  const installed = join(root, 'node_modules', binding);
  if (existsSync(installed)) return installed;
  const kept = join(root, 'node_modules/.cache/tributary', `${binding.replace('/', '-')}-${lock.version}`);
  if (!existsSync(kept)) fetchInto(kept);
  return kept;
}

function fetchInto(kept) {
  mkdirSync(dirname(kept), { recursive: true });
  const folder = mkdtempSync(`${kept}-`);
  try {
    const wanted = `${binding}@${lock.version}`;
    console.error(`Fetching ${wanted}, once …`);
    execFileSync('npm', ['pack', wanted, '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 2] });
    const archive = join(folder, readdirSync(folder)[0]);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (integrity !== lock.integrity)
      throw new Error(`it is ${integrity}, and package-lock.json has ${lock.integrity}`);
    execFileSync('tar', ['-xzf', archive, '-C', folder]);
    if (!existsSync(kept)) renameSync(join(folder, 'package'), kept);
  } catch (cause) {
    console.error(
      `${binding} isn't on this machine and can't be fetched: ${cause.message}. ` +
        'Run the synth once where npm reaches its registry; later ones need no network.',
    );
    process.exitCode = 1;
    process.exit();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
