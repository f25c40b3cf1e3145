import type { DuckDBType } from '@duckdb/node-api';
import { QueryFailed, UnreadableFile } from '../../../core/errors.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { LONGEST_RECORD, type NestedRows } from './format.ts';

/** Keys of one field beyond which it is a MAP: each row of a structure holds all keys that any row has. */
const MOST_KEYS = 1000;

/** JSON objects, as `read_json` finds them. */
export interface JsonObjects {
  /** What people call the file. */
  name: string;
  path: string;
  layout: 'newline_delimited' | 'array' | 'unstructured';
  /** Of the first level. */
  fields: readonly string[];
}

/** Reads the SQL types of a file's fields where its format says them; only an ingest query asks. */
export type NestedTypes = () => Promise<ReadonlyMap<string, string> | undefined>;

/**
 * DuckDB SQL of JSON objects with their nested values as structures, lists and maps, in bounded memory: of these SQL types, else
 * of those that fit all rows. A text stays one as it is written: what looks like a date or a UUID in every row of a file is a
 * text in the next file, in which one row has something else. Undefined where there are none. Throws UnreadableFile for names
 * that can't be told apart.
 */
export async function nestedObjects(
  session: DuckDbSession,
  objects: JsonObjects,
  known?: NestedTypes,
): Promise<NestedRows | undefined> {
  if (objects.fields.length === 0) return refuseUnlessNone(session, objects);
  try {
    const columns = (await known?.()) ?? (await fittingTypes(session, objects));
    const relation = typedObjects(objects, columns);
    await session.types(`looking at ${objects.name}`, relation);
    const asJson = (names: readonly string[]) =>
      typedObjects(objects, new Map([...columns, ...names.map((name) => [name, 'JSON'] as const)]));
    return { relation, asJson };
  } catch (cause) {
    const [, twice] = (cause instanceof QueryFailed && /Duplicate .*?name "(.*?)"/s.exec(cause.message)) || [];
    if (twice === undefined) throw cause;
    throw unnamed(objects, twice, cause);
  }
}

/** The engine takes objects without a field for something else. */
async function refuseUnlessNone(session: DuckDbSession, { name, path, layout }: JsonObjects): Promise<undefined> {
  const [found] = await session.rows<{ values: bigint }>(
    `counting the objects of ${name}`,
    `SELECT count(*) AS values FROM read_json_objects(${text(path)}, format = ${text(layout)}, compression = 'uncompressed')`,
  );
  if (found?.values === 0n) return undefined;
  throw new UnreadableFile(`${name} has no object with a field: expected some for its ingest query to see`);
}

async function fittingTypes(session: DuckDbSession, objects: JsonObjects): Promise<Map<string, string>> {
  // Rows with more fields than a structure may have are records all the same.
  const mostKeys = Math.max(MOST_KEYS, objects.fields.length + 1);
  const shape = `sample_size = -1, map_inference_threshold = ${mostKeys}, field_appearance_threshold = 0`;
  const columns = await session.types(`looking for the nested values of ${objects.name}`, readObjects(objects, shape));
  const types = new Map(columns.map(({ name, type }) => [name, writtenType(type)]));
  const renamed = objects.fields.find((field) => !types.has(field));
  if (renamed !== undefined) throw unnamed(objects, renamed);
  return types;
}

function unnamed({ name }: JsonObjects, field: string, cause?: unknown): UnreadableFile {
  const what = field === '' ? 'a field without a name' : `${JSON.stringify(field)} twice, in whatever case`;
  return new UnreadableFile(
    `${name} has objects with ${what}: expected fields whose names differ by more than their case, where an ingest query sees them`,
    { cause, data: { field } },
  );
}

const readObjects = ({ path, layout }: JsonObjects, shape: string): string =>
  `read_json(${text(path)}, format = ${text(layout)}, compression = 'uncompressed', records = true, maximum_object_size = ${LONGEST_RECORD}, ${shape})`;

function typedObjects(objects: JsonObjects, columns: ReadonlyMap<string, string>): string {
  const typed = [...columns].map(([column, type]) => `${text(column)}: ${text(type)}`);
  return `(SELECT * FROM ${readObjects(objects, `columns = {${typed.join(', ')}}`)})`;
}

/** The type of a value as JSON has it, exact and of one size in Parquet. */
function writtenType(type: DuckDBType): string {
  if (type.alias !== undefined) return type.alias;
  if ('entryTypes' in type && 'entryNames' in type) {
    const entries = type.entryNames.map((name, n) => `${ident(name)} ${writtenType(type.entryTypes[n] as DuckDBType)}`);
    return `STRUCT(${entries.join(', ')})`;
  }
  if ('keyType' in type) return `MAP(VARCHAR, ${writtenType(type.valueType)})`;
  if ('valueType' in type) return `${writtenType(type.valueType)}[]`;
  const scalar = String(type);
  if (scalar === 'HUGEINT') return 'DECIMAL(38, 0)';
  return ['BOOLEAN', 'BIGINT', 'DOUBLE'].includes(scalar) ? scalar : 'VARCHAR';
}
