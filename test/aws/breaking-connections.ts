import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server by connections that break once an answer of them has had so many bytes. */
export async function breakingConnections(endpoint: string, bytes: number) {
  let times = 0;
  const server = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    asked.pipe(
      send(endpoint, { method, path, headers }, async (given) => {
        answer.writeHead(given.statusCode ?? 500, given.headers);
        let left = bytes;
        for await (const chunk of given) {
          if (chunk.length < left) {
            left -= chunk.length;
            answer.write(chunk);
            continue;
          }
          times += 1;
          answer.write(chunk.subarray(0, left));
          await proxy.meanwhile();
          // What was written is on its way, and may be lost where the connection ends before it has gone.
          setTimeout(() => answer.destroy(), 100);
          return;
        }
        answer.end();
      }),
    );
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const proxy = {
    endpoint: `http://127.0.0.1:${port}`,
    meanwhile: async (): Promise<unknown> => undefined,
    times: () => times,
    close: () => new Promise((resolve) => server.close(resolve)),
    /** Ends every connection at once, and listens again after a while. */
    restart: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      setTimeout(() => listen(port), 400);
    },
  };
  return proxy;
}
