import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, encrypt, generateKey, readKey } from 'openpgp';
import { afterAll, describe, expect, it } from 'vitest';
import { unpack } from '../../adapters/files/packing/unpack.ts';
import { Draws } from './draws.ts';
import { FileBench, feedOf } from './files.ts';
import { damaged, fileFor, goodFile, otherFile, parsers } from './fuzzing.ts';
import { packings } from './packing.ts';
import { parquetOf } from './parquet.ts';

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

      it(
        'finds every record, good or bad, whatever letters are in it',
        async () => {
          const draws = new Draws(seed);
          const good = await goodFile(kind, records);
          for (let n = 0; n < inputs / 2; n += 1) {
            const bytes = await otherFile(kind, records, good, draws);
            expect(await outcome(async () => parse(await fileFor(folder, kind, bytes))), `input ${n}`).toBe(records);
          }
        },
        LONG,
      );

      it(
        'refuses or reads whatever is damaged, and neither crashes nor hangs',
        async () => {
          const draws = new Draws(seed + 1);
          const good = await goodFile(kind, records);
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
        const good = Buffer.from(await pack('member', await goodFile('csv', 200)));
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

/** Tests of decryption: whatever is damaged, no other content than the sender's comes out. */
export function fuzzPgp({ inputs, seed }: Fuzzing): void {
  const folder = ownFolder();
  it.each(['binary', 'armored'] as const)(
    'the decryption of PGP, %s, refuses what is damaged or finds all that was sent',
    async (format) => {
      const draws = new Draws(seed + 3);
      const content = await goodFile('csv', 200);
      const { publicKey, privateKey } = await generateKey({ type: 'curve25519', userIDs: [{ name: 'acme' }] });
      const encryptionKeys = await readKey({ armoredKey: publicKey });
      const message = await createMessage({ binary: content });
      const good = Buffer.from((await encrypt({ message, encryptionKeys, format: format as never })) as Uint8Array);
      for (let n = 0; n < inputs; n += 1) {
        const bytes = damaged(good, draws);
        const path = join(folder, 'packed');
        await writeFile(path, bytes);
        const packed = { path, name: 'fuzzed', workFolder: folder, decryptionKeys: [privateKey] };
        const found = await outcome(async () => {
          const plain: Buffer[] = [];
          for await (const one of unpack({ ...packed, signal: new AbortController().signal }))
            plain.push(await readFile(one.path));
          return Buffer.concat(plain);
        });
        // What doesn't begin as PGP any more is left to the reader of its format.
        if (typeof found !== 'string' && !found.equals(bytes)) expect(found.equals(content), `input ${n}`).toBe(true);
      }
    },
    LONG,
  );
}

const PARQUET_ROWS = "SELECT i AS id, 'Ada ' || i % 7 AS name, [i * 1.5] AS totals FROM range(500) t(i)";

/** Tests of Parquet, which the engine reads itself: a file that it can't read must not take the process with it. */
export function fuzzParquet({ inputs, seed }: Fuzzing): void {
  it(
    'Parquet that is damaged has rows or is refused',
    async () => {
      const draws = new Draws(seed + 4);
      const bench = await FileBench.open();
      afterAll(() => bench.close());
      const good = await parquetOf(PARQUET_ROWS);
      const request = { format: { type: 'parquet' as const } };
      for (let n = 0; n < inputs; n += 1) {
        await outcome(() => bench.read('damaged.parquet', damaged(good, draws), feedOf('id,name'), request));
      }
    },
    LONG,
  );
}
