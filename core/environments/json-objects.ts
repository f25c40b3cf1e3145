import type { z } from 'zod';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson } from './canonical.ts';

/** A stored JSON document, parsed by its schema; undefined when there is none. */
export async function readJson<Schema extends z.ZodType>(
  objects: ObjectStore,
  key: string,
  schema: Schema,
): Promise<{ value: z.infer<Schema>; etag: string } | undefined> {
  const found = await objects.get(key);
  return found && { value: schema.parse(JSON.parse(Buffer.from(found.body).toString('utf8'))), etag: found.etag };
}

export const writeJson = (objects: ObjectStore, key: string, value: unknown): Promise<string> =>
  objects.put(key, canonicalJson(value));

/** Every document under a prefix, in the order of the keys. */
export async function readAllJson<Schema extends z.ZodType>(
  objects: ObjectStore,
  prefix: string,
  schema: Schema,
): Promise<z.infer<Schema>[]> {
  const values: z.infer<Schema>[] = [];
  for (const { key } of await objects.list(prefix)) {
    const found = await readJson(objects, key, schema);
    if (found) values.push(found.value);
  }
  return values;
}
