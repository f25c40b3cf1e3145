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

/** Documents that are asked for at once. */
const AT_ONCE = 32;

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
  const values: z.infer<Schema>[] = [];
  for (let n = 0; n < keys.length; n += AT_ONCE) {
    const found = await Promise.all(keys.slice(n, n + AT_ONCE).map((key) => readJson(objects, key, schema)));
    values.push(...found.flatMap((one) => one?.value ?? []));
  }
  return values;
}
