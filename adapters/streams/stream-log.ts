import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stream } from '../../core/contracts/streams.ts';
import { digestsOf, keyOfOthers } from '../../core/streams/payload.ts';
import type { StreamPayload } from '../../core/streams/port.ts';
import { AppendLog } from './append-log.ts';
import { closeFile, logName } from './close-file.ts';
import type { StreamFolders } from './folders.ts';
import { logLine } from './log-lines.ts';
import { forgetOld, RequestKeys } from './request-keys.ts';

/** What a log tells its home. */
export interface StreamEvents {
  /** A file of this stream is closed. */
  closed(stream: string): void;
  /** A file could not be closed: its log stays, and is tried again with the next. */
  failed(stream: string, cause: unknown): void;
}

/** What one stream took: a log that is written to, and files made of those before it. */
export class StreamLog {
  readonly #id: string;
  readonly #folders: StreamFolders;
  readonly #events: StreamEvents;
  readonly #keys: RequestKeys;
  /** Requests by key that are not on the disk yet. */
  readonly #underWay = new Map<string, { hash: string; taken: Promise<void> }>();
  #log: Promise<AppendLog> | undefined;
  /** Logs that take no more and are not files yet. */
  readonly #sealed = new Set<AppendLog>();
  #closing: Promise<void> = Promise.resolve();
  #lastBegun = 0;

  private constructor(id: string, folders: StreamFolders, events: StreamEvents, keys: RequestKeys) {
    this.#id = id;
    this.#folders = folders;
    this.#events = events;
    this.#keys = keys;
  }

  /** Makes files of what a process left that was killed, and remembers its keys. */
  static async open(id: string, folders: StreamFolders, events: StreamEvents): Promise<StreamLog> {
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
    const left = await logsIn(folders);
    for (const name of left) {
      const damage = await closeFile(join(folders.logs, name), folders);
      if (damage) events.failed(id, damage);
    }
    if (left.length > 0) events.closed(id);
    return new StreamLog(id, folders, events, await RequestKeys.read(folders.keys, Date.now()));
  }

  async append(stream: Stream, payload: StreamPayload): Promise<boolean> {
    if (payload.key === undefined) {
      await this.#write(stream, logLine({ records: payload.records }));
      return false;
    }
    const { key, hash } = digestsOf(payload.key, payload.records);
    const same = this.#underWay.get(key);
    const known = same?.hash ?? this.#keys.get(key);
    if (known !== undefined && known !== hash) throw keyOfOthers(payload.key);
    if (known !== undefined) {
      await same?.taken;
      return true;
    }
    const taken = this.#write(stream, logLine({ records: payload.records, key, hash }));
    this.#underWay.set(key, { hash, taken });
    try {
      await taken;
      this.#keys.add(key, hash);
    } finally {
      this.#underWay.delete(key);
    }
    return false;
  }

  /** What is in the log stays there until the next start. */
  async close(): Promise<void> {
    const log = await this.#log?.catch(() => undefined);
    this.#log = undefined;
    await log?.close();
    await this.#closing;
  }

  async #write(stream: Stream, line: Buffer): Promise<void> {
    for (;;) {
      this.#log ??= this.#begin(stream);
      const writing = this.#log;
      const log = await writing.catch((cause) => {
        if (this.#log === writing) this.#log = undefined;
        throw cause;
      });
      // It may have been closed by who waited before.
      if (!log.isOpen) {
        if (this.#log === writing) this.#seal(log);
        continue;
      }
      await log.append(line);
      if (log.bytes >= stream.roll.megabytes * 1_000_000 && this.#log === writing) this.#seal(log);
      return;
    }
  }

  async #begin(stream: Stream): Promise<AppendLog> {
    // Names are of their moments, and no two are the same.
    this.#lastBegun = Math.max(Date.now(), this.#lastBegun + 1);
    const log = await AppendLog.create(join(this.#folders.logs, logName(new Date(this.#lastBegun), stream.format)));
    const mine = this.#log;
    setTimeout(() => {
      if (this.#log === mine) this.#seal(log);
    }, stream.roll.seconds * 1000).unref();
    return log;
  }

  /** Lets the next line begin another log, and makes files of this one and of those that could not be closed before. */
  #seal(log: AppendLog): void {
    this.#log = undefined;
    this.#sealed.add(log);
    this.#closing = this.#closing.then(() => this.#closeFiles());
  }

  async #closeFiles(): Promise<void> {
    const failed = (cause: unknown) => this.#events.failed(this.#id, cause);
    for (const log of this.#sealed) await this.#closeLog(log).catch(failed);
    await forgetOld(this.#folders.keys, Date.now()).catch(failed);
  }

  async #closeLog(log: AppendLog): Promise<void> {
    await log.close();
    const damage = await closeFile(log.path, this.#folders);
    this.#sealed.delete(log);
    if (damage) this.#events.failed(this.#id, damage);
    this.#events.closed(this.#id);
  }
}

const logsIn = async ({ logs }: StreamFolders): Promise<string[]> =>
  (await readdir(logs)).filter((name) => name.endsWith('.log')).sort();
