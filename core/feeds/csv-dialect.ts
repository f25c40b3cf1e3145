import type { FileFormat } from '../contracts/sources.ts';

/** How a delimited text is cut into records and fields. */
export interface CsvDialect {
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  header: boolean;
}

const DELIMITERS = [',', '\t', '|', ';', '^', '~', '\u0001', '\u001f'];

/**
 * The dialect of a text from its beginning: what the format says, else the delimiter that cuts most records into as many
 * fields as the first, and a header when the first record names expected fields or looks like names.
 */
export function detectDialect(head: string, format: FileFormat, expected: readonly string[]): CsvDialect {
  const quote = format.quote ?? '"';
  const delimiter = format.delimiter ?? detectDelimiter(head, quote);
  const records = parseRecords(head, { delimiter, quote }, 50);
  const [first, ...rest] = records;
  return { delimiter, quote, header: format.header ?? (first === undefined || isHeader(first, rest, expected)) };
}

function detectDelimiter(head: string, quote: string): string {
  let best = { delimiter: ',', fields: 1, agreement: 0 };
  for (const delimiter of DELIMITERS) {
    const records = parseRecords(head, { delimiter, quote }, 200);
    const fields = records[0]?.length ?? 1;
    const agreement = records.filter((record) => record.length === fields).length / records.length;
    const better = agreement > best.agreement + 0.05 || (agreement > best.agreement - 0.05 && fields > best.fields);
    if (fields > 1 && better) best = { delimiter, fields, agreement };
  }
  return best.delimiter;
}

function isHeader(first: string[], rest: string[][], expected: readonly string[]): boolean {
  const names = new Set(expected.map((field) => field.trim().toLowerCase()));
  if (first.some((cell) => names.has(cell.trim().toLowerCase()))) return true;
  if (expected.some((field, index) => field === positionalName(index))) return false;
  const value = /^\s*[+-]?[\d.,/:-]+\s*$|@|^\s*(true|false)\s*$/i;
  if (first.some((cell) => value.test(cell))) return false;
  // A name that comes back as a value of its own column is a value.
  return !first.some((cell, index) => cell !== '' && rest.some((record) => record[index] === cell));
}

/** What a column without a header is called. */
export const positionalName = (index: number): string => `column_${index + 1}`;

/** Names of a header's columns; those left empty are called by position. */
export function headerNames(record: readonly string[]): string[] {
  return record.map((cell, index) => cell.trim() || positionalName(index));
}

/** Cuts the beginning of a text into at most `limit` whole records; the last one may be cut off by the text's end. */
export function parseRecords(
  head: string,
  { delimiter, quote }: Omit<CsvDialect, 'header'>,
  limit: number,
): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < head.length && records.length < limit) {
    const record: string[] = [];
    let more = true;
    while (more) {
      const field = readField(head, at, delimiter, quote);
      record.push(field.value);
      at = field.end;
      more = head.startsWith(delimiter, at) && at < head.length;
      if (more) at += delimiter.length;
    }
    const newline = /^(\r\n|\n|\r)?/.exec(head.slice(at, at + 2))?.[0] ?? '';
    at += newline.length === 0 ? 1 : newline.length;
    if (record.length > 1 || record[0] !== '') records.push(record);
  }
  return records;
}

function readField(head: string, start: number, delimiter: string, quote: string): { value: string; end: number } {
  let at = start;
  let value = '';
  if (quote !== '' && head.startsWith(quote, at)) {
    at += 1;
    for (;;) {
      const close = head.indexOf(quote, at);
      if (close === -1) return { value: value + head.slice(at), end: head.length };
      value += head.slice(at, close);
      at = close + 1;
      if (!head.startsWith(quote, at)) break;
      value += quote;
      at += 1;
    }
  }
  const from = at;
  while (at < head.length && head[at] !== '\n' && head[at] !== '\r' && !head.startsWith(delimiter, at)) at += 1;
  return { value: value + head.slice(from, at), end: at };
}
