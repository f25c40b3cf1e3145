import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server of the test, which answers as it is told and may be killed and started again. */
export class FaultyServer {
  readonly asked: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  #answer: (request: IncomingMessage, response: ServerResponse, path: URL) => void | Promise<void> = (_, response) =>
    void response.writeHead(404).end();
  readonly #host: string;
  #server = this.#newServer();
  #port = 0;

  get origin(): string {
    return `http://${this.#host}:${this.#port}`;
  }

  private constructor(host: string) {
    this.#host = host;
  }

  static async start(host = '127.0.0.1'): Promise<FaultyServer> {
    const server = new FaultyServer(host);
    await server.#listen();
    return server;
  }

  /** From now on. */
  answers(answer: (request: IncomingMessage, response: ServerResponse, path: URL) => void | Promise<void>): void {
    this.asked.length = 0;
    this.#answer = answer;
  }

  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async restart(): Promise<void> {
    await this.kill();
    this.#server = this.#newServer();
    await this.#listen();
  }

  #newServer() {
    return createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      this.asked.push({ path: request.url ?? '', headers: request.headers, body });
      await this.#answer(request, response, new URL(request.url ?? '', this.origin));
    });
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, this.#host, resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }
}

/** Serves a content as file servers do: its state, and parts of it. */
export function serveFile(request: IncomingMessage, response: ServerResponse, content: Buffer, etag: string): void {
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const isPart = wanted !== undefined && [etag, undefined].includes(request.headers['if-range'] as string | undefined);
  const from = isPart ? Number(wanted) : 0;
  response.writeHead(isPart ? 206 : 200, {
    etag,
    'content-length': content.length - from,
    ...(isPart && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  response.end(content.subarray(from));
}
