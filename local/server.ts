import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { InvalidInput } from '../core/errors.ts';

/** Of this machine only: nothing listens on a network. */
const loopback = '127.0.0.1';
const portsTried = 20;
/** How long a connection may be idle: Node's five seconds end many that their client is about to use again. */
const KEPT_MS = 75_000;

export interface LocalServer {
  url: string;
  close(): Promise<void>;
}

/** Serves the API on the port, or on the next free one after it. */
export async function serve(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
): Promise<LocalServer> {
  const server = createAdaptorServer({ fetch }) as Server;
  server.keepAliveTimeout = KEPT_MS;
  for (let tried = port; ; tried++) {
    try {
      await listen(server, tried);
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      if (tried - port < portsTried) continue;
      throw new InvalidInput(`ports ${port} to ${tried} are all taken: name a free one with --port`, { cause });
    }
  }
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${loopback}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
