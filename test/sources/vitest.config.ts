import { defineConfig } from 'vitest/config';

/** Pulls from real servers of this machine, which CI installs: not a part of `npm test`. */
export default defineConfig({
  test: { include: ['test/sources/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2 },
});
