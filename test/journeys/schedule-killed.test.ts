import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Run, RunShown } from '../../core/contracts/runs.ts';
import type { ScheduleView } from '../../core/contracts/schedules.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { hasEnded } from '../../core/workflows/runs.ts';
import { apiToken, inboxFolder } from '../../local/home.ts';
import { LocalPlatform } from '../../local/platform.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

const program = join(import.meta.dirname, '../../bin/tributary.mjs');
const nightly = 'courier-group/nightly';
const files = 25;

let home: string;
let server: Server | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'schedule-killed-'));
});
afterAll(async () => {
  await server?.kill();
  await rm(home, { recursive: true, force: true });
});

/** A schedule with no slot for hours, before now or after. */
function halfADayAway(): string {
  const then = new Date(Date.now() + 12 * 3_600_000);
  return `${then.getUTCMinutes()} ${then.getUTCHours()} * * *`;
}

/** The tenant of a start, with a group that was due on each of the last three days. */
async function prepare(): Promise<void> {
  const platform = await LocalPlatform.open(home);
  try {
    await platform.createTenant({ name: 'acme', amp_iq: false }, 'owner');
    const { objects } = await platform.environment('acme', 'production');
    const store = new ConfigurationStore(objects);
    const quiet = { name: 'none', pattern: 'none.csv', format: { type: 'csv' }, optional: true };
    const documents = [
      ...shopDocuments
        .filter(({ id }) => id.startsWith('courier/') || id.startsWith('feed/'))
        // A start delivers files of its own to the other folders.
        .map((one) => (one.id === 'courier/web' ? { ...one, settings: { path: 'nightly' } } : one)),
      { id: 'tenant/acme', name: 'acme' },
      { id: 'courier/quiet', type: 'folder', settings: { path: 'quiet' }, files: [quiet] },
      { id: 'courier-group/daily', couriers: [{ courier: 'courier/quiet' }], run_type: 'source' },
      { id: nightly, couriers: [{ courier: 'courier/web' }], run_type: 'source', schedule: halfADayAway() },
    ].map((one) => parseDocument(one));
    const at = new Date(Date.now() - 3 * 86_400_000);
    await store.commit(await store.head(), documents, { author: 'owner', at, message: 'nightly' });
  } finally {
    await platform.close();
  }
  for (let n = 1; n <= files; n++) {
    const folder = join(inboxFolder(home, 'acme'), 'nightly', `2026-10-${String(n).padStart(2, '0')}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'customers.csv'), csv(['id', 'updated_at'], [`c${n}`, '2026-10-01']));
  }
}

interface Server {
  ask<T>(path: string): Promise<T>;
  /** What it has printed. */
  told(): string;
  /** As a machine that loses power: with all that it started, and no time to say anything. */
  kill(): Promise<void>;
}

/** `npm start` on the home, once it serves. */
async function start(): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [program, 'start', '--people', '10', '--port', '18380'], {
    env: { ...process.env, TRIBUTARY_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let told = '';
  child.stdout?.on('data', (part: Buffer) => {
    told += part.toString();
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await expect.poll(() => told, { timeout: 60_000 }).toMatch(/^API +http/m);
  const token = await apiToken(home);
  const { url } = JSON.parse(await readFile(join(home, 'process.json'), 'utf8')) as { url: string };
  return {
    told: () => told,
    ask: async <T>(path: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${url}/api/v0/acme/production${path}`, { headers })).json() as Promise<T>;
    },
    kill: async () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
  };
}

const runsOf = async ({ ask }: Server) =>
  (await ask<{ data: Run[] }>('/runs')).data.filter(({ name }) => name === nightly);
const schedule = ({ ask }: Server) => ask<ScheduleView>('/schedules/nightly');

it('a run of a schedule whose server is killed is finished once by the next start, and its slots are made up for once', async () => {
  await prepare();
  server = await start();
  const [begun] = await runsOf(server);
  const { missed } = await schedule(server);
  expect(missed).toMatchObject([{ slots: 3, because: 'late', outcome: 'owed' }]);
  expect(server.told()).toContain(`${nightly} missed 3 slots from`);
  expect(begun).toMatchObject({ principal: 'schedule', scheduled_for: missed[0]?.last });
  const { ask } = server;
  const filesDone = async () => (await ask<RunShown>(`/runs/${begun?.id}`)).progress?.feeds[0]?.files_done ?? 0;
  await expect.poll(filesDone, { interval: 20, timeout: 60_000 }).toBeGreaterThan(2);
  await server.kill();

  server = await start();
  expect(server.told()).not.toContain('missed');
  const ended = async () => (await runsOf(server as Server)).filter(hasEnded).map(({ state }) => state);
  await expect.poll(ended, { timeout: 60_000 }).toEqual(['succeeded']);
  const [run, ...others] = await runsOf(server);
  expect([run?.id, others]).toEqual([begun?.id, []]);
  const loads = run?.tasks.filter(({ name }) => name === 'MergeRows') ?? [];
  expect(loads.map(({ state }) => state)).toEqual(Array(files).fill('succeeded'));
  expect(loads.filter(({ attempts }) => attempts > 1).length).toBeLessThanOrEqual(1);
  expect(await schedule(server)).toMatchObject({ missed, owed: [], last: { run: run?.id } });
  const { data } = await server.ask<{ data: { name: string; rows: number }[] }>('/tables');
  expect(data.find(({ name }) => name === 'web_customers')?.rows).toBe(files);
}, 180_000);
