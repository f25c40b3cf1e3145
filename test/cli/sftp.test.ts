import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inboxFolder } from '../../local/home.ts';
import { type LocalServer, serve } from '../../local/server.ts';
import { TestApi, token } from '../support/api.ts';
import { startCli } from '../support/cli.ts';
import { shopDocuments } from '../support/tenant.ts';

const fingerprint = 'SHA256:8NVivlbkx1Ug6RE6vSvVmwpEW+6cUIs4COAhgYngCbs';
const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFbnwuHFwMPhfA36JfqrT2UQPgkqKuoH30/zdQOyNgsj laptop';

let api: TestApi;
let server: LocalServer;
let home: string;
/** What was put into whose folder, and where. */
const delivered: string[] = [];

beforeAll(async () => {
  const host_keys = [
    { id: 'hostkey-1', type: 'ssh-rsa', fingerprint, imported_at: '2026-11-26T05:00:00Z', active: true },
  ];
  const sftpSite = {
    describe: async () => ({ host: 'files.example.com', port: 22, host_keys }),
    provision: async () => undefined,
    importHostKey: async () => undefined,
    removeHostKey: async () => undefined,
    deliver: async (key: string, { name }: { name: string }, path: string) => {
      const file = await api.tenant.environment.objects.get(key);
      delivered.push(`${name} ${path} ${Buffer.from(file?.body ?? []).toString()}`);
    },
  };
  api = await TestApi.open(shopDocuments, {}, { sftpSite });
  server = await serve((request) => api.app.fetch(request), 8_460);
  home = await mkdtemp(join(tmpdir(), 'home-'));
});
afterAll(async () => {
  await server.close();
  await api.close();
});

/** `tributary sftp …`, told of the API. */
const sftp = (...args: string[]) =>
  startCli(home, ['sftp', ...args], { TRIBUTARY_URL: server.url, TRIBUTARY_TOKEN: token }).outcome;

describe('tributary sftp', () => {
  it('administers the site of a deployment', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'key-')), 'shop.pub');
    await writeFile(file, publicKey);
    expect((await sftp('add-user', 'shop')).stdout).toContain('added shop, who sees shop');
    expect((await sftp('add-key', 'shop', file)).stdout).toContain(fingerprint);
    const made = await sftp('set-password', 'shop', '--json');
    expect(JSON.parse(made.stdout)).toEqual({ password: expect.stringMatching(/^[0-9a-f-]{44}$/) });
    const shown = (await sftp()).stdout;
    for (const part of ['files.example.com', '22', 'hostkey-1', 'shop', fingerprint]) expect(shown).toContain(part);
    expect((await sftp('remove-key', 'shop', fingerprint)).code).toBe(0);
    expect((await sftp('remove-user', 'shop')).stdout).toBe('removed shop\n');
    const missing = await sftp('add-key', 'shop', `${file}.absent`);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("can't be read: ENOENT")]);
  }, 180_000);

  it('runs a query and gives its whole result to a partner', async () => {
    await sftp('add-user', 'reader');
    const sql = 'SELECT n FROM UNNEST(SEQUENCE(1, 3)) AS t(n) ORDER BY n';
    const told = await sftp('deliver', 'reader', sql, 'reports/n.csv');
    expect([told.stderr, told.stdout]).toEqual(['', 'delivered 3 rows, 12 bytes: reader finds it at /reports/n.csv\n']);
    expect(delivered).toEqual(['reader reports/n.csv n\r\n1\r\n2\r\n3\r\n']);
    const json = await sftp('deliver', 'reader', sql, 'n.csv', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ user: 'reader', path: '/n.csv', bytes: 12, rows: 3 });
    const wrong = await sftp('deliver', 'reader', sql, '../n.csv');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('without ..')]);
  }, 180_000);

  it('shows what is archived, and takes a folder of it back', async () => {
    const { environment, home: folder } = api.tenant;
    for (const name of ['shop/orders.csv', 'shop/2026-10-01/orders.csv']) await api.tenant.drop(name, 'id\n1\n');
    expect((await sftp('archive')).stdout).toBe('nothing is archived\n');
    await environment.archive.keep(new Date(Date.now() + 31 * 24 * 3_600_000));
    expect((await sftp('archive', 'list', 'shop')).stdout).toMatch(
      /shop\/2026-10-01\/orders\.csv +5 bytes[\s\S]*shop\/orders\.csv/,
    );
    expect((await sftp('archive', 'restore', 'shop/2026-10-01')).stdout).toBe('restored 1 file\n');
    expect(await readFile(join(inboxFolder(folder, 'test'), 'shop/2026-10-01/orders.csv'), 'utf8')).toBe('id\n1\n');
    const again = await sftp('archive', 'restore', 'shop/2026-10-01');
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining('nothing of "shop/2026-10-01" is archived'),
    ]);
  }, 180_000);
});
