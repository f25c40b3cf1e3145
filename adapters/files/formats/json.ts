import { UnreadableFile } from '../../../core/errors.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { firstCharacter } from '../plain-bytes.ts';
import { DOCUMENT, documentTable } from './documents.ts';
import { type FormatReader, LONGEST_RECORD, type OpenFile, type RawTable } from './format.ts';

/** A JSON array of objects, or objects one after the other. */
export const json: FormatReader = {
  type: 'json',
  text: true,
  async open(file: OpenFile): Promise<RawTable> {
    const first = await firstCharacter(file.path);
    if (first === undefined) throw new UnreadableFile(`${file.name} is empty: expected JSON, at least []`);
    const options = `format = ${first === '[' ? "'array'" : "'unstructured'"}, maximum_object_size = ${LONGEST_RECORD}`;
    const documents = `(SELECT CAST(json AS VARCHAR) AS ${ident(DOCUMENT)} FROM read_json_objects(${text(file.path)}, ${options}))`;
    const common = await documentTable(file.session, file.name, documents, file.expected);
    return {
      ...common,
      format: { type: 'json' },
      nested: `read_json(${text(file.path)}, ${options}, sample_size = -1, map_inference_threshold = -1)`,
    };
  },
};
