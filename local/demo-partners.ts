import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makePgpKey } from '../adapters/pgp/make-key.ts';
import type { LaptopSite } from '../adapters/sftp-site/laptop.ts';
import { streamFolders } from '../adapters/streams/folders.ts';
import type { EnvironmentAccess } from '../api/platform.ts';
import { headConfiguration } from '../core/environments/load-configuration.ts';
import { InternalError, InvalidInput } from '../core/errors.ts';
import { PgpKeys } from '../core/pgp/keys.ts';
import { SftpUsers } from '../core/sftp/users.ts';
import { streamName } from '../core/streams/port.ts';
import { demoTenant } from './demo.ts';
import { packedCalls } from './demo-calls.ts';
import { archiveFolder, demoOutbox, environmentFolders, exists, inboxFolder } from './home.ts';
import { uploadFiles } from './sftp-upload.ts';

/** The user that the call centre comes in as, and the folder that it sees. */
const callCentre = 'call-centre';
const stream = 'stream/web-events';
/** Records that the shop sends in one request. */
const BATCH = 1000;
const CLOSING_MS = 30_000;
const PORTS_TRIED = 20;

type DemoAccess = EnvironmentAccess & { sftpSite: LaptopSite };

/**
 * Sends what the demo's partners have for it, each in its own way: the call centre by SFTP, the shop to the stream. What is sent
 * is gone from the outbox; a start that was killed midway is gone on with by the next. Tells the site's port if it was needed.
 */
export async function sendOutbox(home: string, access: DemoAccess): Promise<number | undefined> {
  const outbox = demoOutbox(home, demoTenant);
  if (!(await exists(outbox))) return undefined;
  await sendEvents(access, join(outbox, 'web-events'));
  const port = await sendCalls(home, access, join(outbox, callCentre));
  await closedEvents(home);
  await rm(outbox, { recursive: true, force: true });
  return port;
}

async function sendEvents({ objects, streams }: EnvironmentAccess, folder: string): Promise<void> {
  const days = await namesIn(folder);
  if (days.length === 0) return;
  const document = (await headConfiguration(objects)).find('stream', stream);
  // Whoever has changed the demo may have taken it out.
  if (!document) return;
  for (const day of days) {
    const lines = (await readFile(join(folder, day, 'events.ndjson'), 'utf8')).trimEnd().split('\n');
    for (let from = 0; from < lines.length; from += BATCH) {
      await streams.append(document, { records: lines.slice(from, from + BATCH), key: `demo/${day}/${from}` });
    }
  }
}

/** Waits until what was sent is in files, which a run pulls. */
async function closedEvents(home: string): Promise<void> {
  const { streams } = environmentFolders(home, demoTenant, 'production');
  const { logs } = streamFolders(streams, streamName(stream));
  for (const end = Date.now() + CLOSING_MS; (await namesIn(logs)).length > 0; await wait(50)) {
    if (Date.now() > end) throw new InternalError(`${stream} has made no file of its events within half a minute`);
  }
}

async function sendCalls(home: string, access: DemoAccess, folder: string): Promise<number | undefined> {
  const paths = (await namesIn(folder)).map((day) => `${day}/calls.xml`);
  const sent = async (path: string) => {
    const places = [inboxFolder(home, demoTenant), archiveFolder(home, demoTenant)];
    return (await Promise.all(places.map((place) => exists(join(place, callCentre, `${path}.zip.pgp`))))).includes(
      true,
    );
  };
  const files = new Map<string, Uint8Array>();
  for (const path of paths) {
    if (await sent(path)) continue;
    const key = await demoKey(access);
    files.set(`/${path}.zip.pgp`, await packedCalls(await readFile(join(folder, path)), key));
  }
  if (files.size === 0) return undefined;
  const password = await newPassword(access);
  const { host, port, host_keys } = await openSite(access.sftpSite);
  const hostKeys = host_keys.map(({ fingerprint }) => fingerprint);
  await uploadFiles({ host, port, user: callCentre, password, hostKeys }, files);
  return port;
}

/** The public key that partners are given. */
export async function demoKey(access: EnvironmentAccess): Promise<string> {
  const keys = new PgpKeys(access);
  const [known] = await keys.list();
  const key = known ?? (await keys.add(await makePgpKey(access.tenant), access.clock(), { isFirst: true }));
  return key.public_key;
}

/** The site, made if it isn't there, and moved when another program has taken its port since. */
async function openSite(site: LaptopSite) {
  if (site.listens) return site.describe();
  const first = await site.port();
  const ports = first === undefined ? [undefined] : Array.from({ length: PORTS_TRIED }, (_, n) => first + 1 + n);
  for (const port of ports) {
    const isTaken = await site.provision(port).then(
      () => false,
      (cause) => {
        if (port === ports.at(-1) || !(cause instanceof InvalidInput)) throw cause;
        return true;
      },
    );
    if (!isTaken) break;
  }
  return site.describe();
}

async function newPassword(access: EnvironmentAccess): Promise<string> {
  const users = new SftpUsers(access);
  const isKnown = (await users.list()).some(({ name }) => name === callCentre);
  if (!isKnown) await users.add(callCentre, callCentre);
  return users.setPassword(callCentre);
}

/** Names in a folder, ascending; none when there is no folder. */
const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).sort();
