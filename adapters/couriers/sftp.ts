import { posix } from 'node:path';
import { z } from 'zod';
import type { CourierFile } from '../../core/contracts/sources.ts';
import { FileChanged, MissingFile } from '../../core/errors.ts';
import { filePattern } from '../../core/feeds/file-pattern.ts';
import type { CourierSource, SourceFile } from '../../core/feeds/port.ts';
import { download } from './download.ts';
import { type CourierKind, connectionOf, settingsOf } from './kind.ts';
import { type SftpEntry, SftpSession } from './sftp/session.ts';
import { SftpConnection } from './sftp/settings.ts';

/** `path`: the folder of the server that names are told from. */
const Settings = z.strictObject({ path: z.string().default('.') });

/** Files of a folder of any SFTP server, of the ones below it those that a pattern may mean; links are not followed. */
export const sftp: CourierKind = {
  connection: {
    secrets: (connection) => [settingsOf(SftpConnection, connection).sign_in],
    async test(connection, { network }, signal) {
      const session = new SftpSession(connection, network);
      try {
        return { host_key: await session.hostKey(), home: await session.home(signal) };
      } finally {
        session.close();
      }
    },
  },
  open(courier, { network }, given) {
    const { path } = settingsOf(Settings, courier);
    const connection = connectionOf(courier, given);
    settingsOf(SftpConnection, connection.document);
    return new SftpSource(new SftpSession(connection, network), path, courier.id);
  },
};

class SftpSource implements CourierSource {
  readonly #session: SftpSession;
  readonly #root: string;
  readonly #courier: string;

  constructor(session: SftpSession, root: string, courier: string) {
    this.#session = session;
    this.#root = root;
    this.#courier = courier;
  }

  async list(files: CourierFile[], signal: AbortSignal): Promise<SourceFile[]> {
    const patterns = files.map(({ pattern }) => filePattern(pattern));
    const found: SourceFile[] = [];
    const waiting = [''];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const entry of await this.#entries(folder, signal)) {
        const name = posix.join(folder, entry.name);
        if (entry.isFile) found.push({ name, bytes: entry.bytes, modified: entry.modified });
        if (entry.isFolder && patterns.some((pattern) => pattern.mayBeBelow(name))) waiting.push(name);
      }
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A folder that went after it was listed has none. */
  async #entries(folder: string, signal: AbortSignal): Promise<SftpEntry[]> {
    try {
      return await this.#session.entries(posix.join(this.#root, folder), signal);
    } catch (cause) {
      if (!(cause instanceof FileChanged)) throw cause;
      if (folder !== '') return [];
      throw new MissingFile(
        `${this.#courier}: the server has no folder ${this.#root}: make it, or change the path of the courier's settings`,
        { cause },
      );
    }
  }

  async fetch(file: SourceFile, path: string, { signal }: { signal: AbortSignal }) {
    const at = posix.join(this.#root, file.name);
    const open = async (from: number, until: AbortSignal) => {
      await this.#refuseChanged(file, at, until);
      return { from, bytes: this.#session.bytes(at, { from, to: file.bytes ?? 0 }, until) };
    };
    const fetched = await download({ name: file.name, path, signal, open });
    await this.#refuseChanged(file, at, signal);
    return fetched;
  }

  async #refuseChanged(file: SourceFile, at: string, signal: AbortSignal): Promise<void> {
    const now = await this.#session.stat(at, signal);
    if (now?.bytes === file.bytes && now?.modified === file.modified) return;
    const seen = now ? `it has ${now.bytes} bytes of ${now.modified} now` : 'it is gone';
    throw new FileChanged(
      `${file.name} changed after it was listed with ${file.bytes} bytes of ${file.modified}, and ${seen}: it is read again once it stays as it is`,
      { data: { file: file.name } },
    );
  }

  async close(): Promise<void> {
    this.#session.close();
  }
}
