import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, program, ServerProcess } from './process.ts';

/** OpenSSH's server, which lets the user of the test in by a key, to a folder of this machine. */
export interface SshServer {
  process: ServerProcess;
  /** What is served. */
  folder: string;
  settings: { host: string; port: number; user: string; host_keys: string[]; sign_in: 'private_key' };
  privateKey: string;
}

const makeKey = (file: string): void =>
  void execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);

export async function startSshServer(host = '127.0.0.1'): Promise<SshServer> {
  const place = mkdtempSync(join(tmpdir(), 'sshd-'));
  const at = (name: string) => join(place, name);
  for (const name of ['host', 'user']) makeKey(at(name));
  mkdirSync(at('files'));
  const port = await freePort();
  writeFileSync(at('authorized'), readFileSync(at('user.pub')), { mode: 0o600 });
  writeFileSync(
    at('config'),
    [
      `ListenAddress ${host}:${port}`,
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication yes',
      'PermitRootLogin yes',
      `PidFile ${at('pid')}`,
      'Subsystem sftp internal-sftp',
    ].join('\n'),
  );
  // Where it drops its rights to, which Debian makes when the service starts.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = program(['/usr/sbin/sshd', '/usr/local/sbin/sshd'], 'openssh-server');
  const process = new ServerProcess(port, [sshd, '-D', '-e', '-f', at('config')], { host });
  await process.start();
  const host_keys = [execFileSync('ssh-keygen', ['-lf', at('host.pub')], { encoding: 'utf8' }).split(' ')[1] ?? ''];
  const settings = { host, port, user: userInfo().username, host_keys, sign_in: 'private_key' } as const;
  return { process, folder: at('files'), settings, privateKey: readFileSync(at('user'), 'utf8') };
}
