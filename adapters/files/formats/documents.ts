import { ident, text } from '../../../core/sql/quote.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { LONGEST_RECORD, type RawTable } from './format.ts';

/** The column of `documents` relations that holds a JSON text a row. */
export const DOCUMENT = 'the JSON document';

/**
 * DuckDB SQL of a file's JSON texts, one a row. Without `ignoreErrors` the engine refuses a file in which something is no JSON;
 * with it there is a NULL in its place.
 */
export function readDocuments(path: string, format: string, ignoreErrors = false): string {
  const options = `format = ${text(format)}, compression = 'uncompressed', ignore_errors = ${ignoreErrors}, maximum_object_size = ${LONGEST_RECORD}`;
  return `(SELECT CAST(json AS VARCHAR) AS ${ident(DOCUMENT)} FROM read_json_objects(${text(path)}, ${options}))`;
}

/** DuckDB SQL of a relation of JSON texts as rows of these fields, as text; what is no object becomes NULLs. */
export function fieldsOf(documents: string, fields: readonly string[], passed: readonly string[] = []): string {
  const document = ident(DOCUMENT);
  const shape = text(JSON.stringify(Object.fromEntries(fields.map((name) => [name, 'VARCHAR']))));
  const kept = [...passed.map(ident), document].join(', ');
  if (fields.length === 0) return `(SELECT ${kept} FROM ${documents})`;
  return `(SELECT ${kept}, unnest("fields") FROM (SELECT ${kept}, TRY(json_transform(${exact(document)}, ${shape})) AS "fields" FROM ${documents}))`;
}

/** Of a double 15 digits are sure; a number has a point besides, and may have a zero before it. */
const LONG = '[0-9.]{17}';
/** Stands where a quote is to be; JSON may not hold it unescaped. */
const MARK = 'chr(1)';

/**
 * A JSON text whose long numbers are texts: the engine's functions of JSON take a number with a point for a double. Looked for
 * behind each character that begins a value, apart, since the engine finds a first letter ten times as fast as one of several.
 */
function exact(document: string): string {
  const hasLong = [':', ',', '['].map((before) => `regexp_matches(${document}, '[${before}]\\s*-?${LONG}')`);
  const texts = `"(?:[^"\\\\]|\\\\.)*"`;
  const numbers = `-?${LONG}[0-9.]*(?:[eE][+-]?[0-9]+)?`;
  const marked = `regexp_replace(${document}, '(${texts})|(${numbers})', '\\1' || ${MARK} || '\\2' || ${MARK}, 'g')`;
  // A text has two marks behind it.
  const quoted = `replace(replace(${marked}, ${MARK} || ${MARK}, ''), ${MARK}, '"')`;
  return `CASE WHEN ${hasLong.join(' OR ')} THEN ${quoted} ELSE ${document} END`;
}

/** What tables of JSON documents have in common; `documents` has one JSON text a row, or a NULL. */
export async function documentTable(
  session: DuckDbSession,
  name: string,
  documents: string,
  expected: readonly string[],
): Promise<Pick<RawTable, 'relation' | 'columns' | 'unreadable' | 'json' | 'fieldNames'>> {
  const fieldNames = () => namesIn(session, name, documents);
  const fields = expected.length > 0 ? expected : await fieldNames();
  const document = ident(DOCUMENT);
  return {
    relation: fieldsOf(documents, fields),
    columns: fields.map((field) => ({ name: field, type: 'VARCHAR' })),
    unreadable: {
      when: `NOT CASE WHEN json_valid(${document}) THEN json_type(${document}) = 'OBJECT' ELSE false END`,
      value: document,
      expected: 'a JSON object',
    },
    json: `CASE WHEN json_valid(${document}) THEN ${document} ELSE CAST(to_json(${document}) AS VARCHAR) END`,
    fieldNames,
  };
}

/** Every field name of every document: those of the most common list of names first, each list in its order. */
async function namesIn(session: DuckDbSession, name: string, documents: string): Promise<string[]> {
  const lists = `SELECT json_keys(${ident(DOCUMENT)}) AS names, count(*) AS times FROM ${documents} GROUP BY names`;
  const ranked = `SELECT names, row_number() OVER (ORDER BY times DESC, len(names) DESC, names) AS list FROM (${lists})`;
  const rows = await session.rows<{ name: string }>(
    `looking for the fields of ${name}`,
    `SELECT name FROM (SELECT unnest(names) AS name, generate_subscripts(names, 1) AS place, list FROM (${ranked}))
     GROUP BY name ORDER BY min([list, place])`,
  );
  return rows.map((row) => row.name);
}
