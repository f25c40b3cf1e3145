import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Suites that ask other programs how it is done, which not every machine has; CI installs them. */
const asking: readonly [programs: string[], suites: string[]][] = [
  [
    ['zstd', 'bzip2', 'gpg'],
    ['formats', 'packing', 'pgp', 'avro-and-cbor', 'fuzz'].map((name) => `adapters/files/${name}.test.ts`),
  ],
  [
    ['sftp', 'ssh-keygen'],
    [
      'adapters/sftp-site/laptop.test.ts',
      'adapters/sftp-site/laptop-deliveries.test.ts',
      'contracts/sftp-site.contract.ts',
    ],
  ],
];

const isThere = (program: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const leftOut = asking.flatMap(([programs, suites]) => {
  const absent = programs.filter((program) => !isThere(program));
  if (absent.length > 0) console.warn(`left out, for want of ${absent.join(', ')}: ${suites.join(', ')}`);
  return absent.length > 0 ? suites.map((suite) => `test/${suite}`) : [];
});

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.contract.ts'],
    exclude: ['test/conformance/**', 'test/sources/**', 'test/aws/**', '**/node_modules/**', ...leftOut],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Suites of one worker share what they import, which is a third of their time; none leaves anything behind in it.
    isolate: false,
  },
});
