import { InvalidInput } from '../../../core/errors.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { pickRecords, readDelimited, separateRecords } from './delimited.ts';
import { type FormatReader, LINE, type OpenFile, type RawTable } from './format.ts';
import { readHead } from './lines.ts';
import { NO_DELIMITER } from './ndjson.ts';
import { BLANKS } from './records.ts';

const WHOLE = 'the whole line';
const DIALECT = { delimiter: NO_DELIMITER, quote: '', header: false };
const SHAPE = { ...DIALECT, columns: 1, skipBlank: true };

/** Lines whose fields stand at fixed places, which the format's `layout` tells. */
export const fixedWidth: FormatReader = {
  type: 'fixed-width',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    const { layout } = file.format;
    if (layout === undefined) {
      throw new InvalidInput(
        `${file.name} is of fixed width: expected \`layout\` of its format to say where its fields are`,
      );
    }
    await readHead(file.path, file.name);
    const end = Math.max(...layout.map(({ start, length }) => start + length - 1));
    const isTooLong = `length(rtrim(${ident(WHOLE)})) > ${end}`;
    const fields = layout.map(({ field, start, length }) => {
      const part = `nullif(trim(substring(${ident(WHOLE)}, ${start}, ${length})), '')`;
      return `CASE WHEN ${isTooLong} THEN NULL ELSE ${part} END AS ${ident(field)}`;
    });
    const fieldsIn = (lines: string, passed: readonly string[]) =>
      `(SELECT ${[...passed.map(ident), ...fields].join(', ')} FROM ${lines})`;
    const read = (path: string): Pick<RawTable, 'relation' | 'nested'> => {
      const lines = `(SELECT * FROM ${readDelimited(path, DIALECT, [WHOLE])} WHERE trim(${ident(WHOLE)}, ${text(BLANKS)}) <> '')`;
      return {
        relation: fieldsIn(lines, [WHOLE]),
        nested: async () => ({ relation: fieldsIn(`${lines} WHERE NOT (${isTooLong})`, []) }),
      };
    };
    const table: RawTable = {
      ...read(file.path),
      columns: layout.map(({ field }) => ({ name: field, type: 'VARCHAR' })),
      format: { type: 'fixed-width', layout },
      unreadable: {
        when: isTooLong,
        value: ident(WHOLE),
        expected: `a line of at most ${end} characters`,
      },
      pick: async (positions) => fieldsIn(await pickRecords(file, SHAPE, [WHOLE], positions), [LINE, WHOLE]),
    };
    const repair = async () => {
      const { good, rejected } = await separateRecords(file, SHAPE);
      return { ...table, ...read(good), rejected };
    };
    return { ...table, repair };
  },
};
