import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

/** Runs against an emulator of AWS, which the first run installs: not a part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts', 'test/aws/**/*.contract.ts'],
    // A day of the demo takes two minutes alone, and more beside another suite on two cores.
    testTimeout: 600_000,
    hookTimeout: 900_000,
    globalSetup: 'test/aws/one-run.ts',
    // Each has an AWS of its own; while one waits for stacks or a schedule, the other works.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
