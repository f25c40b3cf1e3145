import { posix } from 'node:path';
import { inboxPrefix } from '../../core/contracts/deployment.ts';
import type { Courier } from '../../core/contracts/sources.ts';
import { folderPathOf } from './folder.ts';

/** The prefix of a folder courier's files; undefined of what reads no folder of the inbox. */
export function inboxFolderOf(courier: Courier): string | undefined {
  const path = folderPathOf(courier);
  return path === undefined ? undefined : inboxPrefixOf(path);
}

/** The prefix of a path of the inbox; undefined of one that leads out of it. */
export function inboxPrefixOf(path: string): string | undefined {
  const folder = posix.join(path, '/');
  if (posix.isAbsolute(path) || folder.startsWith('../')) return undefined;
  return inboxPrefix + (folder === './' ? '' : folder);
}
