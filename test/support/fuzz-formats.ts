import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unpack } from '../../adapters/files/packing/unpack.ts';
import { Draws } from './draws.ts';
import { damaged, fileFor, goodFile, otherLetters, parsers } from './fuzzing.ts';
import { packings } from './packing.ts';

/** What may come of a file that somebody damaged; anything else is a crash. */
const REFUSED = 'UnreadableFile';
/** Milliseconds for all inputs of one parser. */
const LONG = 1_200_000;
/** Seconds after which a parser hangs; one takes milliseconds. */
const PATIENCE = 20;

async function outcome<T>(work: () => Promise<T>): Promise<T | string> {
  const began = process.hrtime.bigint();
  const result = await work().catch((cause: Error) => {
    if (cause.name !== REFUSED) throw cause;
    return cause.name;
  });
  expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(PATIENCE);
  return result;
}

/** So many files for each, the same ones at each run. */
interface Fuzzing {
  inputs: number;
  seed: number;
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Tests of parsers, by their kinds; of all by default. */
export function fuzzParsers({ inputs, seed, kinds }: Fuzzing & { kinds?: readonly string[] }): void {
  const folder = ownFolder();
  describe.each(Object.entries(parsers).filter(([kind]) => kinds?.includes(kind) ?? true))(
    'the parser of %s',
    (kind, parse) => {
      const records = 12;
      const good = goodFile(kind, records);

      it(
        'finds every record, good or bad, whatever letters are in it',
        async () => {
          const draws = new Draws(seed);
          for (let n = 0; n < inputs / 2; n += 1) {
            // A workbook's checksums tell that letters are others.
            const bytes = kind === 'xlsx' ? good : otherLetters(good, draws);
            expect(await outcome(async () => parse(await fileFor(folder, kind, bytes))), `input ${n}`).toBe(records);
          }
        },
        LONG,
      );

      it(
        'refuses or reads whatever is damaged, and neither crashes nor hangs',
        async () => {
          const draws = new Draws(seed + 1);
          for (let n = 0; n < inputs / 2; n += 1) {
            const bytes = damaged(good, draws);
            await outcome(async () => parse(await fileFor(folder, kind, bytes)));
          }
        },
        LONG,
      );
    },
  );
}

/** Tests of every packing. */
export function fuzzPackings({ inputs, seed }: Fuzzing): void {
  const folder = ownFolder();
  describe.each(Object.entries(packings).filter(([ending]) => ending !== ''))('the unpacking of %s', (_, pack) => {
    it(
      'refuses or unpacks whatever is damaged, and neither crashes nor hangs',
      async () => {
        const draws = new Draws(seed + 2);
        const good = Buffer.from(await pack('member', goodFile('csv', 200)));
        for (let n = 0; n < inputs; n += 1) {
          const workFolder = mkdtempSync(join(folder, 'unpack-'));
          const path = join(workFolder, 'packed');
          await writeFile(path, damaged(good, draws));
          const { signal } = new AbortController();
          await outcome(async () => {
            for await (const plain of unpack({ path, name: 'fuzzed', workFolder, signal }))
              expect(plain.path).not.toBe('');
          });
          await rm(workFolder, { recursive: true });
        }
      },
      LONG,
    );
  });
}
