import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, program, ServerProcess } from './process.ts';

/** A MariaDB of the test, with a database `shop` of a user `acme`. */
export async function startMariaDb() {
  const mariadbd = program(['/usr/sbin/mariadbd', '/usr/local/bin/mariadbd'], 'mariadb-server');
  const place = mkdtempSync(join(tmpdir(), 'mariadb-'));
  const data = join(place, 'data');
  const user = userInfo().username;
  const password = 'correct-horse-maria';
  const quiet = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], encoding: 'utf8' as const };
  const made = [
    '--no-defaults',
    `--datadir=${data}`,
    `--user=${user}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ];
  execFileSync('mariadb-install-db', made, quiet);
  const port = await freePort();
  const socket = join(place, 'socket');
  const options = [
    '--no-defaults',
    `--datadir=${data}`,
    `--user=${user}`,
    `--socket=${socket}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
  ];
  const server = new ServerProcess(port, [
    mariadbd,
    ...options,
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=64M',
  ]);
  await server.start();
  const sql = (text: string, database = 'shop'): string =>
    execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '-uroot', '-N', '-e', text, database], quiet);
  sql(
    `CREATE DATABASE shop; CREATE USER acme@'%' IDENTIFIED BY '${password}'; GRANT ALL ON shop.* TO acme@'%'; CREATE USER acme@localhost IDENTIFIED BY '${password}'; GRANT ALL ON shop.* TO acme@localhost`,
    'mysql',
  );
  const settings = { engine: 'mysql', host: '127.0.0.1', port, database: 'shop', user: 'acme', tls: 'off' };
  return { process: server, settings, password, sql };
}
