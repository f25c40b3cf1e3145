import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { resolve } from 'node:path';
import { ConfigurationStore } from '../core/environments/configuration-store.ts';
import { parseDocument } from '../core/environments/documents.ts';
import { apiToken } from '../local/home.ts';
import { LocalPlatform } from '../local/platform.ts';

/**
 * Sends to a stream of a server in a process of its own, at a steady rate whatever it answers, and prints how long answers
 * took, from the moment that each was due. `npm run bench:streams -- 300 1000`: seconds, requests a second.
 */
const [seconds = 60, rate = 1000] = process.argv.slice(2).map(Number);
const home = resolve('.bench', 'streams');
await rm(home, { recursive: true, force: true });
await mkdir(home, { recursive: true });
const token = await prepare();
const server = spawn(process.execPath, ['bin/run.mjs', 'bench/stream-server.ts', home], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((done) => server.stdout.once('data', (line: Buffer) => done(`${line}`.trim())));
const agent = new Agent({ keepAlive: true, maxSockets: 500 });
/** Seconds that are not counted. */
const WARM_UP = 10;
const latencies: number[] = [];
const statuses = new Map<string, number>();
const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1);

async function prepare(): Promise<string> {
  const platform = await LocalPlatform.open(home);
  await platform.createTenant({ name: 'bench', amp_iq: false }, 'owner');
  const { objects } = await platform.environment('bench', 'production');
  const store = new ConfigurationStore(objects);
  const head = await store.head();
  const documents = [
    ...(head ? await store.documents(head) : []),
    parseDocument({ id: 'stream/events', requests_per_second: 2 * rate, roll: { seconds: 10 } }),
  ];
  await store.commit(head, documents, { author: 'owner', at: new Date(), message: 'bench' });
  await platform.close();
  return apiToken(home);
}

function send(id: number, due: number): Promise<void> {
  const body = JSON.stringify({ id, at: new Date().toISOString(), page: '/shoes', text: 'x'.repeat(400) });
  const headers = {
    authorization: `Bearer ${token}`,
    'x-tributary-tenant': 'bench',
    'content-type': 'application/json',
    'content-length': body.length,
    'idempotency-key': `${id}`,
  };
  return new Promise((done) => {
    const asked = request(`${url}/stream/v0/data/events`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        latencies.push(performance.now() - due);
        count(`${answer.statusCode}`);
        done();
      });
    });
    asked.once('error', (cause) => {
      count(cause.message);
      done();
    });
    asked.end(body);
  });
}

/** Sends so many a second, for so long, and waits for the answers. */
async function sendAll(rate: number, seconds: number, first: number): Promise<void> {
  const begun = performance.now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < seconds * rate; ) {
    const due = Math.floor(((performance.now() - begun) / 1000) * rate);
    for (; sent < Math.min(due, seconds * rate); sent++) sending.push(send(first + sent, begun + (sent / rate) * 1000));
    await new Promise((go) => setTimeout(go, 1));
  }
  await Promise.all(sending);
}

// A process that has just started compiles what it runs; it serves for days.
await sendAll(rate / 4, WARM_UP, 0);
latencies.length = 0;
statuses.clear();
const begun = performance.now();
await sendAll(rate, seconds, rate * WARM_UP);
const took = (performance.now() - begun) / 1000;
server.kill('SIGKILL');
latencies.sort((a, b) => a - b);
const at = (share: number) =>
  latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))]?.toFixed(1);
console.log(`${latencies.length} answers in ${took.toFixed(1)} s, ${(latencies.length / took).toFixed(0)} a second`);
console.log(`ms: median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, most ${at(1)}`);
console.log(Object.fromEntries(statuses));
agent.destroy();
