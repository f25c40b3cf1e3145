import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const run = promisify(execFile);
const scripts = join(import.meta.dirname, 'emulator');
const region = 'eu-west-2';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** AWS as one process of this machine; see `emulator/README.md`. */
export interface Emulator {
  endpoint: string;
  /** Where the SFTP site of a Transfer server answers, on loopback. */
  sftpPort: number;
  region: string;
  account: string;
  /** What a child process needs so that its SDK, its CDK or its CLI talks to the emulator. */
  environment: Record<string, string>;
  /** What a client of the SDK is made with. */
  client: { endpoint: string; region: string; credentials: typeof credentials; forcePathStyle: true };
  /** Calls a service whose SDK the product doesn't need, as the account. */
  call(service: string, body: string, headers: Record<string, string>): Promise<string>;
  stop(): Promise<void>;
}

interface EmulatorOptions {
  /** Athena's SQL runs on a real Trino, which the first suite of a run starts; it takes 10 s, the first time a download. */
  athena?: 'trino';
  /** What a task of ECS does as a process of this machine, by the family of its definition. */
  tasks?: Readonly<Record<string, readonly string[]>>;
  /** A function that takes more than its memory is killed, by what Linux says that its process takes. */
  memory?: true;
}

/** Starts an empty AWS. */
export const startEmulator = async (options: EmulatorOptions = {}): Promise<Emulator> =>
  startOn(await freePorts(), options);

/** An AWS whose Athena is Trino, for suites that make buckets of their own: the first of a run starts it, the run's end stops it. */
export async function sharedEmulator(): Promise<Omit<Emulator, 'stop'>> {
  const noted = sharedPorts(inject('runFolder'));
  const proposed = `${noted}-${process.pid}`;
  await writeFile(proposed, JSON.stringify(await freePorts()));
  await link(proposed, noted).catch((cause) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  return startOn(JSON.parse(await readFile(noted, 'utf8')), { athena: 'trino' });
}

/** Stops what the suites of a run shared, if they did. */
export async function stopShared(runFolder: string): Promise<void> {
  const noted = sharedPorts(runFolder);
  if (existsSync(noted)) await stopOn(JSON.parse(await readFile(noted, 'utf8')));
  await run(join(scripts, 'stop-trino.sh'), { env: { ...process.env, TRINO_RUN: trinoFolder(runFolder) } });
}

const sharedPorts = (runFolder: string) => join(runFolder, 'shared-emulator.json');

/** Of the one Trino of a run, on which the Athena of every AWS runs: a warm one plans a statement sooner. */
const trinoFolder = (runFolder: string) => join(runFolder, 'trino');

export const trinoUrl = async (): Promise<string> =>
  (await readFile(join(trinoFolder(inject('runFolder')), 'url'), 'utf8')).trim();

/** Where an emulator answers: its endpoint, and its SFTP site. */
type Ports = [port: number, sftpPort: number];

/** The emulator on these ports, which may run already. */
async function startOn([port, sftpPort]: Ports, { athena, tasks, memory }: EmulatorOptions): Promise<Emulator> {
  const env = {
    ...process.env,
    AWS_EMU_PORT: String(port),
    AWS_EMU_SFTP: String(sftpPort),
    AWS_REGION: region,
    ...(memory && { AWS_EMU_MEMORY: 'true' }),
    ...(athena && { AWS_EMU_ATHENA: athena, AWS_EMU_TRINO: trinoFolder(inject('runFolder')) }),
    ...(tasks && { AWS_EMU_ECS: await writeTasks(tasks, port) }),
  };
  const started = await run(join(scripts, 'start.sh'), { env, timeout: 900_000 });
  const endpoint = started.stdout.trim();
  return {
    endpoint,
    sftpPort,
    region,
    account: '000000000000',
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    client: { endpoint, region, credentials, forcePathStyle: true },
    call: (service, body, headers) => call(endpoint, service, body, headers),
    stop: () => stopOn([port, sftpPort]),
  };
}

async function stopOn([port]: Ports): Promise<void> {
  await run(join(scripts, 'stop.sh'), { env: { ...process.env, AWS_EMU_PORT: String(port) } });
}

async function call(endpoint: string, service: string, body: string, headers: Record<string, string>): Promise<string> {
  const scope = `${credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  const answer = await fetch(endpoint, { method: 'POST', body, headers: { ...headers, authorization } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service}: ${text}`);
  return text;
}

/** The file that names what tasks do. The SDK asks for a bucket by its path only where the host is an address. */
async function writeTasks(tasks: Readonly<Record<string, readonly string[]>>, port: number): Promise<string> {
  const endpoint = `AWS_ENDPOINT_URL=http://127.0.0.1:${port}`;
  const path = join(await mkdtemp(join(tmpdir(), 'tasks-')), 'tasks.json');
  const named = Object.entries(tasks).map(([family, command]) => [family, { command: ['env', endpoint, ...command] }]);
  await writeFile(path, JSON.stringify(Object.fromEntries(named)));
  return path;
}

/** Two ports that nobody listens on, held together until both are known. */
async function freePorts(): Promise<Ports> {
  const servers = [createServer(), createServer()] as const;
  const listen = (server: (typeof servers)[number]) =>
    new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const ports: Ports = [await listen(servers[0]), await listen(servers[1])];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
