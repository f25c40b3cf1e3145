import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Bundles a TypeScript module of the project, and again once a file of it has changed: Node loads one bundle many times
 * quicker than hundreds of modules. Gives its path.
 */
export async function compiled(root, entry) {
  const folder = join(root, 'node_modules', '.cache', 'tributary', entry.replaceAll(/[^\w-]+/g, '-'));
  const main = join(folder, `${basename(entry, '.ts')}.mjs`);
  if (!isFresh(root, folder)) await bundle(root, entry, folder);
  return main;
}

const manifest = 'inputs.json';

function isFresh(root, folder) {
  try {
    const inputs = JSON.parse(readFileSync(join(folder, manifest), 'utf8'));
    return Object.entries(inputs).every(([path, changed]) => changedAt(root, path) === changed);
  } catch {
    return false;
  }
}

async function bundle(root, entry, folder) {
  const began = Date.now();
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    mainFields: ['module', 'main'],
    // What finds files beside itself, native code and others, stays where it was installed.
    external: ['@duckdb/node-bindings', '@polyglot-sql/sdk', 'ssh2', 'esbuild', 'aws-cdk-lib', 'cdk-nag', 'constructs'],
    define: places,
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    metafile: true,
    write: false,
    logLevel: 'error',
    plugins: [sourcePlaces],
  });
  mkdirSync(folder, { recursive: true });
  // Another process may bundle at the same time: each file comes into being whole, what the others import first.
  for (const { path, contents } of outputFiles.reverse()) writeWhole(path, contents);
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  // npm writes its note of what is installed anew whenever a package changes.
  const packages = [join('node_modules', '.package-lock.json')].filter((path) => existsSync(join(root, path)));
  const inputs = [...own, ...packages, fileURLToPath(import.meta.url)].map((path) => [path, changedAt(root, path)]);
  // Of a file that was changed meanwhile nobody knows which of the two was bundled: the next start does so again.
  if (inputs.some(([, changed]) => changed > began)) return;
  writeWhole(join(folder, manifest), JSON.stringify(Object.fromEntries(inputs)));
}

const changedAt = (root, path) => statSync(resolve(root, path)).mtimeMs;

function writeWhole(path, contents) {
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}

/** Modules find files beside them by their own place, not by that of the bundle. */
const places = { 'import.meta.url': '__url', 'import.meta.dirname': '__dirnameOfSource' };

const sourcePlaces = {
  name: 'source-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes('import.meta.')) return undefined;
      const [url, folder] = [pathToFileURL(path).href, dirname(path)].map((place) => JSON.stringify(place));
      const named = `const __url = ${url}, __dirnameOfSource = ${folder};`;
      return { contents: `${named}${contents}`, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};
