import { bootstrap } from './bootstrap.mjs';
import { close, countTests } from './vitest.mjs';

/** `npm run test:aws`, `test:conformance` and `test:sources`: a suite that needs more than Node, by its folder. The last line counts. */
bootstrap();
const [suite, ...filters] = process.argv.slice(2);
process.exitCode = close(countTests(['--config', `${suite}/vitest.config.ts`, ...filters]));
