import { FileChanged, SourceRefused, SourceUnreachable } from '../../../core/errors.ts';
import { settingsOf, type UsedConnection } from '../kind.ts';
import type { Network } from '../network.ts';
import { bytesOf, type HttpAnswer, HttpClient, retryAfter, shown } from './client.ts';
import { HttpConnection, type SignIn } from './settings.ts';

/** Bytes of an answer that is read whole: a page of records, a token. */
const LARGEST_ANSWER = 64 * 1024 ** 2;
/** Letters of what a system says of its refusal that are repeated. */
const REPEATED = 200;
/** Milliseconds before its end that a token is bought anew. */
const TOKEN_MARGIN_MS = 60_000;

/** Secrets that each way of signing in takes. */
export const secretsOf = ({ by }: SignIn): string[] => {
  const names = { nothing: [], bearer: ['token'], basic: ['password'], header: ['key'], oauth: ['client_secret'] };
  return names[by];
};

/** Signed in to a system: each question tells who asks. */
export class HttpSession {
  readonly settings: HttpConnection;
  readonly #connection: UsedConnection;
  readonly #client: HttpClient;
  #token: { value: string; until: number } | undefined;

  constructor(connection: UsedConnection, network: Network) {
    this.#connection = connection;
    this.settings = settingsOf(HttpConnection, connection.document);
    this.#client = new HttpClient(network);
  }

  /** The address of a path of the system, in whichever way its base ends. */
  address(path: string, query: Readonly<Record<string, string>> = {}): URL {
    const { base_url } = this.settings;
    const url = new URL(path === '' ? base_url : `${base_url.replace(/\/$/, '')}/${path.replace(/^\//, '')}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** An answer that gives what was asked for. `SourceRefused`, `SourceUnreachable`; `FileChanged` of what is not there. */
  async get(url: URL, signal: AbortSignal, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const answer = await this.#ask(url, signal, headers);
    if (answer.status !== 401 || this.#token === undefined) return this.#accepted(answer);
    // A token may end before its time; a new one is bought once.
    answer.body.destroy();
    this.#token = undefined;
    return this.#accepted(await this.#ask(url, signal, headers));
  }

  /** The text of an answer that is bounded. */
  async text(answer: HttpAnswer): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of bytesOf(answer)) {
      size += chunk.length;
      if (size > LARGEST_ANSWER) {
        throw new SourceRefused(
          `${shown(answer.url)} answers with more than ${LARGEST_ANSWER} bytes: ask for smaller pages`,
        );
      }
      chunks.push(chunk);
    }
    return decoded(Buffer.concat(chunks), answer);
  }

  close(): void {
    this.#client.close();
  }

  async #ask(url: URL, signal: AbortSignal, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    const { origin } = new URL(this.settings.base_url);
    if (url.origin !== origin)
      throw new SourceRefused(`${shown(url)} is another system than ${origin}: its pages stay in it`);
    const ours = await this.#credentials(signal);
    return this.#client.ask({ url, headers: { ...headers, ...ours }, signal }, Object.keys(ours).map(lower));
  }

  async #accepted(answer: HttpAnswer): Promise<HttpAnswer> {
    const { status, url } = answer;
    if (status >= 200 && status < 300) return answer;
    const wait = retryAfter(answer, new Date());
    const said = status === 416 ? '' : await this.#saidOf(answer);
    const what = `${this.#connection.document.id}: ${shown(url)} answered ${status}${said}`;
    if (status === 404 || status === 410 || status === 416)
      throw new FileChanged(`${what}: it is looked for again later`, { data: { status } });
    if (status === 429 || status >= 500 || status === 408) {
      throw new SourceUnreachable(what, { data: wait === undefined ? {} : { retry_after_ms: wait } });
    }
    throw new SourceRefused(`${what}: look at the connection's settings and its secret`);
  }

  /** What a system says of its refusal, without what we signed in with. */
  async #saidOf(answer: HttpAnswer): Promise<string> {
    let text = await this.text(answer).catch(() => '');
    for (const name of secretsOf(this.settings.sign_in))
      text = text.replaceAll(await this.#connection.secret(name), '…');
    if (this.#token) text = text.replaceAll(this.#token.value, '…');
    const line = text.replace(/\s+/g, ' ').trim().slice(0, REPEATED);
    return line === '' ? '' : `, ${JSON.stringify(line)}`;
  }

  async #credentials(signal: AbortSignal): Promise<Record<string, string>> {
    const { sign_in } = this.settings;
    const secret = (name: string) => this.#connection.secret(name);
    switch (sign_in.by) {
      case 'nothing':
        return {};
      case 'bearer':
        return { authorization: `Bearer ${await secret('token')}` };
      case 'basic':
        return { authorization: basic(sign_in.user, await secret('password')) };
      case 'header':
        return { [sign_in.header]: await secret('key') };
      case 'oauth':
        return { authorization: `Bearer ${await this.#boughtToken(sign_in, signal)}` };
    }
  }

  async #boughtToken(sign_in: Extract<SignIn, { by: 'oauth' }>, signal: AbortSignal): Promise<string> {
    if (this.#token && this.#token.until > Date.now()) return this.#token.value;
    const { token_url, client_id, scope, audience, client_in } = sign_in;
    const client_secret = await this.#connection.secret('client_secret');
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
      ...(client_in === 'body' && { client_id, client_secret }),
    });
    const headers = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(client_in === 'header' && {
        authorization: basic(encodeURIComponent(client_id), encodeURIComponent(client_secret)),
      }),
    };
    const url = new URL(token_url);
    const asked = await this.#client.ask({ url, method: 'POST', headers, body: String(body), signal });
    const answer = parsed(await this.text(await this.#accepted(asked)));
    const { access_token, expires_in } = answer as { access_token?: unknown; expires_in?: unknown };
    if (typeof access_token !== 'string')
      throw new SourceRefused(`${shown(url)} gives no access_token: look at token_url`);
    const seconds = Number(expires_in ?? 3600);
    this.#token = { value: access_token, until: Date.now() + seconds * 1000 - TOKEN_MARGIN_MS };
    return access_token;
  }
}

/** A text in the charset that its answer names. */
function decoded(bytes: Uint8Array, { headers, url }: HttpAnswer): string {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    // At once, Node 20 takes Windows-1252 for Latin-1.
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch (cause) {
    throw new SourceRefused(`${shown(url)} answers with bytes that are no text of the charset ${charset}`, { cause });
  }
}

const lower = (name: string) => name.toLowerCase();

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
