import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli } from '../support/cli.ts';
import { startPostgres } from './servers/postgresql.ts';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let home: string;

beforeAll(async () => {
  postgres = await startPostgres();
  home = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterAll(async () => {
  await postgres.process.kill();
  await rm(home, { recursive: true, force: true });
});

it('the demo writes to the PostgreSQL that it is told of, and pulls what it wrote', async () => {
  const { password, settings } = postgres;
  const url = `postgresql://${settings.user}:${password}@${settings.host}:${settings.port}/${settings.database}`;
  const told = { TRIBUTARY_DEMO_POSTGRES: url };
  const { code, stdout, stderr } = await startCli(home, ['start', '--once', '--people', '60'], told).outcome;
  expect([code, stderr]).toEqual([0, '']);
  const rows = Number(postgres.sql('SELECT count(*) FROM tributary_demo.reviews'));
  expect(rows).toBeGreaterThan(0);
  expect(stdout).toMatch(new RegExp(`^reviews-products +1 +${rows} +${rows} `, 'm'));
  expect(stdout).not.toContain(password);

  expect((await startCli(home, ['start', '--once'], told).outcome).stdout).not.toContain('Wrote');
}, 300_000);
