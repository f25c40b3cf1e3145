import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { SourceRefused, SourceUnreachable } from '../../../core/errors.ts';
import type { Network } from '../network.ts';

export interface HttpRequest {
  url: URL;
  method?: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
}

/** An answer whose bytes are yet to be read. */
export interface HttpAnswer {
  status: number;
  /** That answered, after redirects. */
  url: URL;
  headers: IncomingMessage['headers'];
  body: IncomingMessage;
}

const MOST_REDIRECTS = 5;
/** Milliseconds without a byte after which a connection counts as broken. */
const IDLE_MS = 60_000;

/** Headers that tell who we are, which no other system is told. */
const isOurs = (header: string, kept: readonly string[]) => kept.includes(header.toLowerCase());

/** Asks by HTTP, only addresses that the home lets couriers reach: the first, and each that it is sent on to. */
export class HttpClient {
  readonly #network: Network;
  readonly #plain: PlainAgent;
  readonly #tls: TlsAgent;

  constructor(network: Network) {
    this.#network = network;
    const { lookup } = network;
    this.#plain = new PlainAgent({ keepAlive: true, lookup });
    this.#tls = new TlsAgent({ keepAlive: true, lookup });
  }

  /** Follows redirects; the headers named `secret` go to the origin that was asked and no other. `SourceUnreachable` when nobody answers. */
  async ask(request: HttpRequest, secret: readonly string[] = []): Promise<HttpAnswer> {
    let { url } = request;
    for (let times = 0; times <= MOST_REDIRECTS; times++) {
      const sameOrigin = url.origin === request.url.origin;
      const headers = Object.entries(request.headers).filter(([name]) => sameOrigin || !isOurs(name, secret));
      const answer = await this.#send({ ...request, url, headers: Object.fromEntries(headers) });
      const next = answer.headers.location;
      if (![301, 302, 303, 307, 308].includes(answer.status) || next === undefined || request.method === 'POST')
        return answer;
      answer.body.destroy();
      if (!URL.canParse(next, url.href)) throw new SourceRefused(`${shown(url)} sends us on to no address`);
      url = new URL(next, url);
      if (!/^https?:$/.test(url.protocol))
        throw new SourceRefused(`${shown(request.url)} sends us on to ${url.protocol}`);
    }
    throw new SourceRefused(`${shown(request.url)} sends us on more than ${MOST_REDIRECTS} times: look at its address`);
  }

  close(): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  async #send({ url, method = 'GET', headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    await this.#network.check(url.hostname);
    const isTls = url.protocol === 'https:';
    const options = { method, headers: { 'user-agent': 'tributary', ...headers }, signal, timeout: IDLE_MS };
    const answer = await new Promise<IncomingMessage>((found, failed) => {
      const sent = isTls
        ? tlsRequest(url, { ...options, agent: this.#tls }, found)
        : plainRequest(url, { ...options, agent: this.#plain }, found);
      sent.on('timeout', () => sent.destroy(new Error(`nothing came for ${IDLE_MS / 1000} seconds`)));
      sent.on('error', failed).end(body);
    }).catch((cause: NodeJS.ErrnoException) => {
      if (signal.aborted || cause instanceof SourceRefused) throw cause;
      throw new SourceUnreachable(`${shown(url)} can't be reached: ${cause.code ?? cause.message}`, { cause });
    });
    return { status: answer.statusCode ?? 0, url, headers: answer.headers, body: answer };
  }
}

/** An address without what may be a secret in it. */
export const shown = ({ origin, pathname }: URL): string => origin + pathname;

/** The bytes of an answer; one that breaks off is `SourceUnreachable`. */
export async function* bytesOf({ body, url }: HttpAnswer): AsyncGenerator<Uint8Array> {
  try {
    yield* body as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new SourceUnreachable(`${shown(url)} broke off: ${(cause as Error).message}`, { cause });
  }
}

/** Milliseconds that an answer asks us to wait. */
export function retryAfter({ headers }: HttpAnswer, now: Date): number | undefined {
  const asked = headers['retry-after'];
  if (asked === undefined) return undefined;
  const wait = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now.getTime();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
