import { ident, text } from '../../../core/sql/quote.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import type { RawTable } from './format.ts';

/** The column of `documents` relations that holds a JSON text a row. */
export const DOCUMENT = 'the JSON document';

/** DuckDB SQL of a relation of JSON texts as rows of these fields, as text; what is no object becomes NULLs. */
export function fieldsOf(documents: string, fields: readonly string[], passed: readonly string[] = []): string {
  const document = ident(DOCUMENT);
  const shape = text(JSON.stringify(Object.fromEntries(fields.map((name) => [name, 'VARCHAR']))));
  const object = `CASE WHEN json_valid(${document}) THEN CASE WHEN json_type(${document}) = 'OBJECT' THEN ${document} END END`;
  const kept = [...passed.map(ident), document].join(', ');
  return `(SELECT ${kept}, unnest("fields") FROM (SELECT ${kept}, json_transform(${object}, ${shape}) AS "fields" FROM ${documents}))`;
}

/** What tables of JSON documents have in common; `documents` has one JSON text a row. */
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

/** Every field name of every document, in order of first appearance. */
async function namesIn(session: DuckDbSession, name: string, documents: string): Promise<string[]> {
  const document = ident(DOCUMENT);
  const keys = `CASE WHEN json_valid(${document}) THEN json_keys(${document}) END`;
  const rows = await session.rows<{ keys: string[] | null }>(
    `looking for the fields of ${name}`,
    `SELECT keys FROM (SELECT keys, min(place) AS place FROM (SELECT ${keys} AS keys, row_number() OVER () AS place FROM ${documents}) GROUP BY keys) ORDER BY place`,
  );
  return [...new Set(rows.flatMap(({ keys }) => keys ?? []))];
}
