import { type ChildProcess, execFile, spawn } from 'node:child_process';
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

/** Makes a pair; `kind` is what `ssh-keygen` is told of it. */
export async function makeSshKey(kind: readonly string[] = ['-t', 'ed25519']): Promise<SshKey> {
  const path = join(await mkdtemp(join(tmpdir(), 'ssh-')), 'key');
  await run('ssh-keygen', ['-q', ...kind, '-N', '', '-C', 'test', '-f', path]);
  return { path, publicKey: (await readFile(`${path}.pub`, 'utf8')).trim() };
}

/** Fingerprint of a key as OpenSSH tells it, `SHA256:…`. */
export async function fingerprintOf({ path }: SshKey): Promise<string> {
  return (await run('ssh-keygen', ['-l', '-f', `${path}.pub`])).stdout.split(' ')[1] ?? '';
}

/** Whom an SFTP site of this machine lets in. */
export interface SftpUser {
  port: number;
  user: string;
  key: SshKey;
  /** Of OpenSSH's client, such as `StrictHostKeyChecking=yes`. They go before those of the test. */
  options?: readonly string[];
}

/** One who has a password instead. */
export type SftpPasswordUser = Omit<SftpUser, 'key'> & { password: string };

const unknownHost = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];

/** Runs a batch of OpenSSH's `sftp`, such as `put here.csv there.csv`, and gives what it printed. A command that fails ends it. */
export async function sftp(as: SftpUser | SftpPasswordUser, commands: string[], timeout = 60_000): Promise<string> {
  const { args, env } = await invocation(as, commands);
  return (await run('sftp', args, { timeout, maxBuffer: 2 ** 26, env })).stdout;
}

/** The same, slowed to so many kilobytes a second, to be killed midway. */
export async function startSftp(as: SftpUser, commands: string[], kilobytes: number): Promise<ChildProcess> {
  const { args, env } = await invocation(as, commands);
  return spawn('sftp', ['-l', String(kilobytes * 8), ...args], { env, stdio: 'ignore' });
}

async function invocation(as: SftpUser | SftpPasswordUser, commands: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'sftp-'));
  const batch = join(folder, 'batch');
  await writeFile(batch, `${commands.join('\n')}\n`);
  const by = 'key' in as ? byKey(as.key) : await byPassword(as.password, folder);
  const options = [...(as.options ?? []), ...unknownHost, ...by.options].flatMap((option) => ['-o', option]);
  const args = [...options, '-b', batch, '-P', String(as.port), `${as.user}@127.0.0.1`];
  return { args, env: { ...process.env, ...by.env } };
}

const byKey = ({ path }: SshKey) => ({
  options: ['IdentitiesOnly=yes', 'PasswordAuthentication=no', `IdentityFile=${path}`],
  env: {},
});

/** OpenSSH asks a program for it, and nobody in batch mode, which is said no to before the batch says yes. */
async function byPassword(password: string, folder: string) {
  const program = join(folder, 'askpass');
  await writeFile(program, '#!/bin/sh\necho "$GIVEN"\n', { mode: 0o700 });
  return {
    options: ['BatchMode=no', 'PubkeyAuthentication=no', 'NumberOfPasswordPrompts=1'],
    env: { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', GIVEN: password },
  };
}

/** Uploads a local file under a name of the site's. */
export const upload = (to: SftpUser, path: string, name: string): Promise<string> =>
  sftp(to, [`put "${path}" "${name}"`]);
