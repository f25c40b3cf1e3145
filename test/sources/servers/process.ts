import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** The address of this machine that a function of a deployment may reach, which its own loopback is none of. */
export function machineAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('this machine has no address besides loopback, where servers of a test can listen');
  return found.address;
}

/** A port of loopback that nothing listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** The first of these programs that is installed; says which package brings it. */
export function program(paths: readonly string[], debian: string): string {
  const found = paths.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(`none of ${paths.join(', ')} is installed: apt-get install ${debian}`);
}

/** A server of this machine on one port, which can be killed and started again on the same data. */
export class ServerProcess {
  readonly port: number;
  readonly #host: string;
  readonly #start: () => ChildProcess;
  #child: ChildProcess | undefined;
  #said = '';

  constructor(
    port: number,
    command: readonly [string, ...string[]],
    { host = '127.0.0.1', ...options }: { host?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    this.port = port;
    this.#host = host;
    const [file, ...args] = command;
    // In a group of its own, so that it is killed with the processes that it made.
    this.#start = () => spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  }

  /** A server may refuse to start for as long as processes of the killed one are ending. */
  async start(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (await this.#begun()) return;
      await pause(100);
    }
    throw new Error(`the server did not start: ${this.#said.slice(-2000)}`);
  }

  async #begun(): Promise<boolean> {
    const child = this.#start();
    this.#child = child;
    const note = (chunk: Buffer) => {
      this.#said += chunk;
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
    for (let tries = 0; child.exitCode === null && tries < 600; tries++) {
      if (await this.#listens()) return true;
      await pause(50);
    }
    return false;
  }

  /** Ends it as a loss of power would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host: this.#host, port: this.port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}
