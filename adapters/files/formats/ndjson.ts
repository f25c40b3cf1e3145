import { ident, text } from '../../../core/sql/quote.ts';
import { pickRecords, readDelimited, separateRecords } from './delimited.ts';
import { DOCUMENT, documentTable, fieldsOf } from './documents.ts';
import { type FormatReader, LINE, LONGEST_RECORD, type OpenFile, type RawTable } from './format.ts';
import { readHead } from './lines.ts';

/** JSON may not hold this character unescaped, so each line is one field of a text that it delimits. */
export const NO_DELIMITER = '\u0001';
const DIALECT = { delimiter: NO_DELIMITER, quote: '', header: false };

/** One JSON object a line. */
export const ndjson: FormatReader = {
  type: 'ndjson',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    await readHead(file.path, file.name);
    return table(file);
  },
};

/** What a text with a JSON document a line gives, save how its rows are found again. */
export async function documentLines(file: OpenFile, path: string): Promise<RawTable> {
  const document = ident(DOCUMENT);
  const lines = `(SELECT * FROM ${readDelimited(path, DIALECT, [DOCUMENT])} WHERE trim(${document}) <> '')`;
  return {
    ...(await documentTable(file.session, file.name, lines, file.expected)),
    format: { type: 'ndjson' },
    nested: `read_json(${text(path)}, format = 'newline_delimited', ignore_errors = true, sample_size = -1, map_inference_threshold = -1, maximum_object_size = ${LONGEST_RECORD})`,
  };
}

async function table(file: OpenFile): Promise<RawTable> {
  const shape = { ...DIALECT, columns: 1, skipBlank: true };
  const lines = await documentLines(file, file.path);
  const fields = lines.columns.map(({ name }) => name);
  const pick: RawTable['pick'] = async (positions) =>
    fieldsOf(await pickRecords(file, shape, [DOCUMENT], positions), fields, [LINE]);
  const repair = async () => {
    const { good, rejected } = await separateRecords(file, shape);
    return { ...(await documentLines(file, good)), pick, rejected };
  };
  return { ...lines, pick, repair };
}
