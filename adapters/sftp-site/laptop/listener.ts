import { createServer, type Server, type Socket } from 'node:net';
import ssh2, { type Connection, type Session, type SFTPWrapper } from 'ssh2';
import type { SftpUser } from '../../../core/contracts/sftp.ts';
import type { ObjectStore, Secrets } from '../../../core/ports.ts';
import { FailedSignIns } from '../../../core/sftp/failed-sign-ins.ts';
import { Authentication, type SignIn } from './authentication.ts';
import { serveSession } from './session.ts';
import type { UserFolder } from './user-folder.ts';

/** Of this machine only: nothing listens on a network. */
export const loopback = '127.0.0.1';

const most = { connections: 200, sessions: 10 };
/** From being connected to being let in. */
const SIGN_IN_MS = 60_000;

/** What is still thought well of in 2026: no SHA-1, no CBC, and nothing that is compressed. */
const algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} satisfies ssh2.ServerConfig['algorithms'];

export interface ListenerOptions {
  home: { objects: ObjectStore; secrets: Secrets };
  hostKeys: readonly string[];
  folderOf(user: SftpUser): UserFolder;
  clock(): Date;
  log(signIn: SignIn): void;
  /** Told of a failure that is none of a client's. */
  failed(cause: unknown): void;
}

/** Listens for SFTP clients. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  /** Those that are connected, by their port. */
  readonly #sockets = new Map<number, Socket>();
  readonly #failures = new FailedSignIns();
  #ssh: ssh2.Server;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#ssh = this.#shownBy(options.hostKeys);
    this.#server = createServer((socket) => this.#take(socket));
    this.#server.maxConnections = most.connections;
  }

  /** Fails with `EADDRINUSE` when the port is taken. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, loopback, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Shows other host keys to those who connect from now on. */
  show(hostKeys: readonly string[]): void {
    this.#ssh = this.#shownBy(hostKeys);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets.values()) socket.destroy();
    await closed;
  }

  #shownBy(hostKeys: readonly string[]): ssh2.Server {
    const config = { hostKeys: [...hostKeys], algorithms, ident: 'Tributary' };
    return new ssh2.Server(config, (connection, { port }) => {
      const socket = this.#sockets.get(port);
      if (socket) this.#welcome(connection, socket);
      else connection.end();
    });
  }

  #take(socket: Socket): void {
    const port = socket.remotePort ?? 0;
    this.#sockets.set(port, socket);
    socket.setNoDelay(true).on('error', () => undefined);
    const tooLate = setTimeout(() => socket.destroy(), SIGN_IN_MS);
    socket.once('signed-in', () => clearTimeout(tooLate));
    socket.once('close', () => {
      clearTimeout(tooLate);
      this.#sockets.delete(port);
    });
    this.#ssh.injectSocket(socket);
  }

  #welcome(connection: Connection, socket: Socket): void {
    const { home, clock, log, failed } = this.#options;
    const address = socket.remoteAddress ?? '';
    const authentication = new Authentication({ home, address, failures: this.#failures, clock, log });
    socket.once('close', () => authentication.end());
    // What a client does wrong ends its connection, and nothing else.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      authentication.answer(context).then(
        (goesOn) => goesOn || connection.end(),
        (cause) => {
          failed(cause);
          connection.end();
        },
      );
    });
    connection.on('ready', () => {
      socket.emit('signed-in');
      const { user } = authentication;
      if (user) this.#serve(connection, socket, user);
      else connection.end();
    });
  }

  #serve(connection: Connection, socket: Socket, user: SftpUser): void {
    const { failed } = this.#options;
    const folder = this.#options.folderOf(user);
    let sessions = 0;
    connection.on('session', (accept, reject) => {
      if (sessions >= most.sessions) return reject();
      sessions += 1;
      const session: Session = accept();
      session.on('close', () => {
        sessions -= 1;
      });
      session.on('sftp', (open: () => SFTPWrapper) => {
        // At once: clients send their first packet without waiting, and it would be lost.
        serveSession(open(), { folder, socket, failed });
      });
    });
  }
}
