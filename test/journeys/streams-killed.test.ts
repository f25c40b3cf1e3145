import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StreamLogs } from '../../adapters/streams/stream-logs.ts';
import { Stream } from '../../core/contracts/streams.ts';
import { environmentFolders, ownerOf } from '../../local/home.ts';
import { prepareStreamHome } from '../support/stream-home.ts';

const program = join(import.meta.dirname, '../../bin/run.mjs');

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'streams-killed-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A server over the home, in a process of its own. */
async function startServer(): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [program, 'bench/stream-server.ts', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (line: Buffer) => resolve(line.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { url, process: child };
}

/** Ids of all records that are in closed files, one for each time that it is there. */
async function kept(): Promise<number[]> {
  const { streams } = environmentFolders(home, 'test', 'production');
  const files = join(streams, 'web-events', 'files');
  const ids: number[] = [];
  for (const entry of await readdir(files, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const lines = (await readFile(join(entry.parentPath, entry.name), 'utf8')).trimEnd().split('\n');
    ids.push(...lines.map((line) => (JSON.parse(line) as { id: number }).id));
  }
  return ids.sort((a, b) => a - b);
}

it('a server that is killed while it takes payloads loses none that it acknowledged, and keeps none twice', async () => {
  const token = await prepareStreamHome(home, { roll: { seconds: 1 } });
  const acknowledged = new Set<number>();
  let [next, isOver] = [0, false];
  let server = await startServer();
  /** Sends each record until it is acknowledged, with the same key, whatever becomes of the server meanwhile. */
  const sender = async () => {
    while (!isOver) {
      const id = next++;
      for (;;) {
        const sent = await fetch(`${server.url}/stream/v0/data/web-events`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': `record-${id}`,
          },
          body: JSON.stringify({ id, text: 'x'.repeat(200) }),
        }).catch(() => undefined);
        if (sent?.status === 202) {
          acknowledged.add(id);
          break;
        }
        if (isOver) return;
        await new Promise((go) => setTimeout(go, 20));
      }
    }
  };
  const senders = Array.from({ length: 20 }, sender);
  for (let kill = 0; kill < 3; kill++) {
    const enough = acknowledged.size + 400;
    while (acknowledged.size < enough) await new Promise((go) => setTimeout(go, 10));
    const ended = new Promise((resolve) => server.process.once('exit', resolve));
    server.process.kill('SIGKILL');
    await ended;
    server = await startServer();
  }
  isOver = true;
  await Promise.all(senders);
  const ended = new Promise((resolve) => server.process.once('exit', resolve));
  server.process.kill('SIGKILL');
  await ended;
  expect(await ownerOf(home)).toBeUndefined();

  const logs = new StreamLogs(environmentFolders(home, 'test', 'production').streams, {
    closed: () => undefined,
    failed: (_, cause) => {
      throw cause;
    },
  });
  await logs.recover();
  const last = Stream.parse({ id: 'stream/web-events' });
  const repeated = await logs.append(last, {
    records: [JSON.stringify({ id: 0, text: 'x'.repeat(200) })],
    key: 'record-0',
  });
  await logs.close();
  expect(repeated).toBe(true);
  const ids = await kept();
  expect(new Set(ids).size).toBe(ids.length);
  expect([...acknowledged].filter((id) => !ids.includes(id))).toEqual([]);
});
