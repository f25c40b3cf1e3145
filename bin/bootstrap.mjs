import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compiled } from './compile.mjs';

/** Plain JavaScript over Node's own modules: this runs before anything is installed. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const oldestNode = [20, 19];

/** Checks Node and installs the locked dependencies when they are not what the lockfile says. */
export function bootstrap() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    stop(
      `Node ${process.versions.node} is too old: install Node ${oldestNode.join('.')} or later from https://nodejs.org`,
    );
  }
  if (isInstalled()) return;
  console.error('Installing dependencies (npm ci), once …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Standard output stays clean for the command that follows.
  const { status, error } = spawnSync(npm, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) stop(`npm ci did not succeed (${error?.message ?? `exit code ${status}`}): see its message above`);
}

/** Runs a TypeScript module of the project in this process, so that signals and exit codes are its own. */
export async function runTypeScript(path) {
  bootstrap();
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(await compiled(root, path)).href);
}

/** npm notes in node_modules what it installed; it leaves out optional packages of other systems. */
function isInstalled() {
  const installed = readLock('node_modules/.package-lock.json');
  const locked = readLock('package-lock.json');
  if (!installed) return false;
  return Object.entries(locked).every(([path, { version, integrity, optional }]) => {
    const there = installed[path];
    if (!there) return path === '' || optional === true;
    return there.version === version && there.integrity === integrity;
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).packages;
  } catch (cause) {
    if (cause.code === 'ENOENT' || cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function stop(message) {
  console.error(`tributary: ${message}`);
  process.exit(1);
}
