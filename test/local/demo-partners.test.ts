import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocuments } from '../../cli/documents-folder.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { deliverDemo, demoFolder, demoTenant } from '../../local/demo.ts';
import { sendOutbox } from '../../local/demo-partners.ts';
import { demoOutbox, environmentFolders, exists, inboxFolder } from '../../local/home.ts';
import { LocalPlatform } from '../../local/platform.ts';

const FIRST_PORT = 2222;
let home: string;
let platform: LocalPlatform;
let other: Server | undefined;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'demo-'));
  // Unless a program of this machine has taken it before.
  other = await new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined)).listen(FIRST_PORT, '127.0.0.1', () => resolve(server));
  });
  platform = await LocalPlatform.open(home);
  await platform.openSites();
  await platform.createTenant({ name: demoTenant, amp_iq: true }, 'test');
  const { objects } = await platform.production(demoTenant);
  const store = new ConfigurationStore(objects);
  const documents = (await readDocuments(demoFolder)).map(({ document }) => document);
  await store.commit(await store.head(), documents, { author: 'test', at: new Date(), message: 'The demo' });
  await deliverDemo(home, { people: 30, days: 2 });
});
afterAll(async () => {
  await platform.close();
  other?.close();
  await rm(home, { recursive: true, force: true });
});

const eventFiles = async () => {
  const { streams } = environmentFolders(home, demoTenant, 'production');
  const entries = await readdir(join(streams, 'web-events/files'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};
const calls = (day: string) => join(inboxFolder(home, demoTenant), 'call-centre', day, 'calls.xml.zip.pgp');

describe("the demo's partners", () => {
  it('send calls by SFTP, encrypted, though its first port is taken, and events to the stream', async () => {
    const kept = await mkdtemp(join(tmpdir(), 'outbox-'));
    await cp(demoOutbox(home, demoTenant), kept, { recursive: true });
    const port = await sendOutbox(home, await platform.production(demoTenant));
    expect(port).toBeGreaterThan(FIRST_PORT);
    const sent = await readFile(calls('2026-10-01'));
    expect(sent.includes('<call>')).toBe(false);
    const [events] = await Promise.all((await eventFiles()).map((path) => readFile(path, 'utf8')));
    const made = ['2026-10-01', '2026-10-02'].map((day) =>
      readFile(join(kept, 'web-events', day, 'events.ndjson'), 'utf8'),
    );
    expect(events).toBe((await Promise.all(made)).join(''));
    expect(await exists(demoOutbox(home, demoTenant))).toBe(false);

    // A start that was killed before it could tidy up.
    await cp(kept, demoOutbox(home, demoTenant), { recursive: true });
    await rm(calls('2026-10-02'));
    await sendOutbox(home, await platform.production(demoTenant));
    expect(await readFile(calls('2026-10-01'))).toEqual(sent);
    expect(await exists(calls('2026-10-02'))).toBe(true);
    expect(await eventFiles()).toHaveLength(1);
  });

  it('have nothing to send at later starts', async () => {
    expect(await sendOutbox(home, await platform.production(demoTenant))).toBeUndefined();
  });
});
