/** A line of CSV. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** Counts the rows of CSV that is quoted by `"` and whose lines all end, below the line of its names. */
export async function countCsvRows(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let [lines, isQuoted] = [0, false];
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_FEED && !isQuoted) lines += 1;
    }
  }
  return Math.max(0, lines - 1);
}
