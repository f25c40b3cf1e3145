import { UnreadableFile } from '../../../core/errors.ts';
import { detectDialect, headerNames, parseRecords, positionalName } from '../../../core/feeds/csv-dialect.ts';
import { ident } from '../../../core/sql/quote.ts';
import { pickRecords, readCopy, readDelimited, separateRecords } from './delimited.ts';
import type { FormatReader, OpenFile, RawTable } from './format.ts';
import { readHead } from './lines.ts';

/** Delimited text: commas, tabs, pipes or any other delimiter, with or without a header. */
export const csv: FormatReader = {
  type: 'csv',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    const head = await readHead(file.path, file.name);
    const dialect = detectDialect(head, file.format, file.expected);
    const [first] = parseRecords(head, dialect, 1);
    if (first === undefined && file.format.header !== false) {
      throw new UnreadableFile(`${file.name} is empty: expected a line with the names of its columns at least`);
    }
    const names = columnNames(file, first ?? file.expected, dialect.header);
    const columns = names.map((name) => ({ name, type: 'VARCHAR' }));
    const shape = { ...dialect, columns: names.length, skipBlank: false };
    const none = `(SELECT ${names.map((name) => `CAST(NULL AS VARCHAR) AS ${ident(name)}`).join(', ')} WHERE false)`;
    const table: RawTable = {
      relation: first === undefined ? none : readDelimited(file.path, dialect, names),
      columns,
      format: { type: 'csv', delimiter: dialect.delimiter, header: dialect.header },
      pick: (positions) => pickRecords(file, shape, names, positions),
    };
    const repair = async () => {
      const { good, rejected } = await separateRecords(file, shape);
      return { ...table, relation: readCopy(good, dialect, names), rejected };
    };
    return { ...table, repair };
  },
};

function columnNames(file: OpenFile, first: readonly string[], header: boolean): string[] {
  if (!header) return first.map((_, index) => positionalName(index));
  const names = headerNames(first);
  const places = new Map<string, number>();
  names.forEach((name, index) => {
    const before = places.get(name.toLowerCase());
    if (before !== undefined) {
      throw new UnreadableFile(
        `${file.name}: the header names ${JSON.stringify(name)} twice, in columns ${before + 1} and ${index + 1}: expected each name once, case aside`,
        { data: { line: 1, columns: [before + 1, index + 1] } },
      );
    }
    places.set(name.toLowerCase(), index);
  });
  return names;
}
