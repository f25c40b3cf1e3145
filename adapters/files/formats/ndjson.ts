import { join } from 'node:path';
import { ident, text } from '../../../core/sql/quote.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { asGuessed } from '../plain-bytes.ts';
import { pickRecords, separateRecords } from './delimited.ts';
import { DOCUMENT, documentTable, fieldsOf, readDocuments } from './documents.ts';
import { type FormatReader, LINE, type OpenFile, type RawTable } from './format.ts';
import { readHead } from './lines.ts';
import { type NestedTypes, nestedObjects } from './nested.ts';
import { lookAtLines } from './sound-lines.ts';

/** JSON may not hold this character unescaped, so each line is one field of a text that it delimits. */
export const NO_DELIMITER = '\u0001';
const SHAPE = { delimiter: NO_DELIMITER, quote: '', header: false, columns: 1, skipBlank: true };
const LINES = 'newline_delimited' as const;

/** One JSON object a line. */
export const ndjson: FormatReader = {
  type: 'ndjson',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    await readHead(file.path, file.name);
    const { isUtf8, isSound } = await lookAtLines(file, NO_DELIMITER);
    if (isSound) return table(file, file.path);
    const decoded = isUtf8 ? undefined : await asGuessed(file);
    if (decoded !== undefined) return ndjson.open({ ...file, path: decoded });
    const { good, rejected } = await separateRecords(file, SHAPE);
    return { ...(await table(file, good)), rejected };
  },
};

/**
 * What a text with a JSON document a line gives, save how its rows are found again; a line that is none is a row of NULLs.
 */
export async function documentLines(file: OpenFile, path: string, columns?: NestedTypes): Promise<RawTable> {
  const common = await documentTable(file.session, file.name, readDocuments(path, LINES, true), file.expected);
  const objects = { name: file.name, path, layout: LINES, fields: common.columns.map((column) => column.name) };
  return { ...common, format: { type: 'ndjson' }, nested: (session) => nestedObjects(session, objects, columns) };
}

/** The table of lines that the engine tells apart as we do. */
async function table(file: OpenFile, path: string): Promise<RawTable> {
  const lines = await documentLines(file, path);
  const fields = lines.columns.map(({ name }) => name);
  const pick: RawTable['pick'] = async (positions) =>
    fieldsOf(await pickRecords(file, SHAPE, [DOCUMENT], positions), fields, [LINE]);
  if (file.expected.length > 0) return { ...lines, pick };
  const { unreadable, ...readable } = lines;
  // With anything that is no object the engine refuses to read nested values.
  const repair = async () => {
    const objects = { name: file.name, path: await soundObjects(file, path), layout: LINES, fields };
    return { ...lines, pick, nested: (session: DuckDbSession) => nestedObjects(session, objects) };
  };
  return { ...readable, pick, repair };
}

/** A copy without the lines that are no objects: reading nested values, the engine loses the line behind one that is cut short. */
async function soundObjects(file: OpenFile, path: string): Promise<string> {
  const copy = join(file.workFolder, 'objects.ndjson');
  const objects = `SELECT * FROM ${readDocuments(path, LINES, true)} WHERE json_type(${ident(DOCUMENT)}) = 'OBJECT'`;
  const dialect = `FORMAT csv, HEADER false, DELIMITER ${text(NO_DELIMITER)}, QUOTE '', ESCAPE ''`;
  await file.session.run(`separating the objects of ${file.name}`, `COPY (${objects}) TO ${text(copy)} (${dialect})`);
  return copy;
}
