import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folders of one stream. */
export interface StreamFolders {
  /** Logs that are written to, or are not files yet. */
  logs: string;
  /** Closed files by the day of their first payload, which a courier pulls. */
  files: string;
  /** Keys of the requests that closed files are of. */
  keys: string;
}

export const streamFolders = (root: string, name: string): StreamFolders => ({
  logs: join(root, name, 'logs'),
  files: join(root, name, 'files'),
  keys: join(root, name, 'keys'),
});

/** Makes the names in a folder durable, which the fsync of a file alone does not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves a file that is synced to a name of another folder, durably. */
export async function moveIn(path: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await rename(path, target);
  await syncFolder(dirname(target));
  await syncFolder(dirname(dirname(target)));
}
