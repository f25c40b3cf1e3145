import ssh2, { type SFTPWrapper, type Stats } from 'ssh2';
import { FileChanged, SourceRefused, SourceUnreachable } from '../../../core/errors.ts';
import type { UsedConnection } from '../kind.ts';
import type { Network } from '../network.ts';
import { type SignedIn, signIn } from './sign-in.ts';

export interface SftpEntry {
  name: string;
  bytes: number;
  /** Servers tell whole seconds. */
  modified: string;
  isFile: boolean;
  isFolder: boolean;
}

/** Bytes that are asked for at once, which every server gives, and requests that are on their way at a time. */
const CHUNK = 32 * 1024;
const ASKED_AT_ONCE = 64;

const { STATUS_CODE } = ssh2.utils.sftp;

/** Signed in to a server from when it is first asked, and again after a connection broke. */
export class SftpSession {
  readonly #connection: UsedConnection;
  readonly #network: Network;
  #signedIn: Promise<SignedIn> | undefined;

  constructor(connection: UsedConnection, network: Network) {
    this.#connection = connection;
    this.#network = network;
  }

  /** Fingerprint of the key that the host showed. */
  async hostKey(): Promise<string> {
    return (await this.#open()).hostKey;
  }

  home(signal: AbortSignal): Promise<string> {
    return this.#until(signal, () => this.#ask('.', (sftp, done) => sftp.realpath('.', done)));
  }

  /** Of a folder, neither links nor itself. */
  async entries(folder: string, signal: AbortSignal): Promise<SftpEntry[]> {
    const list = await this.#until(signal, () =>
      this.#ask<{ filename: string; attrs: Stats }[]>(folder, (sftp, done) => sftp.readdir(folder, done)),
    );
    return list
      .filter(({ filename }) => filename !== '.' && filename !== '..')
      .map(({ filename, attrs }) => entryOf(filename, attrs));
  }

  /** Undefined when it is not there. */
  async stat(path: string, signal: AbortSignal): Promise<SftpEntry | undefined> {
    try {
      const asking = () => this.#ask<Stats>(path, (sftp, done) => sftp.lstat(path, done));
      return entryOf(path, await this.#until(signal, asking));
    } catch (cause) {
      if (cause instanceof FileChanged) return undefined;
      throw cause;
    }
  }

  /** Bytes of a file, in order. Many requests are on their way at once: over a long way one after the other takes for ever. */
  async *bytes(path: string, { from, to }: { from: number; to: number }, signal: AbortSignal): AsyncGenerator<Buffer> {
    const end = () => this.close();
    signal.throwIfAborted();
    signal.addEventListener('abort', end, { once: true });
    try {
      const handle = await this.#ask<Buffer>(path, (sftp, done) => sftp.open(path, 'r', done));
      yield* this.#chunks({ path, handle }, from, to);
      await this.#ask<void>(path, (sftp, done) => sftp.close(handle, done as () => void));
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async *#chunks(of: { path: string; handle: Buffer }, from: number, to: number): AsyncGenerator<Buffer> {
    const asked: Promise<Buffer>[] = [];
    for (let at = from; at < to || asked.length > 0; ) {
      for (; at < to && asked.length < ASKED_AT_ONCE; at += CHUNK) {
        const reading = this.#read(of, at, Math.min(CHUNK, to - at));
        // Told when its turn comes: one that fails before must not go unheard.
        reading.catch(() => undefined);
        asked.push(reading);
      }
      yield (await asked.shift()) ?? Buffer.alloc(0);
    }
  }

  /** Ends what is under way, too. */
  close(): void {
    const opened = this.#signedIn;
    this.#signedIn = undefined;
    opened?.then(
      ({ client }) => client.end(),
      () => undefined,
    );
  }

  /** A server may give less than was asked for. */
  async #read({ path, handle }: { path: string; handle: Buffer }, at: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length; ) {
      const from = filled;
      const read = await this.#ask<number>(path, (sftp, done) =>
        sftp.read(handle, buffer, from, length - from, at + from, done),
      );
      if (read === 0) throw gone(path);
      filled += read;
    }
    return buffer;
  }

  #open(): Promise<SignedIn> {
    const opening = this.#signedIn ?? signIn(this.#connection, this.#network, () => this.#forget(opening));
    this.#signedIn = opening;
    opening.catch(() => this.#forget(opening));
    return opening;
  }

  #forget(opening: Promise<SignedIn>): void {
    if (this.#signedIn === opening) this.#signedIn = undefined;
  }

  /** An end from outside ends the connection. */
  async #until<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const end = () => this.close();
    signal.throwIfAborted();
    signal.addEventListener('abort', end, { once: true });
    try {
      return await work();
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** Asks the server, and speaks of what it refuses in our words. */
  async #ask<T>(
    path: string,
    ask: (sftp: SFTPWrapper, done: (cause: Error | null | undefined, found: T) => void) => void,
  ): Promise<T> {
    const { sftp, broken } = await this.#open();
    let breaking = () => {};
    try {
      return await new Promise<T>((found, failed) => {
        breaking = () => failed(new Error('the server closed it'));
        broken.add(breaking);
        ask(sftp, (cause, value) => (cause ? failed(cause) : found(value)));
      });
    } catch (cause) {
      throw this.#inOurWords(path, cause as Error & { code?: number });
    } finally {
      broken.delete(breaking);
    }
  }

  #inOurWords(path: string, cause: Error & { code?: number }): Error {
    if (cause.code === STATUS_CODE.NO_SUCH_FILE || cause.code === STATUS_CODE.EOF) return gone(path, cause);
    const { id } = this.#connection.document;
    if (cause.code === STATUS_CODE.PERMISSION_DENIED) {
      return new SourceRefused(`${id}: the server lets the user not read ${path}: have its owner allow it`, { cause });
    }
    return new SourceUnreachable(`${id}: the connection broke while ${path} was asked for: ${cause.message}`, {
      cause,
    });
  }
}

const gone = (path: string, cause?: Error) =>
  new FileChanged(`${path} is no longer whole at the server: it is looked for again in the next run`, { cause });

const entryOf = (name: string, stats: Stats): SftpEntry => ({
  name,
  bytes: stats.size,
  modified: new Date(stats.mtime * 1000).toISOString(),
  isFile: stats.isFile(),
  isFolder: stats.isDirectory(),
});
