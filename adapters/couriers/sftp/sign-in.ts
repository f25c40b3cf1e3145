import { connect, type Socket } from 'node:net';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import { SourceRefused, SourceUnreachable } from '../../../core/errors.ts';
import { fingerprintOf } from '../../../core/sftp/ssh-keys.ts';
import { settingsOf, type UsedConnection } from '../kind.ts';
import type { Network } from '../network.ts';
import { SftpConnection } from './settings.ts';

export interface SignedIn {
  client: Client;
  sftp: SFTPWrapper;
  /** Fingerprint of the key that the host showed. */
  hostKey: string;
  /** Called when the connection ends: whoever waits for an answer waits no more. */
  broken: Set<() => void>;
}

/** Milliseconds for a server to answer, and between signs of life. */
const ANSWER_MS = 20_000;
const ALIVE_MS = 15_000;

/** Signs in to a host that is known by its key, and to no other: what we sign in with is not told before. */
export async function signIn(connection: UsedConnection, network: Network, ended: () => void): Promise<SignedIn> {
  const settings = settingsOf(SftpConnection, connection.document);
  const where = `${connection.document.id}: ${settings.user}@${settings.host} port ${settings.port}`;
  const secret = await connection.secret(settings.sign_in);
  await network.check(settings.host);
  const client = new ssh2.Client();
  let hostKey = '';
  const isKnown = (key: Buffer) => {
    hostKey = fingerprintOf(key);
    return settings.host_keys.includes(hostKey);
  };
  const socket = connect({ host: settings.host, port: settings.port, lookup: network.lookup });
  try {
    await ready(client, socket, {
      username: settings.user,
      ...(settings.sign_in === 'password' ? { password: secret } : { privateKey: secret }),
      hostVerifier: isKnown,
    });
    const sftp = await opened(client);
    const broken = new Set<() => void>([ended]);
    client.on('close', () => {
      for (const tell of broken) tell();
    });
    return { client, sftp, hostKey, broken };
  } catch (cause) {
    client.destroy();
    socket.destroy();
    throw refusalOf(cause as SshError, { where, hostKey, settings });
  }
}

const ready = (client: Client, sock: Socket, how: ssh2.ConnectConfig): Promise<void> =>
  new Promise((done, failed) => {
    sock.once('error', failed);
    client.on('error', failed).once('close', () => failed(new Error('the server closed the connection')));
    client.once('ready', done);
    client.connect({ ...how, sock, readyTimeout: ANSWER_MS, keepaliveInterval: ALIVE_MS, keepaliveCountMax: 3 });
  });

const opened = (client: Client): Promise<SFTPWrapper> =>
  new Promise((done, failed) => {
    client.once('close', () => failed(new Error('the server closed the connection')));
    client.sftp((cause, sftp) => (cause ? failed(cause) : done(sftp)));
  });

type SshError = Error & { level?: string; code?: string };

function refusalOf(
  cause: SshError,
  { where, hostKey, settings }: { where: string; hostKey: string; settings: SftpConnection },
): Error {
  const { host_keys, sign_in } = settings;
  if (hostKey !== '' && !host_keys.includes(hostKey)) {
    const expected =
      host_keys.length === 0 ? 'and no key is expected yet' : `and ${host_keys.join(' or ')} was expected`;
    return new SourceRefused(
      `${where} shows the host key ${hostKey}, ${expected}: ask its owner whether that is its key, and write it into host_keys`,
      { cause, data: { host_key: hostKey } },
    );
  }
  if (cause.level === 'client-authentication') {
    return new SourceRefused(`${where} does not let us in by this ${sign_in}: set another, or mend the user`, {
      cause,
    });
  }
  if (/privateKey|parse/i.test(cause.message)) {
    return new SourceRefused(`${where}: the ${sign_in} is no private key without a passphrase: set another`);
  }
  return new SourceUnreachable(`${where} can't be reached: ${cause.code ?? cause.message}`, { cause });
}
