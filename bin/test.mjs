import { spawnSync } from 'node:child_process';
import { bootstrap, root } from './bootstrap.mjs';
import { close, countTests } from './vitest.mjs';

/** `npm test`: format and lint, types, then every test. All of them run, whatever fails before; the last line counts. */
bootstrap();
const checks = {
  'format and lint': ['node_modules/@biomejs/biome/bin/biome', 'ci', ...(process.stdout.isTTY ? [] : ['--colors=off'])],
  types: ['node_modules/typescript/bin/tsc', '-p', '.'],
};
let passed = 0;
const failures = [];
for (const [name, [script, ...args]] of Object.entries(checks)) {
  console.log(`\n> ${name}`);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status === 0) passed += 1;
  else failures.push(`${name}: see its part above`);
}
console.log('\n> tests');
const tests = countTests(process.argv.slice(2));
process.exitCode = close({ ...tests, passed: passed + tests.passed, failures: [...failures, ...tests.failures] });
