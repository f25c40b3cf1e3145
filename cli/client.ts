import {
  Conflict,
  Forbidden,
  HomeInUse,
  InternalError,
  InvalidInput,
  NotFound,
  type TributaryError,
  Unauthenticated,
} from '../core/errors.ts';
import { apiToken, logFile, ownerOf } from '../local/home.ts';
import type { LocalPlatform } from '../local/platform.ts';

type Fetch = (request: Request) => Response | Promise<Response>;
/** Of a request: text, bytes, or bytes as they are read. */
type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
type Query = Readonly<Record<string, string | number | undefined>>;

/** A platform of this process, and its API. */
export interface OpenPlatform {
  platform: LocalPlatform;
  fetch: Fetch;
}

/** Loaded only when it is needed: help, and commands that a server answers, do without the engine. */
export async function openPlatform(home: string): Promise<OpenPlatform> {
  const [{ LocalPlatform }, { createApi }] = await Promise.all([
    import('../local/platform.ts'),
    import('../api/app.ts'),
  ]);
  const platform = await LocalPlatform.open(home);
  const api = createApi(platform);
  return { platform, fetch: (request) => api.fetch(request) };
}

/** Speaks to the API: that of the process that owns the home, or one in this process when there is none. */
export class Client {
  /** The platform of this process; undefined while another process owns the home. */
  readonly platform: LocalPlatform | undefined;
  readonly #home: string;
  readonly #url: string;
  readonly #fetch: Fetch;
  readonly #token: string;

  private constructor(home: string, url: string, fetch: Fetch, token: string, platform?: LocalPlatform) {
    this.#home = home;
    this.#url = url;
    this.#fetch = fetch;
    this.#token = token;
    this.platform = platform;
  }

  static async open(home: string): Promise<Client> {
    const owner = await ownerOf(home);
    if (!owner) return Client.over(await openPlatform(home));
    if (owner.url === undefined) {
      throw new HomeInUse(`${home} is in use by process ${owner.pid}, another command: try again when it has ended`);
    }
    return new Client(home, owner.url, overHttp, await apiToken(home));
  }

  /** A client of a platform of this process. */
  static async over({ platform, fetch }: OpenPlatform): Promise<Client> {
    return new Client(platform.home, 'http://127.0.0.1', fetch, await apiToken(platform.home), platform);
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#json('GET', path, query);
  }

  /** Every item of a list that comes in pages, up to `limit`. */
  async all<T>(path: string, query: Query = {}, limit = Number.POSITIVE_INFINITY): Promise<T[]> {
    const items: T[] = [];
    let next: string | undefined;
    do {
      const asked = { ...query, limit: Math.min(limit - items.length, 1000), next_token: next };
      const page = await this.get<{ data: T[]; next_token?: string }>(path, asked);
      items.push(...page.data);
      next = page.next_token;
    } while (next !== undefined && items.length < limit);
    return items;
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#json('POST', path, {}, JSON.stringify(body), 'application/json');
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#json('PUT', path, {}, JSON.stringify(body), 'application/json');
  }

  /** Sends a file's bytes. */
  upload<T>(path: string, query: Query, body: Body, type = 'application/octet-stream'): Promise<T> {
    return this.#json('POST', path, query, body, type);
  }

  async text(path: string, query: Query = {}): Promise<string> {
    return (await this.#send('GET', path, query)).text();
  }

  async close(): Promise<void> {
    await this.platform?.close();
  }

  async #json<T>(method: string, path: string, query: Query, body?: Body, type?: string): Promise<T> {
    const response = await this.#send(method, path, query, body, type);
    return (await response.json()) as T;
  }

  async #send(method: string, path: string, query: Query, body?: Body, type?: string): Promise<Response> {
    const url = new URL(`/api/v0${path}`, this.#url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers = { authorization: `Bearer ${this.#token}`, ...(type !== undefined && { 'content-type': type }) };
    const init: RequestInit & { duplex: 'half' } = { method, headers, duplex: 'half' };
    if (body !== undefined) init.body = body;
    const response = await this.#fetch(new Request(url, init));
    if (response.ok) return response;
    throw refusal(response.status, await response.text(), this.#home);
  }
}

/** The server may end, or be killed, between two requests. */
const overHttp: Fetch = (request) =>
  fetch(request).catch((cause: Error) => {
    const { origin } = new URL(request.url);
    throw new InternalError(`the server at ${origin} went away: start it again and repeat the command`, { cause });
  });

const byStatus: Readonly<
  Record<number, new (message: string, options: { data: Record<string, unknown> }) => TributaryError>
> = {
  400: InvalidInput,
  401: Unauthenticated,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  413: InvalidInput,
};

/** The error that the API told of. */
function refusal(status: number, text: string, home: string): TributaryError {
  const body = parsed(text);
  const Refusal = byStatus[status] ?? InternalError;
  const message = body.message ?? `the API answered ${status}: ${text.slice(0, 200)}`;
  return new Refusal(status < 500 ? message : `${message}, in ${logFile(home)}`, {
    data: { request_id: body.request_id },
  });
}

function parsed(text: string): { message?: string; request_id?: string } {
  try {
    return JSON.parse(text) as { message?: string; request_id?: string };
  } catch {
    return {};
  }
}
