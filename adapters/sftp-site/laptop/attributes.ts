import type { Stats } from 'node:fs';
import type { Attributes, FileEntry } from 'ssh2';
import type { ListedFile } from './user-folder.ts';

/** Permissions that are shown: those of the machine are nobody's business, and can't be changed. */
const modes = { file: 0o100644, folder: 0o040755 };

export function attributesOf(stats: Stats): Attributes {
  return {
    mode: stats.isDirectory() ? modes.folder : modes.file,
    uid: 0,
    gid: 0,
    size: stats.isDirectory() ? 0 : stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  };
}

/** A line of a listing, with the text that some clients show as it is. */
export function entryOf({ name, stats }: ListedFile): FileEntry {
  const attrs = attributesOf(stats);
  const permissions = stats.isDirectory() ? 'drwxr-xr-x' : '-rw-r--r--';
  const [, day, month, year] = stats.mtime.toUTCString().split(/,? /);
  const time = `${month} ${day}  ${year}`;
  const longname = `${permissions} 1 tributary tributary ${String(attrs.size).padStart(12)} ${time} ${name}`;
  return { filename: name, longname, attrs };
}
