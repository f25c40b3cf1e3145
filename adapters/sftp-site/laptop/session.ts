import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import ssh2, { type InputAttributes, type SFTPWrapper } from 'ssh2';
import { InvalidInput } from '../../../core/errors.ts';
import { answerOf } from './answers.ts';
import { attributesOf, entryOf } from './attributes.ts';
import { OpenFiles } from './open-files.ts';
import { belowRoot } from './paths.ts';
import { RequestQueue } from './request-queue.ts';
import type { UserFolder } from './user-folder.ts';
import { WaitingWrites, type Write } from './waiting-writes.ts';

const { STATUS_CODE: status } = ssh2.utils.sftp;

/** Bytes that one answer gives at most; clients ask again for the rest. */
const LONGEST_READ = 64 * 1024;
/** How often it is looked whether a client takes more: the library tells nobody. */
const ROOM_MS = 5;

interface SessionOptions {
  folder: UserFolder;
  socket: Socket;
  /** Told of a failure that is none of the client's. */
  failed(cause: unknown): void;
}

/** Answers the requests of one SFTP session. */
export function serveSession(sftp: SFTPWrapper, options: SessionOptions): void {
  const session = new Session(sftp, options);
  session.listen();
}

class Session {
  readonly #sftp: SFTPWrapper;
  readonly #options: SessionOptions;
  readonly #open: OpenFiles;
  readonly #queue: RequestQueue;
  #writes = new WaitingWrites();

  constructor(sftp: SFTPWrapper, options: SessionOptions) {
    const { folder, socket } = options;
    this.#sftp = sftp;
    this.#options = options;
    this.#open = new OpenFiles(folder);
    this.#queue = new RequestQueue({
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      overflow: () => void socket.destroy(),
    });
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      void this.#queue
        .end()
        .then(() => this.#open.abandonAll())
        .catch(options.failed)
        // The client waits for this when it has said its last.
        .finally(() => sftp.end());
    };
    sftp.on('end', over).on('close', over).on('error', over);
    socket.once('close', over);
  }

  listen(): void {
    const { folder, socket, failed } = this.#options;
    this.#queue.add(0, () =>
      folder.prepare().catch((cause) => {
        failed(cause);
        socket.destroy();
      }),
    );
    this.#onFiles();
    this.#on('STAT', async (id, path: string) => this.#sftp.attrs(id, attributesOf(await folder.stat(path))));
    this.#on('LSTAT', async (id, path: string) => this.#sftp.attrs(id, attributesOf(await folder.stat(path))));
    this.#on('REALPATH', async (id, path: string) => {
      const filename = `/${belowRoot(path)}`;
      this.#sftp.name(id, [{ filename, longname: filename, attrs: {} as never }]);
    });
    this.#on('OPENDIR', async (id, path: string) => this.#sftp.handle(id, await this.#open.folder(path)));
    this.#on('READDIR', async (id, handle: Buffer) => {
      const files = await this.#open.nextNames(handle);
      if (files === undefined) this.#sftp.status(id, status.EOF);
      else this.#sftp.name(id, files.map(entryOf));
    });
    this.#does('MKDIR', (path: string) => folder.makeFolder(path));
    this.#does('RMDIR', (path: string) => folder.removeFolder(path));
    this.#does('REMOVE', (path: string) => folder.remove(path));
    this.#does('RENAME', (from: string, to: string) => folder.rename(from, to));
    // Permissions and owners are nobody's here: who sets them with each upload is told that all is well.
    this.#does('SETSTAT', async (path: string, { atime, mtime, size }: InputAttributes) => {
      if (size !== undefined) throw new InvalidInput('a file is cut only while it is written');
      if (atime !== undefined && mtime !== undefined) await folder.setTimes(path, Number(atime), Number(mtime));
      else await folder.stat(path);
    });
  }

  #onFiles(): void {
    this.#on('OPEN', async (id, path: string, flags: number) => {
      this.#sftp.handle(id, await this.#open.file(path, flags));
    });
    this.#on('READ', async (id, handle: Buffer, offset: number, length: number) => {
      await this.#room();
      const data = await this.#open.readable(handle).read(Math.min(length, LONGEST_READ), wholeNumber(offset));
      if (data.length === 0) this.#sftp.status(id, status.EOF);
      else this.#sftp.data(id, data);
    });
    this.#sftp.on('WRITE', (id, handle, offset, data) => this.#write({ id, handle, offset, data }));
    this.#on('FSTAT', async (id, handle: Buffer) => {
      this.#sftp.attrs(id, attributesOf(await this.#open.readable(handle).stat()));
    });
    this.#does('FSETSTAT', async (handle: Buffer, { atime, mtime, size }: InputAttributes) => {
      const upload = this.#open.upload(handle);
      if (size !== undefined) await upload.truncate(size);
      if (atime !== undefined && mtime !== undefined) await upload.setTimes(Number(atime), Number(mtime));
    });
    this.#does('CLOSE', (handle: Buffer) => this.#open.close(handle));
  }

  /** A request that is answered by having been done. */
  // biome-ignore lint/suspicious/noExplicitAny: what the library gives is of the request's own kind
  #does(request: string, work: (...args: any[]) => Promise<void>): void {
    this.#on(request, async (id, ...args) => {
      await work(...args);
      this.#sftp.status(id, status.OK);
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the library gives is of the request's own kind
  #on(request: string, work: (id: number, ...args: any[]) => Promise<void>): void {
    this.#sftp.on(request, (id: number, ...args: unknown[]) => {
      // What is written after this is not to be written before it.
      this.#writes = new WaitingWrites();
      this.#queue.add(0, () => work(id, ...args).catch((cause) => this.#refuse([id], cause)));
    });
  }

  #write(write: Write): void {
    const writes = this.#writes;
    writes.add(write);
    this.#queue.add(write.data.length, async () => {
      const taken = writes.take(write);
      if (taken.length === 0) return;
      const ids = taken.map(({ id }) => id);
      const data = taken.length === 1 ? write.data : Buffer.concat(taken.map((one) => one.data));
      try {
        await this.#open.write(write.handle, data, wholeNumber(write.offset));
        this.#answer(ids, status.OK);
      } catch (cause) {
        this.#refuse(ids, cause);
      }
    });
  }

  #refuse(ids: readonly number[], cause: unknown): void {
    const { code, message, isOurs } = answerOf(cause);
    if (isOurs) this.#options.failed(cause);
    this.#answer(ids, code, message);
  }

  #answer(ids: readonly number[], code: number, message?: string): void {
    const { socket } = this.#options;
    socket.cork();
    for (const id of ids) this.#sftp.status(id, code, message);
    socket.uncork();
  }

  /** Waits until the client takes more, so that what it asked for doesn't pile up here. */
  async #room(): Promise<void> {
    const { socket } = this.#options;
    const { outgoing } = this.#sftp as unknown as { outgoing: { window: number; state: string } };
    while (!socket.destroyed && outgoing.state === 'open') {
      if (outgoing.window === 0) {
        this.#queue.unpause();
        await wait(ROOM_MS);
      } else if (socket.writableNeedDrain) {
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      } else return;
    }
  }
}

/** The library gives what is no safe number as something else. */
function wholeNumber(offset: unknown): number {
  if (typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new InvalidInput('this is no place in a file');
}
