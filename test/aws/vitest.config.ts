import { defineConfig } from 'vitest/config';

/** Runs against an emulator of AWS, which the first run installs: not a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts', 'test/aws/**/*.contract.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    maxWorkers: 1,
  },
});
