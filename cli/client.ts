import { HomeInUse, InternalError, InvalidInput, type TributaryError } from '../core/errors.ts';
import { apiToken, deployment, ownerOf } from '../local/home.ts';
import type { LocalPlatform } from '../local/platform.ts';
import { notOurs, refusal, refusalOfDeployed, unreachable } from './refusal.ts';

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

/** How an API is reached. */
interface Reach {
  url: string;
  fetch: Fetch;
  token: string;
  /** The platform of this process. */
  platform?: LocalPlatform;
  /** Tells what a refusal means. */
  refusal: (status: number, text: string) => TributaryError;
}

/** Speaks to the API: of a deployment, of the process that owns the home, or one in this process when there is neither. */
export class Client {
  /** The platform of this process; undefined while the API is elsewhere. */
  readonly platform: LocalPlatform | undefined;
  /** Whether the API is a deployment's, which is far and counts what it is asked. */
  readonly isDeployed: boolean;
  readonly #reach: Reach;

  private constructor(reach: Reach, isDeployed = false) {
    this.platform = reach.platform;
    this.isDeployed = isDeployed;
    this.#reach = reach;
  }

  static async open(home: string): Promise<Client> {
    const there = deployment();
    if (there) {
      const { origin } = there.url;
      return new Client(
        { url: origin, fetch: overNetwork, token: there.token, refusal: refusalOfDeployed(origin) },
        true,
      );
    }
    const owner = await ownerOf(home);
    if (!owner) return Client.over(await openPlatform(home));
    if (owner.url === undefined) {
      throw new HomeInUse(`${home} is in use by process ${owner.pid}, another command: try again when it has ended`);
    }
    return new Client({ url: owner.url, fetch: overHttp, token: await apiToken(home), refusal: refusal(home) });
  }

  /** A client of a platform of this process. */
  static async over({ platform, fetch }: OpenPlatform): Promise<Client> {
    const { home } = platform;
    return new Client({
      url: 'http://127.0.0.1',
      fetch,
      token: await apiToken(home),
      platform,
      refusal: refusal(home),
    });
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

  delete<T>(path: string, query: Query = {}): Promise<T> {
    return this.#json('DELETE', path, query);
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
    const text = await response.text();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw notOurs(this.#reach.url, response.status, { cause });
    }
  }

  async #send(method: string, path: string, query: Query, body?: Body, type?: string): Promise<Response> {
    refuseOtherPaths(path);
    const url = new URL(`/api/v0${path}`, this.#reach.url);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers = {
      authorization: `Bearer ${this.#reach.token}`,
      ...(type !== undefined && { 'content-type': type }),
    };
    const init: RequestInit & { duplex: 'half' } = { method, headers, duplex: 'half' };
    if (body !== undefined) init.body = body;
    const response = await this.#reach.fetch(new Request(url, init));
    if (response.ok) return response;
    throw this.#reach.refusal(response.status, await response.text());
  }
}

/** A name that a person gave, and that would make the path another one. */
function refuseOtherPaths(path: string): void {
  const stray = path.split('/').find((part) => /^(\.|%2e){1,2}$|[?#\\]/i.test(part));
  if (stray !== undefined)
    throw new InvalidInput(`${JSON.stringify(stray)} is part of no name: expected that of a thing`);
}

/** The server may end, or be killed, between two requests. */
const overHttp: Fetch = (request) =>
  fetch(request).catch((cause: Error) => {
    const { origin } = new URL(request.url);
    throw new InternalError(`the server at ${origin} went away: start it again and repeat the command`, { cause });
  });

const overNetwork: Fetch = (request) =>
  fetch(request).catch((cause: Error) => {
    throw unreachable(new URL(request.url).origin, cause);
  });
