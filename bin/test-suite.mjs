import { bootstrap } from './bootstrap.mjs';
import { countTests } from './vitest.mjs';

/** `npm run test:aws` and `npm run test:conformance`: a suite that needs more than Node, by its folder. The last line counts. */
bootstrap();
const [suite, ...filters] = process.argv.slice(2);
const { passed, failed } = countTests(['--config', `${suite}/vitest.config.ts`, ...filters]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
