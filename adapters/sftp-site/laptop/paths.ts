import type { Stats } from 'node:fs';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Conflict, InvalidInput, NotFound } from '../../../core/errors.ts';

const LONGEST_PATH = 1000;
const LONGEST_NAME = 255;
/** What would end a name early, or be shown as something else in a terminal or a log. */
const control = /\p{Cc}/u;

/** What a client calls a path, as one below the root of its user: `..` stops at the root. `''` is the root. */
export function belowRoot(path: string): string {
  const inside = posix.join('/', path).replace(/\/+$/, '').slice(1);
  const tooLong = inside.split('/').some((name) => Buffer.byteLength(name) > LONGEST_NAME);
  if (control.test(path) || tooLong || Buffer.byteLength(inside) > LONGEST_PATH) {
    throw new InvalidInput(
      `this is no path of a file here: expected ${LONGEST_PATH} bytes or fewer, ${LONGEST_NAME} a name, and no control characters`,
    );
  }
  return inside;
}

/**
 * The path on this machine of something below a folder, and what is there. `NotFound` when the way to it leads over a link,
 * whoever made it: a client can make none.
 */
export async function lookInside(root: string, inside: string): Promise<{ path: string; stats: Stats | undefined }> {
  const path = join(root, inside);
  if (inside === '') return { path, stats: await lstat(path) };
  const [parent, expected, stats] = await Promise.all([
    realpath(join(path, '..')),
    realpath(root).then((real) => join(real, inside, '..')),
    lstat(path).catch(absentIsNone),
  ]);
  if (parent !== expected || stats?.isSymbolicLink()) throw notFound();
  return { path, stats };
}

export const insideOf = async (root: string, inside: string): Promise<string> => (await lookInside(root, inside)).path;

/** Makes the folders of a path below a folder, each unless it is there; none by way of a link. */
export async function makeFolders(root: string, inside: string): Promise<void> {
  const names = inside.split('/').filter((name) => name !== '' && name !== '.');
  for (const [n] of names.entries()) {
    const one = names.slice(0, n + 1).join('/');
    const { path, stats } = await lookInside(root, one);
    if (stats && !stats.isDirectory()) throw new Conflict(`${one} is no folder`);
    if (!stats) await mkdir(path, { recursive: true });
  }
}

export const notFound = (): NotFound => new NotFound('no such file');

export const absentIsNone = (cause: NodeJS.ErrnoException): undefined => {
  if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
};
