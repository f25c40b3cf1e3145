import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { InvalidInput, TooLarge } from '../../../core/errors.ts';
import { readAt, type Upload } from './upload.ts';
import type { ListedFile, UserFolder } from './user-folder.ts';

const { READ, WRITE, APPEND, CREAT, TRUNC, EXCL } = ssh2.utils.sftp.OPEN_MODE;
const MOST_OPEN = 128;
/** Names that one answer lists. */
const LISTED_AT_ONCE = 200;

interface Readable {
  read(length: number, position: number): Promise<Buffer>;
  stat(): Promise<Stats>;
}

/** Something that a client has opened and not closed yet. */
type Opened =
  | { kind: 'whole'; handle: FileHandle }
  | { kind: 'upload'; upload: Upload /** Where the next bytes go, whatever the client says. */; end?: number }
  | { kind: 'folder'; path: string; names: string[] };

/** What one session has open, by the handles that its client knows. */
export class OpenFiles {
  readonly #folder: UserFolder;
  readonly #opened = new Map<number, Opened>();
  #last = 0;

  constructor(folder: UserFolder) {
    this.#folder = folder;
  }

  async file(path: string, flags: number): Promise<Buffer> {
    this.#mustHaveRoom();
    if ((flags & (WRITE | APPEND)) === 0) {
      if ((flags & READ) === 0) throw new InvalidInput('a file is opened to be read or written');
      return this.#keep({ kind: 'whole', handle: await this.#folder.openToRead(path) });
    }
    const upload = await this.#folder.openToWrite(path, {
      isNew: (flags & CREAT) !== 0 && (flags & EXCL) !== 0,
      mustExist: (flags & CREAT) === 0,
      truncate: (flags & TRUNC) !== 0,
    });
    const appends = (flags & APPEND) !== 0 && { end: (await upload.stat()).size };
    return this.#keep({ kind: 'upload', upload, ...appends });
  }

  async folder(path: string): Promise<Buffer> {
    this.#mustHaveRoom();
    return this.#keep({ kind: 'folder', path, names: await this.#folder.names(path) });
  }

  /** The next part of a listing; undefined when it has ended. */
  async nextNames(handle: Buffer): Promise<ListedFile[] | undefined> {
    const opened = this.#get(handle);
    if (opened.kind !== 'folder') throw new InvalidInput('this is not an open folder');
    while (opened.names.length > 0) {
      const files = await this.#folder.listed(opened.path, opened.names.splice(0, LISTED_AT_ONCE));
      if (files.length > 0) return files;
    }
    return undefined;
  }

  readable(handle: Buffer): Readable {
    const opened = this.#get(handle);
    if (opened.kind === 'upload') return opened.upload;
    if (opened.kind === 'folder') throw new InvalidInput('this is an open folder');
    const { handle: file } = opened;
    return { read: (length, position) => readAt(file, length, position), stat: () => file.stat() };
  }

  upload(handle: Buffer): Upload {
    const opened = this.#get(handle);
    if (opened.kind !== 'upload') throw new InvalidInput('this is not open to be written');
    return opened.upload;
  }

  async write(handle: Buffer, data: Buffer, offset: number): Promise<void> {
    const opened = this.#get(handle);
    if (opened.kind !== 'upload') throw new InvalidInput('this is not open to be written');
    await opened.upload.write(data, opened.end ?? offset);
    if (opened.end !== undefined) opened.end += data.length;
  }

  /** An upload is whole by this alone. */
  async close(handle: Buffer): Promise<void> {
    const opened = this.#get(handle);
    this.#opened.delete(handle.readUInt32BE());
    if (opened.kind === 'upload') await opened.upload.finish();
    else if (opened.kind === 'whole') await opened.handle.close();
  }

  /** The session is over: what it did not close stays as far as it came. */
  async abandonAll(): Promise<void> {
    for (const opened of this.#opened.values()) {
      if (opened.kind === 'upload') await opened.upload.abandon();
      else if (opened.kind === 'whole') await opened.handle.close();
    }
    this.#opened.clear();
  }

  #mustHaveRoom(): void {
    if (this.#opened.size >= MOST_OPEN) throw new TooLarge(`${MOST_OPEN} files are open: close some first`);
  }

  #keep(opened: Opened): Buffer {
    const number = ++this.#last % 2 ** 32;
    this.#opened.set(number, opened);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(number);
    return handle;
  }

  #get(handle: Buffer): Opened {
    const opened = handle.length === 4 ? this.#opened.get(handle.readUInt32BE()) : undefined;
    if (!opened) throw new InvalidInput('this is not open');
    return opened;
  }
}
