import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Conflict } from '../../../core/errors.ts';

interface Ways {
  /** Moves what was written in under its name. */
  finish(): Promise<void>;
  /** It is written no more. */
  leave(): void;
}

/** One file on its way in, as one client writes it. */
export class Upload {
  readonly #handle: FileHandle;
  readonly #ways: Ways;
  #isLost = false;

  constructor(handle: FileHandle, ways: Ways) {
    this.#handle = handle;
    this.#ways = ways;
  }

  /** Another client goes on with it, or it was removed: this one writes no more. */
  lose(): void {
    this.#isLost = true;
  }

  async write(data: Buffer, position: number): Promise<void> {
    this.#mustBeOurs();
    for (let done = 0; done < data.length; ) {
      const { bytesWritten } = await this.#handle.write(data, done, data.length - done, position + done);
      done += bytesWritten;
    }
  }

  async read(length: number, position: number): Promise<Buffer> {
    return readAt(this.#handle, length, position);
  }

  async truncate(bytes: number): Promise<void> {
    this.#mustBeOurs();
    await this.#handle.truncate(bytes);
  }

  async setTimes(accessed: number, modified: number): Promise<void> {
    await this.#handle.utimes(accessed, modified);
  }

  stat(): Promise<Stats> {
    return this.#handle.stat();
  }

  /** All of it is there: durable, and under its name, when this resolves. */
  async finish(): Promise<void> {
    try {
      this.#mustBeOurs();
      await this.#handle.datasync();
      await this.#ways.finish();
    } finally {
      await this.abandon();
    }
  }

  /** Leaves it as it is, to be resumed. */
  async abandon(): Promise<void> {
    if (!this.#isLost) this.#ways.leave();
    await this.#handle.close();
  }

  #mustBeOurs(): void {
    if (this.#isLost) throw new Conflict('another session goes on with this file, or has removed it');
  }
}

/** Bytes of a file from a place on; none at its end. */
export async function readAt(handle: FileHandle, length: number, position: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
