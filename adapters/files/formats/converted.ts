import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFormat } from '../../../core/contracts/sources.ts';
import { RunStopped } from '../../../core/errors.ts';
import { ident } from '../../../core/sql/quote.ts';
import { minding } from '../writing.ts';
import { readCopy } from './delimited.ts';
import { DOCUMENT, fieldsOf } from './documents.ts';
import { LINE, LONGEST_RECORD, type OpenFile, type RawTable } from './format.ts';
import { documentLines, NO_DELIMITER } from './ndjson.ts';
import type { NestedTypes } from './nested.ts';

/**
 * A record of a file that the engine can't read: as a JSON text without line ends, or what is there instead of one and what was
 * expected. `line` is where a person finds it in the file.
 */
export type Converted = { line: number; json: string } | { line: number; value: string; expected: string };

/** Says every record of a file, in batches and in bounded memory; each time the same ones. */
export type Conversion = () => AsyncIterable<readonly Converted[]>;

/**
 * The table of a file that is copied as NDJSON first, with the lines of the file itself; `columns` where the format says its
 * types.
 */
export async function convertedTable(
  file: OpenFile,
  format: FileFormat,
  convert: Conversion,
  columns?: NestedTypes,
): Promise<RawTable> {
  const good = join(file.workFolder, 'records.ndjson');
  const rejected = join(file.workFolder, 'rejected.ndjson');
  await copied(file, convert, [good, rejected], async (batch) => [
    batch.map((one) => ('json' in one ? `${one.json}\n` : '')).join(''),
    batch.map((one) => ('json' in one ? '' : `${JSON.stringify(one)}\n`)).join(''),
  ]);
  const table = await documentLines(file, good, columns);
  const fields = table.columns.map(({ name }) => name);
  return {
    ...table,
    format,
    rejected,
    pick: async (positions) => fieldsOf(await pickConverted(file, convert, positions), fields, [LINE]),
  };
}

/** Copies the records at these positions among the good ones, each behind its line, and gives DuckDB SQL that reads the copy. */
export async function pickConverted(
  file: OpenFile,
  convert: Conversion,
  positions: AsyncIterable<bigint>,
): Promise<string> {
  const path = join(file.workFolder, 'picked.txt');
  const wanted = positions[Symbol.asyncIterator]();
  let next = await wanted.next();
  let position = -1n;
  await copied(file, convert, [path], async (batch) => {
    const taken: string[] = [];
    for (const one of batch) {
      if (!('json' in one)) continue;
      position += 1n;
      if (next.done === true || next.value !== position) continue;
      taken.push(`${one.line}${NO_DELIMITER}${one.json}\n`);
      next = await wanted.next();
    }
    return [taken.join('')];
  });
  const rows = readCopy(path, { delimiter: NO_DELIMITER, quote: '', header: false }, [LINE, DOCUMENT]);
  return `(SELECT * REPLACE (CAST(${ident(LINE)} AS BIGINT) AS ${ident(LINE)}) FROM ${rows})`;
}

/** Writes what `take` makes of each batch, a text for each of the paths. */
async function copied(
  { name, signal }: OpenFile,
  convert: Conversion,
  paths: readonly string[],
  take: (batch: readonly Converted[]) => Promise<string[]>,
): Promise<void> {
  const copies = await Promise.all(paths.map((path) => open(path, 'w')));
  try {
    for await (const batch of convert()) {
      if (signal.aborted) throw new RunStopped(`reading ${name} was stopped`);
      const texts = await take(batch.map(sound));
      for (const [index, copy] of copies.entries()) {
        const text = texts[index] ?? '';
        if (text !== '') await minding(name, () => copy.appendFile(text));
      }
    }
  } finally {
    for (const copy of copies) await copy.close();
  }
}

/** A record that is an object, as long as the engine takes them; of another one, its beginning. */
function sound(one: Converted): Converted {
  if (!('json' in one)) return one;
  if (!/^\s*\{/.test(one.json)) return { line: one.line, value: one.json.slice(0, 1000), expected: 'a JSON object' };
  if (one.json.length * 3 <= LONGEST_RECORD || Buffer.byteLength(one.json) <= LONGEST_RECORD) return one;
  return { line: one.line, value: one.json.slice(0, 1000), expected: `a record of at most ${LONGEST_RECORD} bytes` };
}
