import type { CourierFile } from '../../core/contracts/sources.ts';
import { contentHash } from '../../core/environments/canonical.ts';
import { FileChanged } from '../../core/errors.ts';
import type { CourierSource, FetchedFile, Reading, SourceFile } from '../../core/feeds/port.ts';
import { download } from './download.ts';
import { bytesOf, type HttpAnswer } from './http/client.ts';
import { pagesOf } from './http/pages.ts';
import { HttpSession, secretsOf } from './http/session.ts';
import { type Asked, HttpConnection, HttpSettings, type Instants } from './http/settings.ts';
import { keeping } from './kept-bytes.ts';
import { type CourierKind, connectionOf, settingsOf } from './kind.ts';
import { LATE_MS } from './late.ts';
import { persistently } from './persistently.ts';

/** Files by their addresses, and records of JSON APIs. */
export const http: CourierKind = {
  connection: {
    secrets: (connection) => secretsOf(settingsOf(HttpConnection, connection).sign_in),
    async test(connection, { network }, signal) {
      const session = new HttpSession(connection, network);
      try {
        const { status, body, url } = await session.get(session.address(session.settings.test_path), signal);
        body.destroy();
        return { answered: `${status} at ${url.origin}` };
      } finally {
        session.close();
      }
    },
  },
  open(courier, { network }, given) {
    const { requests } = settingsOf(HttpSettings, courier);
    return new HttpSource(new HttpSession(connectionOf(courier, given), network), requests);
  },
  named: (courier) =>
    settingsOf(HttpSettings, courier).requests.map(({ name, records }, n) => ({
      name,
      path: `settings.requests.${n}.name`,
      ...(records !== undefined && { format: 'ndjson' }),
    })),
};

class HttpSource implements CourierSource {
  readonly #session: HttpSession;
  readonly #requests: readonly Asked[];

  constructor(session: HttpSession, requests: readonly Asked[]) {
    this.#session = session;
    this.#requests = requests;
  }

  async list(_files: CourierFile[], signal: AbortSignal): Promise<SourceFile[]> {
    const files: SourceFile[] = [];
    for (const asked of this.#requests) {
      const file = asked.records === undefined ? await this.#fileOf(asked, signal) : this.#listingOf(asked);
      if (file) files.push(file);
    }
    return files;
  }

  async fetch(file: SourceFile, path: string, reading: Reading): Promise<FetchedFile | undefined> {
    const asked = this.#requests.find(({ name }) => name === file.name);
    if (!asked) throw new FileChanged(`${file.name} is asked for by no request any more`);
    return asked.records === undefined
      ? this.#fetchFile(asked, file, path, reading)
      : this.#fetchRecords(asked, path, reading);
  }

  async close(): Promise<void> {
    this.#session.close();
  }

  /** Only asking for records tells what there is. */
  #listingOf({ name, path, query, records }: Asked): SourceFile {
    const of = contentHash({ url: this.#session.address(path, query).href, records });
    return { name, modified: new Date().toISOString(), of };
  }

  /** What there is at an address; undefined when there is nothing. */
  async #fileOf(asked: Asked, signal: AbortSignal): Promise<SourceFile | undefined> {
    try {
      const url = this.#session.address(asked.path, asked.query);
      const answer = await persistently({ signal, hasCome: () => 0 }, () => this.#session.get(url, signal));
      answer.body.destroy();
      return { name: asked.name, ...stateOf(answer) };
    } catch (cause) {
      if (cause instanceof FileChanged) return undefined;
      throw cause;
    }
  }

  #fetchFile(asked: Asked, file: SourceFile, path: string, { signal }: Reading): Promise<FetchedFile> {
    const url = this.#session.address(asked.path, asked.query);
    const open = async (from: number, until: AbortSignal) => {
      const state = file.etag && !file.etag.startsWith('W/') ? file.etag : file.modified;
      const rest = { range: `bytes=${from}-`, 'if-range': state === file.modified ? utc(state) : state };
      const answer = await this.#session.get(url, until, from > 0 ? rest : {});
      const isRest = answer.status === 206 && answer.headers['content-range']?.startsWith(`bytes ${from}-`);
      if (!isRest) refuseChanged(file, stateOf(answer));
      return { from: isRest ? from : 0, bytes: bytesOf(answer) };
    };
    return download({ name: file.name, path, signal, open });
  }

  /**
   * The records of every page. The next reading asks for what changes from a while before this one began; undefined where there
   * are none of those that were asked for, whereas a list that is asked for whole and is empty is a file without rows.
   */
  async #fetchRecords(asked: Asked, path: string, reading: Reading): Promise<FetchedFile | undefined> {
    const { signal, period } = reading;
    const mark = new Date().toISOString();
    const since = reading.since === undefined ? undefined : shortlyBefore(reading.since);
    const from = period?.from ? `${period.from}T00:00:00.000Z` : since;
    const query = {
      ...asked.query,
      ...(asked.since && from !== undefined && instant(asked.since, from)),
      ...(asked.until && period?.to && instant(asked.until, `${period.to}T00:00:00.000Z`)),
    };
    let doubt: string | undefined;
    const { file } = await keeping({ name: asked.name, path, signal }, async (kept) => {
      const first = this.#session.address(asked.path, query);
      for await (const page of pagesOf(this.#session, asked, first, signal)) {
        await kept.add(Buffer.from(page.lines));
        doubt ??= page.doubt;
      }
    });
    const isNext = asked.since !== undefined && !period?.from;
    const isWhole = asked.since === undefined && !(asked.until && period?.to);
    return file.bytes === 0 && !isWhole
      ? undefined
      : { ...file, ...(isNext && { mark }), ...(doubt !== undefined && { doubt }) };
  }
}

const shortlyBefore = (at: string): string => new Date(Date.parse(at) - LATE_MS).toISOString();

const utc = (instant: string): string => new Date(instant).toUTCString();

const instant = ({ parameter, format }: Instants, at: string): Record<string, string> => ({
  [parameter]: format === 'iso' ? at : String(Math.floor(Date.parse(at) / 1000)),
});

/** How a file is at its address. A system that tells neither when it changed nor how large it is has it read each time. */
function stateOf({ headers }: HttpAnswer): Omit<SourceFile, 'name'> {
  const { etag, 'content-length': length, 'last-modified': modified } = headers;
  const changed = Date.parse(modified ?? '');
  const tells = etag !== undefined || !Number.isNaN(changed);
  return {
    ...(length !== undefined && tells && { bytes: Number(length) }),
    modified: new Date(Number.isNaN(changed) ? 0 : changed).toISOString(),
    ...(etag !== undefined && { etag }),
  };
}

function refuseChanged(file: SourceFile, now: Omit<SourceFile, 'name'>): void {
  if (now.bytes === file.bytes && now.modified === file.modified && now.etag === file.etag) return;
  throw new FileChanged(
    `${file.name} changed after it was listed with ${file.bytes ?? 'unknown'} bytes, and has ${now.bytes ?? 'unknown'}: it is read again once it stays as it is`,
    { data: { file: file.name } },
  );
}
