import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScheduleView } from '../../core/contracts/schedules.ts';
import { type LocalServer, serve } from '../../local/server.ts';
import { TestApi, token } from '../support/api.ts';
import { startCli } from '../support/cli.ts';
import { shopDocuments } from '../support/tenant.ts';

let api: TestApi;
let server: LocalServer;
let home: string;

beforeAll(async () => {
  const group = { id: 'courier-group/nightly', couriers: [{ courier: 'courier/web' }] };
  api = await TestApi.open([...shopDocuments, { ...group, schedule: '30 2 * * *', time_zone: 'Asia/Tokyo' }]);
  server = await serve((request) => api.app.fetch(request), 8_470);
  home = await mkdtemp(join(tmpdir(), 'home-'));
});
afterAll(async () => {
  await server.close();
  await api.close();
});

/** `tributary schedule …`, told of the API. */
const schedule = (...args: string[]) =>
  startCli(home, ['schedule', ...args], { TRIBUTARY_URL: server.url, TRIBUTARY_TOKEN: token }).outcome;
async function view(...args: string[]): Promise<ScheduleView> {
  const { stdout, stderr } = await schedule(...args, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as ScheduleView;
}

describe('tributary schedule', () => {
  it('lists schedules, and the next runs of one as clocks of its zone show them', async () => {
    expect((await schedule()).stdout).toMatch(
      /^courier-group\/nightly +30 2 \* \* \* +Asia\/Tokyo +.* 02:30 .*active/m,
    );
    const { stdout } = await schedule('next', 'nightly', '--count', '4');
    expect(stdout.match(/ 02:30 .* +\d{4}-\d\d-\d\dT17:30:00.000Z$/gm)).toHaveLength(4);
    expect((await view('next', 'courier-group/nightly')).next).toHaveLength(5);
  }, 60_000);

  it('pauses until a time and until somebody resumes, and says so', async () => {
    expect((await schedule('pause', 'nightly', '--until', '2099-01-01')).stdout).toContain(
      'paused until 2099-01-01T00:00:00.000Z by tester',
    );
    expect(await view('pause', 'nightly')).toMatchObject({ active: false, next: [] });
    expect((await schedule()).stdout).toContain('paused by tester');
    expect((await schedule('resume', 'nightly')).stdout).toContain('active');
  }, 60_000);

  it('refuses in a sentence', async () => {
    for (const [code, args, why] of [
      [2, ['next', 'daily'], 'courier-group/daily has no schedule'],
      [2, ['pause', 'nightly', '--until', 'soon'], 'Expected an instant such as'],
      [1, ['resume', 'nightly'], 'is not paused'],
    ] as const) {
      const refused = await schedule(...args);
      expect([refused.code, refused.stdout, refused.stderr]).toEqual([code, '', expect.stringContaining(why)]);
    }
  }, 60_000);
});
