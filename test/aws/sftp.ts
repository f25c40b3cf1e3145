import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A key pair of OpenSSH. */
export interface SshKey {
  /** Path of the private half. */
  path: string;
  /** The public half, as a line of `authorized_keys`. */
  publicKey: string;
}

export async function makeSshKey(): Promise<SshKey> {
  const path = join(await mkdtemp(join(tmpdir(), 'ssh-')), 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
  return { path, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim() };
}

/** Whom an SFTP site of this machine lets in. */
export interface SftpUser {
  port: number;
  user: string;
  key: SshKey;
}

/** Runs a batch of OpenSSH's `sftp`, such as `put here.csv there.csv`, and gives what it printed. A command that fails ends it. */
export async function sftp({ port, user, key }: SftpUser, commands: string[]): Promise<string> {
  const batch = join(await mkdtemp(join(tmpdir(), 'sftp-')), 'batch');
  await writeFile(batch, `${commands.join('\n')}\n`);
  const unknownHost = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const keyOnly = ['IdentitiesOnly=yes', 'PasswordAuthentication=no'];
  const options = [...unknownHost, ...keyOnly].flatMap((option) => ['-o', option]);
  const args = ['-b', batch, '-P', String(port), '-i', key.path, ...options, `${user}@127.0.0.1`];
  return (await run('sftp', args, { timeout: 60_000 })).stdout;
}

/** Uploads a local file under a name of the site's. */
export const upload = (to: SftpUser, path: string, name: string): Promise<string> =>
  sftp(to, [`put "${path}" "${name}"`]);
