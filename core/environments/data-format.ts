import { z } from 'zod';
import { Conflict, InternalError } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson } from './canonical.ts';
import { readJson } from './json-objects.ts';

const formatKey = 'config/format.json';

/** Of the objects of an environment; raised when an older version of the code could not read what a newer one writes. */
export const DATA_FORMAT = 1;

/** Notes the format of a new environment, and refuses one that a newer version has written. */
export async function checkFormat(objects: ObjectStore): Promise<void> {
  const noted = await readJson(objects, formatKey, z.object({ format: z.number().int() }));
  if (noted === undefined) {
    await objects.put(formatKey, canonicalJson({ format: DATA_FORMAT }), { ifNoneMatch: '*' }).catch(unlessNoted);
    return;
  }
  if (noted.value.format <= DATA_FORMAT) return;
  throw new InternalError(
    `the data is of format ${noted.value.format}, and this version reads up to ${DATA_FORMAT}: deploy the version that wrote it, or a later one`,
  );
}

function unlessNoted(cause: unknown): void {
  if (!(cause instanceof Conflict)) throw cause;
}
