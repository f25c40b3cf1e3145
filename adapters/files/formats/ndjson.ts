import { ident, text } from '../../../core/sql/quote.ts';
import { pickRecords, readDelimited, separateRecords } from './delimited.ts';
import { DOCUMENT, documentTable, fieldsOf } from './documents.ts';
import { type FormatReader, LINE, LONGEST_RECORD, type OpenFile, type RawTable } from './format.ts';
import { readHead } from './lines.ts';

/** JSON may not hold this character unescaped, so each line is one field of a text that it delimits. */
const NO_DELIMITER = '\u0001';

/** One JSON object a line. */
export const ndjson: FormatReader = {
  type: 'ndjson',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    await readHead(file.path, file.name);
    return table(file, file.path);
  },
};

async function table(file: OpenFile, path: string): Promise<RawTable> {
  const dialect = { delimiter: NO_DELIMITER, quote: '', header: false };
  const shape = { ...dialect, columns: 1, skipBlank: true };
  const document = ident(DOCUMENT);
  const lines = `(SELECT * FROM ${readDelimited(path, dialect, [DOCUMENT])} WHERE trim(${document}) <> '')`;
  const common = await documentTable(file.session, file.name, lines, file.expected);
  const fields = common.columns.map(({ name }) => name);
  return {
    ...common,
    format: { type: 'ndjson' },
    nested: `read_json(${text(path)}, format = 'newline_delimited', ignore_errors = true, sample_size = -1, map_inference_threshold = -1, maximum_object_size = ${LONGEST_RECORD})`,
    pick: async (positions) => fieldsOf(await pickRecords(file, shape, [DOCUMENT], positions), fields, [LINE]),
    repair: async () => {
      const { good, rejected } = await separateRecords(file, shape);
      const { repair: _, pick: __, ...rest } = await table(file, good);
      const pick: NonNullable<RawTable['pick']> = async (positions) =>
        fieldsOf(await pickRecords(file, shape, [DOCUMENT], positions), fields, [LINE]);
      return { ...rest, pick, rejected };
    },
  };
}
