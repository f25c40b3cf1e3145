import { spawnSync } from 'node:child_process';
import { bootstrap, root } from './bootstrap.mjs';
import { countTests } from './vitest.mjs';

/** `npm test`: format and lint, types, then every test. All of them run, whatever fails before; the last line counts. */
bootstrap();
const checks = {
  'format and lint': ['node_modules/@biomejs/biome/bin/biome', 'ci', ...(process.stdout.isTTY ? [] : ['--colors=off'])],
  types: ['node_modules/typescript/bin/tsc', '-p', '.'],
};
let passed = 0;
let failed = 0;
for (const [name, [script, ...args]] of Object.entries(checks)) {
  console.log(`\n> ${name}`);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  count(status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
}
console.log('\n> tests');
count(countTests(process.argv.slice(2)));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function count(counts) {
  passed += counts.passed;
  failed += counts.failed;
}
