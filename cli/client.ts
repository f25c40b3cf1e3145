import { createApi } from '../api/app.ts';
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
import { apiToken, ownerOf } from '../local/home.ts';
import { LocalPlatform } from '../local/platform.ts';

type Fetch = (request: Request) => Response | Promise<Response>;
/** Of a request: text, bytes, or bytes as they are read. */
type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
type Query = Readonly<Record<string, string | number | undefined>>;

/** Speaks to the API: that of the process that owns the home, or one in this process when there is none. */
export class Client {
  /** The platform of this process; undefined while another process owns the home. */
  readonly platform: LocalPlatform | undefined;
  readonly #url: string;
  readonly #fetch: Fetch;
  readonly #token: string;

  private constructor(url: string, fetch: Fetch, token: string, platform?: LocalPlatform) {
    this.#url = url;
    this.#fetch = fetch;
    this.#token = token;
    this.platform = platform;
  }

  static async open(home: string): Promise<Client> {
    const owner = await ownerOf(home);
    if (!owner || owner.pid === process.pid) return Client.over(await LocalPlatform.open(home));
    if (owner.url === undefined) {
      throw new HomeInUse(`${home} is in use by process ${owner.pid}, another command: try again when it has ended`);
    }
    return new Client(owner.url, (request) => fetch(request), await apiToken(home));
  }

  /** A client of a platform of this process. */
  static async over(platform: LocalPlatform, api = createApi(platform)): Promise<Client> {
    const send: Fetch = (request) => api.fetch(request);
    return new Client('http://127.0.0.1', send, await apiToken(platform.home), platform);
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
    throw refusal(response.status, await response.text());
  }
}

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
function refusal(status: number, text: string): TributaryError {
  const body = parsed(text);
  const Refusal = byStatus[status] ?? InternalError;
  return new Refusal(body.message ?? `the API answered ${status}: ${text.slice(0, 200)}`, {
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
