import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './bootstrap.mjs';

/**
 * Runs the tests that the arguments choose, shows how they go, and counts them. `failures` tells of each that failed, since
 * what is said of it where it happened is far up in a log of many. On a machine of CI's, where a neighbour's load may stop
 * a server for a minute, a test has a second try; `repeated` tells of those that needed it, and why.
 */
export function countTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const tries = process.env.CI ? ['--retry=1'] : [];
  const command = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...tries, ...args];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  try {
    const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const failures = testResults.flatMap(failuresOf);
    if (status !== 0 && failures.length === 0)
      failures.push(`vitest ended with ${status}, though no test of its report failed`);
    return { passed: numPassedTests, failures, repeated: testResults.flatMap(repeatedOf) };
  } catch (error) {
    return { passed: 0, failures: [`vitest left no report: ${error.message}`], repeated: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  // A file that can't be loaded has no tests to tell of.
  if (status === 'failed' && assertionResults.length === 0) return [`${file}\n${message}`];
  return assertionResults.filter((test) => test.status === 'failed').map((test) => told(file, test));
}

/** A test that passed and yet has a failure to tell of passed when it was tried again. */
const repeatedOf = ({ name, assertionResults }) =>
  assertionResults
    .filter((test) => test.status === 'passed' && test.failureMessages.length > 0)
    .map((test) => told(relative(root, name), test));

const told = (file, { fullName, failureMessages }) => `${file} > ${fullName}\n${failureMessages.join('\n')}`;

/** The end of what a suite says: each failure, and the line that counts. Returns the exit code. */
export function close({ passed, failures, repeated }) {
  if (repeated.length > 0) console.log(['', '> passed when repeated', ...repeated].join('\n'));
  if (failures.length > 0) console.log(['', '> failed', ...failures].join('\n'));
  console.log(`${passed} passed, ${failures.length} failed`);
  return failures.length === 0 ? 0 : 1;
}
