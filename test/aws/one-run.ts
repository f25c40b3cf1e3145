import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { stopShared } from './emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder of this run: its suites find there what another has made, and it goes when the last has ended. */
    runFolder: string;
  }
}

/** What vitest does around the suites of one run. */
export default async function oneRun({ provide }: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'aws-run-'));
  provide('runFolder', folder);
  return async () => {
    await stopShared(folder);
    // With the functions' code it is most of a gigabyte.
    await rm(folder, { recursive: true });
  };
}
