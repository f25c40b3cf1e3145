import { randomUUID } from 'node:crypto';
import { constants as fs } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Conflict, NotFound } from '../../../core/errors.ts';
import { asDiskFull } from '../../objects/filesystem.ts';
import type { UserFolder } from './user-folder.ts';

/**
 * Puts a copy of a file into a user's folder. It is written in `scratch`, a folder of the inbox's disk that no client sees, and
 * moved in once it is whole and durable: whoever has the one before open reads on in that.
 */
export async function deliver(file: string, to: { folder: UserFolder; path: string; scratch: string }): Promise<void> {
  const aside = join(to.scratch, randomUUID());
  try {
    await copyDurably(file, aside);
    await to.folder.receive(to.path, aside);
  } catch (cause) {
    if (!(cause instanceof NotFound)) throw asDiskFull(cause);
    const advice = 'it is not followed: take it out of the inbox, or name another path';
    throw new Conflict(`${to.path} leads over a link of this machine, and ${advice}`, { cause });
  } finally {
    await rm(aside, { force: true });
  }
}

async function copyDurably(file: string, copy: string): Promise<void> {
  await copyFile(file, copy, fs.COPYFILE_FICLONE);
  await using copied = await open(copy, 'r+');
  await copied.sync();
}
