import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TooManyRequests } from '../../core/errors.ts';
import { asDiskFull } from '../objects/filesystem.ts';
import { syncFolder } from './folders.ts';

interface Waiting {
  line: Buffer;
  resolve: () => void;
  reject: (cause: unknown) => void;
}

/** Bytes that wait for the disk at the most. */
const MOST_WAITING = 64 << 20;

/**
 * A file that lines are added to. Adding one resolves when it is on the disk; all that come while the disk is at work are
 * written together, so that many share one fsync.
 */
export class AppendLog {
  readonly path: string;
  readonly #file: FileHandle;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #durable = 0;
  #writing: Promise<void> | undefined;
  #isOpen = true;
  #closed: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<AppendLog> {
    const file = await open(path, 'wx').catch((cause) => {
      throw asDiskFull(cause);
    });
    await syncFolder(dirname(path));
    return new AppendLog(path, file);
  }

  /** False once it is closed, or the disk refused a line. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Of the lines that are on the disk. */
  get bytes(): number {
    return this.#durable;
  }

  append(line: Buffer): Promise<void> {
    if (this.#waitingBytes + line.length > MOST_WAITING) {
      throw new TooManyRequests(`${this.#waitingBytes} bytes wait for the disk already: try again in a second`, {
        data: { retry_after: 1 },
      });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#waitingBytes += line.length;
      this.#writing ??= this.#write();
    });
  }

  /** Takes no more; resolves when what was taken is on the disk. */
  close(): Promise<void> {
    this.#isOpen = false;
    this.#closed ??= Promise.resolve(this.#writing).then(() => this.#file.close());
    return this.#closed;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      try {
        const bytes = Buffer.concat(batch.map(({ line }) => line));
        await this.#file.writeFile(bytes);
        await this.#file.datasync();
        this.#durable += bytes.length;
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        await this.#giveUp(cause, batch);
      }
    }
    this.#writing = undefined;
  }

  /** What the disk refused was acknowledged to nobody, and must not be found later: its sender sends it again. */
  async #giveUp(cause: unknown, batch: readonly Waiting[]): Promise<void> {
    this.#isOpen = false;
    await this.#file.truncate(this.#durable).catch(() => undefined);
    const refused = [...batch, ...this.#waiting];
    this.#waiting = [];
    for (const { reject } of refused) reject(asDiskFull(cause));
  }
}
