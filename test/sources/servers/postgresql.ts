import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, program, ServerProcess } from './process.ts';

const asRoot = userInfo().uid === 0;
/** PostgreSQL refuses to run as root. */
const asOther = (command: string[]): [string, ...string[]] =>
  asRoot ? ['runuser', '-u', 'postgres', '--', ...command] : (command as [string, ...string[]]);

/** A PostgreSQL of the test, with a database `shop` of a user `acme`. */
export async function startPostgres(host = '127.0.0.1') {
  const versions = ['18', '17', '16', '15', '14', '13'].map((version) => `/usr/lib/postgresql/${version}/bin`);
  const bin = program([...versions, '/usr/local/pgsql/bin'], 'postgresql');
  const place = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (asRoot) execFileSync('chown', ['postgres', place]);
  const data = join(place, 'data');
  const password = 'correct-horse-pg';
  const passwordFile = join(place, 'password');
  writeFileSync(passwordFile, password);
  chmodSync(passwordFile, 0o644);
  const how = ['--auth=scram-sha-256', '--username=acme', `--pwfile=${passwordFile}`, '--no-sync', '--locale=C.UTF-8'];
  const run = ([file, ...args]: [string, ...string[]], env = {}) =>
    execFileSync(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: place,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
  run(asOther([join(bin, 'initdb'), '-D', data, ...how]));
  appendFileSync(join(data, 'pg_hba.conf'), `host all all ${host}/32 scram-sha-256\n`);
  const port = await freePort();
  const options = [
    '-p',
    String(port),
    '-c',
    `listen_addresses=${host}`,
    '-c',
    'unix_socket_directories=',
    '-c',
    'fsync=off',
  ];
  const server = new ServerProcess(port, asOther([join(bin, 'postgres'), '-D', data, ...options]), { host });
  await server.start();
  const sql = (text: string, database = 'shop'): string =>
    run(['psql', '-h', host, '-p', String(port), '-U', 'acme', '-d', database, '-qAtc', text], {
      PGPASSWORD: password,
    });
  for (let tries = 0; ; tries++) {
    try {
      sql('CREATE DATABASE shop', 'postgres');
      break;
    } catch (cause) {
      if (tries > 100 || !/starting up/.test(String(cause))) throw cause;
    }
  }
  const settings = { engine: 'postgresql', host, port, database: 'shop', user: 'acme', tls: 'off' };
  return { process: server, settings, password, sql };
}
