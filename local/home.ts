import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { isLoopback } from '../adapters/couriers/network.ts';
import { asDiskFull } from '../adapters/objects/filesystem.ts';
import { HomeInUse, InvalidInput } from '../core/errors.ts';

/** Where everything of this machine is: `TRIBUTARY_HOME`, or `.tributary` in the folder that we are started in. */
export const homeFolder = (): string => resolve(process.env.TRIBUTARY_HOME ?? '.tributary');

/** A PostgreSQL that the demo may write to and pull from, by `TRIBUTARY_DEMO_POSTGRES`; undefined without it. */
export function demoPostgres(): URL | undefined {
  const text = process.env.TRIBUTARY_DEMO_POSTGRES?.trim();
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWhole = url && /^postgres(ql)?:$/.test(url.protocol) && url.hostname && url.username && url.password;
  if (isWhole && url.pathname.length > 1) return url;
  // It has a password: a refusal doesn't repeat it.
  throw new InvalidInput(
    'TRIBUTARY_DEMO_POSTGRES is no address of a database: expected postgresql://user:password@host:5432/database',
  );
}

/** A deployed API, and who speaks to it. */
export interface Deployment {
  url: URL;
  token: string;
}

/** The deployment that commands speak to instead of this machine, by `TRIBUTARY_URL` and `TRIBUTARY_TOKEN`; undefined without them. */
export function deployment(): Deployment | undefined {
  const [url, token] = [process.env.TRIBUTARY_URL, process.env.TRIBUTARY_TOKEN].map(
    (value) => value?.trim() || undefined,
  );
  if (url === undefined && token === undefined) return undefined;
  if (url === undefined)
    throw new InvalidInput('TRIBUTARY_TOKEN is set and TRIBUTARY_URL is not: set both, or neither');
  // Its value is a secret: a refusal doesn't repeat it.
  if (token === undefined || !/^[\w.~+/=-]+$/.test(token)) {
    throw new InvalidInput(
      'TRIBUTARY_URL is set, and TRIBUTARY_TOKEN is not a token: set it to the one that signing in gave',
    );
  }
  return { url: addressOf(url), token };
}

/** A token goes over the network encrypted, or not at all. */
function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url?.protocol === 'http:' && isLoopback(url);
  if (url && (url.protocol === 'https:' || isHere)) return url;
  const expected = 'the ApiUrl of a deployment, such as https://abc.execute-api.eu-west-1.amazonaws.com';
  throw new InvalidInput(`TRIBUTARY_URL ${JSON.stringify(text)} is no address with https: expected ${expected}`);
}

/** Where failures are noted that a caller is told nothing of but a request id. */
export const logFile = (home: string): string => join(home, 'tributary.log');

/** The folders of one environment. */
export interface EnvironmentFolders {
  root: string;
  objects: string;
  tables: string;
  scratch: string;
  spill: string;
  /** Logs and files of its streams. */
  streams: string;
  /** What is uploaded by SFTP and not whole yet; on the disk of the inbox. */
  uploads: string;
  /** The file of its secrets, encrypted. */
  secrets: string;
}

export const tenantFolder = (home: string, tenant: string): string => join(home, 'tenants', tenant);

/** Where a tenant's folder couriers look, when their path isn't absolute. */
export const inboxFolder = (home: string, tenant: string): string => join(tenantFolder(home, tenant), 'inbox');

/** Where what has been in the inbox for long is moved to. */
export const archiveFolder = (home: string, tenant: string): string => join(tenantFolder(home, tenant), 'archive');

/** What the demo's partners have yet to send. */
export const demoOutbox = (home: string, tenant: string): string => join(tenantFolder(home, tenant), 'outbox');

/** The folder that a path of a courier's settings means, and where its old files are, if it is of the inbox. */
export const courierFolders = (home: string, tenant: string, path: string): { folder: string; archive?: string } =>
  isAbsolute(path)
    ? { folder: path }
    : { folder: join(inboxFolder(home, tenant), path), archive: join(archiveFolder(home, tenant), path) };

export function environmentFolders(home: string, tenant: string, environment: string): EnvironmentFolders {
  const root = join(tenantFolder(home, tenant), environment);
  return {
    root,
    objects: join(root, 'objects'),
    tables: join(root, 'tables.duckdb'),
    scratch: join(root, 'scratch'),
    spill: join(root, 'spill'),
    streams: join(root, 'streams'),
    uploads: join(root, 'uploads'),
    secrets: join(root, 'secrets'),
  };
}

/** The key that the secrets of every environment are encrypted with, readable by this user alone. */
export const secretsKeyFile = (home: string): string => join(home, 'secrets.key');

/** The process that owns a home, and where its API is once it serves. */
export interface Owner {
  pid: number;
  url?: string;
}

const ownerFile = (home: string) => join(home, 'process.json');

/** The living process that owns the home; undefined when there is none. */
export async function ownerOf(home: string): Promise<Owner | undefined> {
  const text = await readFile(ownerFile(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const owner = parsed(text);
  return owner && isAlive(owner.pid) ? owner : undefined;
}

/** Undefined for what a process left that died while it wrote. */
function parsed(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

/** Makes this process the owner of the home. `HomeInUse` while another lives: two would lose each other's rows. */
export async function ownHome(
  home: string,
): Promise<{ announce(url: string): Promise<void>; release(): Promise<void> }> {
  await mkdir(home, { recursive: true });
  const other = await ownerOf(home);
  if (other && other.pid !== process.pid) {
    throw new HomeInUse(
      `${home} is in use by process ${other.pid}${other.url ? `, which serves ${other.url}` : ''}: stop it, or set TRIBUTARY_HOME to another folder`,
    );
  }
  await rm(ownerFile(home), { force: true });
  const note = async (owner: Owner, flag: 'wx' | 'w') => {
    const handle = await open(ownerFile(home), flag, 0o600);
    await handle.writeFile(JSON.stringify(owner));
    await handle.close();
  };
  await note({ pid: process.pid }, 'wx').catch((cause) => {
    if (cause.code !== 'EEXIST') throw asDiskFull(cause);
    throw new HomeInUse(`${home} was taken by another process just now: start again`, { cause });
  });
  return {
    announce: (url) => note({ pid: process.pid, url }, 'w'),
    release: () => rm(ownerFile(home), { force: true }),
  };
}

/** The bearer token of the local API, made at the first start and readable by this user alone. */
export async function apiToken(home: string): Promise<string> {
  const file = join(home, 'token');
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found !== undefined) return found.trim();
  await mkdir(home, { recursive: true });
  const token = randomBytes(32).toString('base64url');
  // Whole or not there: a process that died here must not leave an empty token behind.
  await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return token;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
