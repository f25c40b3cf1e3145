import { defineConfig } from 'vitest/config';

/** Runs against a real Trino, which the first run downloads: not a part of `npm test`. */
export default defineConfig({
  test: { include: ['test/conformance/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 600_000, maxWorkers: 2 },
});
