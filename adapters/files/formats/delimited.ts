import { open } from 'node:fs/promises';
import { UnreadableFile } from '../../../core/errors.ts';
import type { CsvDialect } from '../../../core/feeds/csv-dialect.ts';
import { text } from '../../../core/sql/quote.ts';

/** Bytes of the longest record that is read; beyond it there is something other than records in the file. */
export const LONGEST_RECORD = 8 * 1024 * 1024;

/** DuckDB SQL that reads a delimited text, every column as text, refusing what the dialect doesn't allow. */
export function readDelimited(path: string, dialect: CsvDialect, columns: readonly string[]): string {
  const types = columns.map((name) => `${text(name)}: 'VARCHAR'`).join(', ');
  const quote = text(dialect.quote);
  return `read_csv(${text(path)}, auto_detect = false, columns = {${types}}, header = ${dialect.header},
  delim = ${text(dialect.delimiter)}, quote = ${quote}, escape = ${quote}, max_line_size = ${LONGEST_RECORD}, buffer_size = ${4 * LONGEST_RECORD})`;
}

/** The beginning of a text, long enough to hold its first record whole, without a byte-order mark. */
export async function readHead(path: string, name: string): Promise<string> {
  const file = await open(path);
  try {
    for (const size of [256 * 1024, LONGEST_RECORD]) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, 0);
      const head = buffer.subarray(0, bytesRead);
      if (bytesRead < size || head.includes(10) || head.includes(13))
        return head.toString('utf8').replace(/^\uFEFF/, '');
    }
  } finally {
    await file.close();
  }
  throw new UnreadableFile(
    `${name}: line 1 is longer than ${LONGEST_RECORD} bytes: expected lines of records; check that this is the file it claims to be`,
    { data: { line: 1 } },
  );
}
