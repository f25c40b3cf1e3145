import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

/** `npm test`: format and lint, types, then every test. All of them run, whatever fails before; the last line counts. */
bootstrap();
const checks = {
  'format and lint': ['node_modules/@biomejs/biome/bin/biome', 'ci', ...(process.stdout.isTTY ? [] : ['--colors=off'])],
  types: ['node_modules/typescript/bin/tsc', '-p', '.'],
};
let passed = 0;
let failed = 0;
for (const [name, command] of Object.entries(checks)) count(run(name, command) ? { passed: 1 } : { failed: 1 });
count(tests(process.argv.slice(2)));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function tests(filters) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const right = run('tests', ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters]);
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that can't be loaded has no tests to count.
    const unloaded = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    const failures = numFailedTests + unloaded;
    return { passed: numPassedTests, failed: right ? failures : Math.max(failures, 1) };
  } catch {
    return { failed: 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(name, [script, ...args]) {
  console.log(`\n> ${name}`);
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' }).status === 0;
}

function count(counts) {
  passed += counts.passed ?? 0;
  failed += counts.failed ?? 0;
}
