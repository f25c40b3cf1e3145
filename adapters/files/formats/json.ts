import { UnreadableFile } from '../../../core/errors.ts';
import { firstCharacter } from '../plain-bytes.ts';
import { convertedTable, pickConverted } from './converted.ts';
import { documentTable, fieldsOf, readDocuments } from './documents.ts';
import { type FormatReader, LINE, type OpenFile, type RawTable } from './format.ts';
import { jsonValues } from './json-values.ts';
import { nestedObjects } from './nested.ts';

/** A JSON array of objects, or objects one after the other. The engine reads it; what it refuses is separated here. */
export const json: FormatReader = {
  type: 'json',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    const first = await firstCharacter(file.path);
    if (first === undefined) throw new UnreadableFile(`${file.name} is empty: expected JSON, at least []`);
    const layout = first === '[' ? 'array' : 'unstructured';
    const documents = readDocuments(file.path, layout);
    const format = { type: 'json' };
    const values = () => jsonValues(file, first === '[');
    const common = await documentTable(file.session, file.name, documents, file.expected).catch(() => undefined);
    // What the engine refuses at once is separated at once.
    if (common === undefined) return convertedTable(file, format, values);
    const fields = common.columns.map(({ name }) => name);
    return {
      ...common,
      format,
      pick: async (positions) => fieldsOf(await pickConverted(file, values, positions), fields, [LINE]),
      repair: () => convertedTable(file, format, values),
      nested: (session) => nestedObjects(session, { ...file, layout, fields }),
    };
  },
};
