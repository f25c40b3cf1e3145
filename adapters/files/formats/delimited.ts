import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CsvDialect } from '../../../core/feeds/csv-dialect.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { minding } from '../writing.ts';
import { LINE, LONGEST_RECORD, type OpenFile } from './format.ts';
import { type FileRecord, type RecordShape, scanRecords } from './records.ts';

/** DuckDB SQL that reads a delimited text, every column as text, refusing what the dialect doesn't allow. */
export function readDelimited(path: string, dialect: CsvDialect, columns: readonly string[], lineEnd?: '\\n'): string {
  const types = columns.map((name) => `${text(name)}: 'VARCHAR'`).join(', ');
  const quote = text(dialect.quote);
  const options = [
    `auto_detect = false, header = ${dialect.header}, delim = ${text(dialect.delimiter)}, quote = ${quote}, escape = ${quote}`,
    `columns = {${types}}, max_line_size = ${LONGEST_RECORD}, buffer_size = ${4 * LONGEST_RECORD}`,
    // Files come unpacked, whatever they are called.
    `compression = 'none'`,
    ...(lineEnd === undefined ? [] : [`new_line = ${text(lineEnd)}`]),
  ];
  return `read_csv(${text(path)}, ${options.join(', ')})`;
}

/** The same of a copy that we made, whose records end as we end them; left alone the engine takes a quoted line end for them. */
export const readCopy = (path: string, dialect: CsvDialect, columns: readonly string[]): string =>
  readDelimited(path, { ...dialect, header: false }, columns, '\\n');

const END = Buffer.from('\n');

/** Copies the records at these positions, each behind its line, and gives DuckDB SQL that reads the copy. */
export async function pickRecords(
  file: OpenFile,
  shape: RecordShape,
  columns: readonly string[],
  positions: AsyncIterable<bigint>,
): Promise<string> {
  const path = join(file.workFolder, 'picked.txt');
  const wanted = positions[Symbol.asyncIterator]();
  let next = await wanted.next();
  let position = 0n;
  await writeBatches(file, path, shape, async (records) => {
    const taken: Buffer[] = [];
    for (const { line, bytes, problem } of records) {
      if (problem !== undefined) continue;
      if (next.done !== true && next.value === position) {
        taken.push(Buffer.from(`${line}${shape.delimiter}`), bytes, END);
        next = await wanted.next();
      }
      position += 1n;
    }
    return taken;
  });
  const rows = readCopy(path, shape, [LINE, ...columns]);
  return `(SELECT * REPLACE (CAST(${ident(LINE)} AS BIGINT) AS ${ident(LINE)}) FROM ${rows})`;
}

/** Copies the records that can be read, and those that can't as NDJSON of `UnreadableRow`. */
export async function separateRecords(file: OpenFile, shape: RecordShape): Promise<{ good: string; rejected: string }> {
  const good = join(file.workFolder, 'good.txt');
  const rejected = join(file.workFolder, 'rejected.ndjson');
  const rejects = await open(rejected, 'w');
  try {
    await writeBatches(file, good, shape, async (records) => {
      const bad = records.filter(({ problem }) => problem !== undefined);
      await minding(file.name, () => rejects.write(bad.map(rejectedLine).join('')));
      return records.flatMap(({ problem, bytes }) => (problem === undefined ? [bytes, END] : []));
    });
  } finally {
    await rejects.close();
  }
  return { good, rejected };
}

/** Bytes that aren't UTF-8 are shown one character each, so that none is lost. */
function rejectedLine({ line, bytes, problem }: FileRecord): string {
  const value = bytes.toString(problem === 'text in UTF-8' ? 'latin1' : 'utf8');
  return `${JSON.stringify({ line, value, expected: problem })}\n`;
}

async function writeBatches(
  file: OpenFile,
  path: string,
  shape: RecordShape,
  take: (records: FileRecord[]) => Promise<Buffer[]>,
): Promise<void> {
  const copy: FileHandle = await open(path, 'w');
  try {
    for await (const records of scanRecords(file.path, file.name, shape, file.signal)) {
      const taken = Buffer.concat(await take(records));
      await minding(file.name, () => copy.write(taken));
    }
  } finally {
    await copy.close();
  }
}
