import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askQuery } from '../../cli/ask-query.ts';
import { Client, openPlatform } from '../../cli/client.ts';

let client: Client;
beforeAll(async () => {
  const opened = await openPlatform(await mkdtemp(join(tmpdir(), 'ask-')));
  await opened.platform.createTenant({ name: 'acme', amp_iq: false }, 'test');
  client = await Client.over(opened);
});
afterAll(() => client.platform?.close());

it('a query is cancelled when whoever asks is interrupted, and nothing of it runs on', async () => {
  const numbers = (name: string) => `(SELECT n FROM UNNEST(SEQUENCE(1, 10000)) AS u(n)) ${name}`;
  const sql = `SELECT SUM(a.n * b.n + c.n) AS total FROM ${['a', 'b', 'c'].map(numbers).join(' CROSS JOIN ')}`;
  const interrupt = new AbortController();
  const told = () => interrupt.abort();
  const asked = askQuery(client, '/acme/production', { sql, limit: 1 }, { told, until: interrupt.signal });
  await expect(asked).rejects.toMatchObject({ name: 'RunStopped', message: expect.stringContaining('was cancelled') });
});
