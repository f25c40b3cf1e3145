import { join } from 'node:path';
import { InvalidInput } from '../../core/errors.ts';

/** The path of an object's bytes under a folder of this machine. `InvalidInput` for a key that would lead out of it. */
export function keyPath(folder: string, key: string): string {
  if (key.split('/').some((part) => part === '..') || key.startsWith('/')) {
    throw new InvalidInput(`object key ${JSON.stringify(key)} leaves its folder`);
  }
  return join(folder, key);
}
