import { createWriteStream } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DiskFull, RunStopped } from '../../core/errors.ts';

/** Writing to the disk, a full one named. */
export async function minding<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') throw cause;
    throw new DiskFull(`reading ${name}: no space left on the disk: free some and run again`, { cause });
  }
}

/**
 * Writes a file of what comes out of streams. Where that fails the file is closed as well, which `pipeline` does not wait for:
 * who hears of it may take the folder away.
 */
export async function written(
  { name, signal }: { name: string; signal: AbortSignal },
  from: [Readable, ...Duplex[]],
  copy: string,
): Promise<void> {
  const file = createWriteStream(copy);
  const closed = new Promise<void>((resolve) => file.once('close', resolve));
  try {
    await minding(name, () => pipeline([...from, file], { signal }));
  } catch (cause) {
    await closed;
    if (signal.aborted) throw new RunStopped(`reading ${name} was stopped`, { cause });
    throw cause;
  }
}
