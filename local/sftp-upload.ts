import { posix } from 'node:path';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import { fingerprintOf } from '../core/sftp/ssh-keys.ts';

interface SftpAccount {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Fingerprints of the keys that the host is known by: to no other is the password told. */
  hostKeys: readonly string[];
}

/** Uploads files of these paths, as a partner would; their folders are made. */
export async function uploadFiles(to: SftpAccount, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const client = new ssh2.Client();
  try {
    const sftp = await signedIn(client, to);
    for (const [path, content] of files) {
      await new Promise((done) => sftp.mkdir(posix.dirname(path), () => done(undefined)));
      await new Promise<void>((done, failed) =>
        sftp.writeFile(path, Buffer.from(content), (cause) => (cause ? failed(cause) : done())),
      );
    }
  } finally {
    client.end();
  }
}

function signedIn(client: Client, { host, port, user, password, hostKeys }: SftpAccount): Promise<SFTPWrapper> {
  return new Promise((done, failed) => {
    client.on('error', failed);
    client.once('ready', () => client.sftp((cause, sftp) => (cause ? failed(cause) : done(sftp))));
    const hostVerifier = (key: Buffer) => hostKeys.includes(fingerprintOf(key));
    client.connect({ host, port, username: user, password, hostVerifier });
  });
}
