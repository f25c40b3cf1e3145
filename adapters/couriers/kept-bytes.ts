import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { OutOfTime } from '../../core/errors.ts';
import type { FetchedFile } from '../../core/feeds/port.ts';
import { asDiskFull } from '../objects/filesystem.ts';

/** What came of a file so far, and its hash. */
export class KeptBytes {
  readonly #file: FileHandle;
  #hash = createHash('sha256');
  bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      at += (await this.#file.write(chunk, at, chunk.length - at, this.bytes + at)).bytesWritten;
    }
    this.#hash.update(chunk);
    this.bytes += chunk.length;
  }

  async beginAgain(): Promise<void> {
    await this.#file.truncate();
    this.#hash = createHash('sha256');
    this.bytes = 0;
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}

export interface Keeping {
  /** What errors call the file. */
  name: string;
  path: string;
  signal: AbortSignal;
}

/** Has work keep a file at a path of this machine; gives the file, and what the work gave. */
export async function keeping<T>(
  { name, path, signal }: Keeping,
  work: (kept: KeptBytes) => Promise<T>,
): Promise<{ file: FetchedFile; told: T }> {
  await using to = await open(path, 'w');
  const kept = new KeptBytes(to);
  try {
    const told = await work(kept);
    const { bytes } = kept;
    return { file: { bytes, sha256: kept.sha256(), land: (objects, key) => objects.adopt(path, key) }, told };
  } catch (cause) {
    throw signal.aborted ? timeIsUp(signal, name, kept.bytes) : asDiskFull(cause);
  }
}

/** Why reading was ended from outside. */
function timeIsUp({ reason }: AbortSignal, name: string, bytes: number): unknown {
  if (!(reason instanceof OutOfTime)) return reason;
  return new OutOfTime(`${name}: ${bytes} bytes were read when the time of the function was up`, { cause: reason });
}
