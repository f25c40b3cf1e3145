import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SftpEndpoint, SftpUser } from '../../core/contracts/sftp.ts';
import type { SftpSite } from '../../core/ports.ts';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFbnwuHFwMPhfA36JfqrT2UQPgkqKuoH30/zdQOyNgsj laptop';
const fingerprint = 'SHA256:8NVivlbkx1Ug6RE6vSvVmwpEW+6cUIs4COAhgYngCbs';

/** Stands for a server that only AWS has. */
class KnownSite implements SftpSite {
  readonly keys: string[] = [];

  async describe(): Promise<SftpEndpoint> {
    return { host: 'files.example.com', port: 22, host_keys: [] };
  }

  async provision(): Promise<void> {}

  async importHostKey(key: string): Promise<void> {
    this.keys.push(key);
  }

  async removeHostKey(): Promise<void> {
    this.keys.pop();
  }

  async deliver(): Promise<void> {}
}

let api: TestApi;
const site = new KnownSite();

beforeAll(async () => {
  api = await TestApi.open(shopDocuments, {}, { sftpSite: site });
});
afterAll(() => api.close());

describe('the SFTP site, by the API', () => {
  it('is shown with its users, and nothing of their passwords', async () => {
    expect(await api.ok('POST', '/sftp/users', { name: 'shop' })).toMatchObject({ folder: 'shop', public_keys: [] });
    await api.ok('POST', '/sftp/users', { name: 'crm', folder: 'crm/daily' });
    await api.ok('POST', '/sftp/users/shop/keys', { public_key: publicKey });
    const { password } = await api.ok<{ password: string }>('POST', '/sftp/users/shop/password', {});
    const shown = await api.ok<SftpEndpoint & { users: SftpUser[] }>('GET', '/sftp');
    expect(shown).toMatchObject({ host: 'files.example.com', port: 22 });
    expect(shown.users.map(({ name, public_keys }) => [name, public_keys.map((key) => key.fingerprint)])).toEqual([
      ['crm', []],
      ['shop', [fingerprint]],
    ]);
    expect(JSON.stringify(shown)).not.toContain(password);
    expect(JSON.stringify(shown)).not.toContain('scrypt');

    const left = await api.ok<SftpUser>(
      'DELETE',
      `/sftp/users/shop/keys?fingerprint=${encodeURIComponent(fingerprint)}`,
    );
    expect(left.public_keys).toEqual([]);
    await api.ok('DELETE', '/sftp/users/shop');
    expect((await api.ok<{ users: SftpUser[] }>('GET', '/sftp')).users.map(({ name }) => name)).toEqual(['crm']);
  });

  it('refuses what would let a user out of the inbox, and keys that are none, without repeating them', async () => {
    for (const folder of ['..', '/etc', 'a/../..']) {
      expect(await api.refusal('POST', '/sftp/users', { name: 'eve', folder })).toMatchObject({ status: 400 });
    }
    expect(await api.refusal('POST', '/sftp/users', { name: 'root' })).toMatchObject({ status: 400 });
    expect(await api.refusal('POST', '/sftp/users', { name: 'crm' })).toMatchObject({ status: 409 });
    expect(await api.refusal('POST', '/sftp/users/nobody/password', {})).toMatchObject({ status: 404 });
    const secret = String(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const { status, message } = await api.refusal('POST', '/sftp/users/crm/keys', { public_key: secret });
    expect([status, message]).toEqual([400, expect.stringContaining('this is a private key')]);
    expect(message).not.toContain(secret.split('\n')[1]);
    expect(api.reported).toEqual([]);
  });

  it('hands a host key on to the site', async () => {
    await api.ok('POST', '/sftp/host-keys', { private_key: 'the key' });
    expect(site.keys).toEqual(['the key']);
    await api.ok('DELETE', '/sftp/host-keys/hostkey-1');
    expect(site.keys).toEqual([]);
  });
});

it('an environment without an SFTP site says so', async () => {
  const laptop = await TestApi.open(shopDocuments);
  for (const [method, path, body] of [
    ['GET', '/sftp', undefined],
    ['POST', '/sftp/users', { name: 'shop' }],
    ['POST', '/sftp/users/shop/password', {}],
  ] as const) {
    const { status, message } = await laptop.refusal(method, path, body);
    expect([status, message]).toEqual([404, expect.stringContaining('only production has an SFTP site')]);
  }
  await laptop.close();
});

describe('a link to connection details', () => {
  const share = async (name: string) => {
    await api.ok('POST', '/sftp/users', { name });
    const { url } = await api.ok<{ url: string }>('POST', `/sftp/users/${name}/share`, { hours: 1 });
    return new URL(url).pathname;
  };
  const text = async (response: Response | Promise<Response>) => (await response).text();

  it('shows them once, to whom presses its button, and a preview of it uses nothing up', async () => {
    const path = await share('handed');
    for (const method of ['GET', 'HEAD', 'GET']) {
      const seen = await api.app.request(path, { method });
      expect([seen.status, await text(seen)]).toEqual([200, expect.not.stringContaining('files.example.com')]);
    }
    const shown = await api.app.request(path, { method: 'POST' });
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await text(shown)).toMatch(/files\.example\.com[\s\S]*handed/);
    for (const method of ['GET', 'POST']) {
      const gone = await api.app.request(path, { method });
      expect([gone.status, await text(gone)]).toEqual([410, expect.stringContaining('were shown already')]);
    }
  });

  it('is out of date once another password was made', async () => {
    const path = await share('changed');
    await api.ok('POST', '/sftp/users/changed/password', {});
    expect((await api.app.request(path, { method: 'POST' })).status).toBe(410);
  });

  it('that was never made says nothing of what there is', async () => {
    const [known, unknown] = await Promise.all(
      ['test', 'nobody'].map((tenant) => text(api.app.request(`/handover/${tenant}/production/AAAA`))),
    );
    expect(known).toBe(unknown);
  });
});
