import { type Document, type DocumentKind, documentSchemas } from '../contracts/configuration.ts';
import { InvalidInput } from '../errors.ts';
import { problems } from './field-problems.ts';

/** Checks one document against the schema that its id's prefix names. `InvalidInput` lists every problem with its place. */
export function parseDocument(value: unknown, where = 'document'): Document {
  const id = (value as { id?: unknown } | null)?.id;
  if (typeof id !== 'string') throw new InvalidInput(`${where}: no id, expected one such as feed/web-customers`);
  const kind = id.slice(0, id.indexOf('/')) as DocumentKind;
  const schema = documentSchemas[kind];
  if (!schema) {
    throw new InvalidInput(
      `${where}: unknown kind of document in id ${JSON.stringify(id)}, expected one of ${Object.keys(documentSchemas).join(', ')}`,
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new InvalidInput(`${where} ${id}: ${problems(parsed.error, value)}`);
  return parsed.data as Document;
}
