import type { z } from 'zod';
import { fewAtOnce } from '../few-at-once.ts';
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
  const keys = (await objects.list(prefix)).map(({ key }) => key);
  return readJsons(objects, keys, schema);
}

/** The documents of these keys, but for those that are gone. */
export async function readJsons<Schema extends z.ZodType>(
  objects: ObjectStore,
  keys: readonly string[],
  schema: Schema,
): Promise<z.infer<Schema>[]> {
  const found = await fewAtOnce(keys, (key) => readJson(objects, key, schema));
  return found.flatMap((one) => (one ? [one.value] : []));
}
