import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { testConnection } from '../../adapters/couriers/test-connection.ts';
import { Courier, CourierFile } from '../../core/contracts/sources.ts';
import type { Reading } from '../../core/feeds/port.ts';
import { going } from '../contracts/couriers.ts';
import { aConnection, courierContext } from '../support/couriers.ts';
import { startMariaDb } from './servers/mariadb.ts';
import { startPostgres } from './servers/postgresql.ts';

const postgres = await startPostgres();
const mariadb = await startMariaDb();
afterAll(() => Promise.all([postgres.process.kill(), mariadb.process.kill()]));

const files = [CourierFile.parse({ name: 'any', pattern: '*', format: { type: 'ndjson' } })];

/** What a database gives of one extract: its lines as they are, and the mark of the next reading. */
async function read(
  { settings, password }: Pick<typeof postgres, 'settings' | 'password'>,
  extract: Record<string, unknown>,
  reading: Partial<Reading> = {},
) {
  const courier = { id: 'courier/test', type: 'database', connection: 'connection/test', files };
  const given = Courier.parse({ ...courier, settings: { extracts: [{ name: 'rows.ndjson', ...extract }] } });
  const source = courierSource(given, courierContext({ password }), aConnection('database', settings));
  const path = join(await mkdtemp(join(tmpdir(), 'rows-')), 'file');
  const [file] = await source.list(files, going);
  if (!file) throw new Error('nothing was listed');
  const found = await source.fetch(file, path, { signal: going, ...reading });
  const text = await readFile(path, 'utf8');
  return {
    found,
    text,
    rows: text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    mark: found?.mark,
  };
}

const ids = ({ rows }: { rows: { id: number }[] }) => rows.map(({ id }) => id);

describe('PostgreSQL, row by row', () => {
  it('keeps the type of every value', async () => {
    postgres.sql(`CREATE TABLE typed (i bigint, n numeric, f float8, b boolean, t text, d date, ts timestamp,
      tz timestamptz, j json, a text[], x bytea, nothing text)`);
    postgres.sql(`INSERT INTO typed VALUES (9007199254740993, 12345678901234567890.10, 'NaN', true, E'a\\n"b"', '2026-11-23',
      '2026-11-23 10:00:00.123456', '2026-11-23 10:00:00+02', E'{"a":\\n 1.10}', '{x,"y,z"}', '\\x00ff', NULL)`);
    const { text, rows } = await read(postgres, { table: 'public.typed' });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('"i":9007199254740993,"n":12345678901234567890.10,"f":"NaN","b":true');
    expect(rows).toEqual([
      expect.objectContaining({
        t: 'a\n"b"',
        d: '2026-11-23',
        ts: '2026-11-23T10:00:00.123456',
        tz: '2026-11-23T08:00:00+00:00',
        j: { a: 1.1 },
        a: ['x', 'y,z'],
        x: '\\x00ff',
        nothing: null,
      }),
    ]);
  });

  it('can change nothing, whatever the query says', async () => {
    postgres.sql('CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
    postgres.sql('CREATE FUNCTION wipe() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM kept; RETURN 1; END$$');
    for (const query of ['SELECT wipe()', 'SELECT 1) AS r; DELETE FROM kept; --', 'DELETE FROM kept RETURNING id'])
      await expect(read(postgres, { query })).rejects.toMatchObject({ name: 'SourceRefused' });
    expect(postgres.sql('SELECT count(*) FROM kept').trim()).toBe('1');
  });
});

describe('MariaDB, row by row', () => {
  it('keeps the type of every value', async () => {
    mariadb.sql(`CREATE TABLE typed (i BIGINT UNSIGNED, n DECIMAL(30,2), z INT(6) ZEROFILL, f DOUBLE, b BOOLEAN, t TEXT, d DATE,
      ts DATETIME(6), tz TIMESTAMP NULL, x VARBINARY(4), bits BIT(9), nothing TEXT)`);
    mariadb.sql(`SET time_zone='+02:00'; INSERT INTO typed VALUES (18446744073709551615, 12345678901234567890.10, 7, 1.5, TRUE, 'ä\\n"b"',
      '2026-11-23', '2026-11-23 10:00:00.123456', '2026-11-23 10:00:00', x'00ff', b'100000001', NULL)`);
    const { text, rows } = await read(mariadb, { table: 'typed' });
    expect(text).toContain('"i":18446744073709551615,"n":12345678901234567890.10,"z":7,"f":1.5,"b":1');
    expect(rows).toEqual([
      expect.objectContaining({
        t: 'ä\n"b"',
        d: '2026-11-23',
        ts: '2026-11-23T10:00:00.123456',
        tz: '2026-11-23T08:00:00Z',
        x: '\\x00ff',
        bits: 257,
        nothing: null,
      }),
    ]);
  });

  it('can change nothing, whatever the query says', async () => {
    mariadb.sql('CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)');
    mariadb.sql('DELIMITER //\nCREATE FUNCTION wipe() RETURNS INT BEGIN DELETE FROM kept; RETURN 1; END//');
    for (const query of ['SELECT wipe()', 'SELECT 1) AS r; DELETE FROM kept; -- '])
      await expect(read(mariadb, { query })).rejects.toMatchObject({ name: 'SourceRefused' });
    expect(mariadb.sql('SELECT count(*) FROM kept').trim()).toBe('1');
  });
});

describe.each([
  ['PostgreSQL', postgres],
  ['MariaDB', mariadb],
])('%s as a source', (name, server) => {
  const { sql } = server;
  const isPostgres = name === 'PostgreSQL';

  it('is read on by a time: what came since, and what may have ended late', async () => {
    sql(`CREATE TABLE orders (id int, at timestamp NULL)`);
    sql(`INSERT INTO orders VALUES (1, '2025-11-23 10:00:00'), (2, '2025-11-23 12:00:00')`);
    const extract = { table: 'orders', incremental: 'at' };
    const first = await read(server, extract);
    expect(ids(first)).toEqual([1, 2]);
    sql(`INSERT INTO orders VALUES (3, '2025-11-23 11:57:00'), (4, '2025-11-23 11:00:00'), (5, '2025-11-23 12:30:00')`);
    const second = await read(server, extract, { since: first.mark ?? '' });
    expect(ids(second)).toEqual([3, 2, 5]);
    const again = await read(server, extract, { since: second.mark ?? '' });
    expect([ids(again), again.mark]).toEqual([[5], second.mark]);
    expect((await read(server, extract, { since: second.mark ?? '' })).found?.sha256).toBe(again.found?.sha256);
  });

  it('is read on by a time that no row of the future moves beyond the present', async () => {
    for (const type of ['timestamp NULL', 'date']) {
      sql('DROP TABLE IF EXISTS bookings');
      sql(`CREATE TABLE bookings (id int, at ${type})`);
      sql(`INSERT INTO bookings VALUES (1, '2025-11-23'), (2, '2037-01-01')`);
      const extract = { table: 'bookings', incremental: 'at' };
      const { mark = '' } = await read(server, extract);
      sql('INSERT INTO bookings VALUES (3, CURRENT_TIMESTAMP)');
      expect(ids(await read(server, extract, { since: mark }))).toEqual([3, 2]);
    }
  });

  it('is read on by a number, the highest row again', async () => {
    sql(`CREATE TABLE events (id bigint, kind text)`);
    sql(`INSERT INTO events VALUES (9007199254740992, 'a'), (9007199254740993, 'b')`);
    const extract = { query: `SELECT * FROM events WHERE kind <> 'x'`, incremental: 'id' };
    const { mark = '' } = await read(server, extract);
    sql(`INSERT INTO events VALUES (9007199254740994, 'c'), (9007199254740995, 'x')`);
    const { text } = await read(server, extract, { since: mark });
    expect(text.match(/"kind":"."/g)).toEqual(['"kind":"b"', '"kind":"c"']);
  });

  it('is read whole when a period is to be read again that numbers do not tell', async () => {
    sql('CREATE TABLE numbered (no int)');
    sql('INSERT INTO numbered VALUES (1), (2)');
    const extract = { query: 'SELECT no AS id FROM numbered', incremental: 'id' };
    const { mark = '' } = await read(server, extract);
    const again = await read(server, extract, { since: mark, period: { from: '2026-10-01', to: '2026-10-03' } });
    expect([ids(again), again.mark]).toEqual([[1, 2], mark]);
  });

  it('gives a period again, and goes on afterwards where it was', async () => {
    sql(`CREATE TABLE days (id int, at timestamp NULL)`);
    sql(`INSERT INTO days VALUES (1, '2026-10-01 00:00:00'), (2, '2026-10-02 23:59:59'), (3, '2026-10-03 00:00:00')`);
    const period = { from: '2026-10-01', to: '2026-10-03' };
    const { mark = '' } = await read(server, { table: 'days', incremental: 'at' });
    const again = await read(server, { table: 'days', incremental: 'at' }, { since: mark, period });
    expect([ids(again), again.mark]).toEqual([[1, 2], undefined]);
  });

  it('gives a file without rows of a table that is empty, and nothing of one that is read on and has nothing new', async () => {
    sql('CREATE TABLE bare (id int)');
    expect((await read(server, { table: 'bare' })).found).toMatchObject({ bytes: 0 });
    expect((await read(server, { table: 'bare', incremental: 'id' })).found).toBeUndefined();
  });

  it('is read whole when it was killed midway and started again', async () => {
    const rows = 300_000;
    const series = isPostgres ? `generate_series(1, ${rows}) AS n` : `(SELECT seq AS n FROM seq_1_to_${rows}) AS s`;
    sql(
      `CREATE TABLE large AS SELECT n AS id, ${isPostgres ? "repeat('x', 100)" : "REPEAT('x', 100)"} AS t FROM ${series}`,
    );
    const courier = { id: 'courier/test', type: 'database', connection: 'connection/test', files };
    const extracts = [{ name: 'large.ndjson', table: 'large' }];
    const context = courierContext({ password: server.password });
    const connection = aConnection('database', server.settings);
    const source = courierSource(Courier.parse({ ...courier, settings: { extracts } }), context, connection);
    const path = join(await mkdtemp(join(tmpdir(), 'rows-')), 'file');
    const fetching = source.fetch({ name: 'large.ndjson', modified: '' }, path, { signal: going });
    fetching.catch(() => undefined);
    await vi.waitUntil(async () => ((await stat(path).catch(() => undefined))?.size ?? 0) > 1e6, {
      interval: 2,
      timeout: 20_000,
    });
    await server.process.kill();
    await server.process.start();
    await fetching;
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect([lines.length, new Set(lines).size]).toEqual([rows, rows]);
  });

  it('takes little memory however many rows there are, and ends when it is told to', async () => {
    const series = isPostgres ? 'generate_series(1, 100000000)' : 'seq_1_to_100000000';
    const before = process.memoryUsage().rss;
    const stopping = new AbortController();
    const reading = read(server, { query: `SELECT 'row' AS t FROM ${series}` }, { signal: stopping.signal });
    reading.catch(() => undefined);
    const most = vi
      .waitUntil(() => process.memoryUsage().rss - before > 200e6, { timeout: 2_000 })
      .then(
        () => 'much',
        () => 'little',
      );
    expect(await most).toBe('little');
    stopping.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says what failed: who, where, why, and never by what', async () => {
    const tried = (also: Record<string, unknown>, password = server.password) =>
      testConnection(aConnection('database', { ...server.settings, ...also }), courierContext({ password }));
    const works = await tried({});
    expect([works.works, works.seen.server]).toEqual([
      true,
      expect.stringMatching(isPostgres ? /^PostgreSQL \d/ : /MariaDB/),
    ]);
    const where = `acme@127.0.0.1 port ${server.settings.port}, database`;
    const refused = await tried({}, 'wrong-horse');
    expect(refused.message).toContain(`${where} shop: `);
    expect(JSON.stringify(refused)).not.toContain('wrong-horse');
    expect((await tried({ database: 'nowhere' })).message).toContain(`${where} nowhere: `);
    expect((await tried({ port: 1 })).message).toContain("can't be reached: connect ECONNREFUSED");
    expect((await tried({ tls: 'verify' })).works).toBe(false);
    await expect(read(server, { table: 'nothing_here' })).rejects.toMatchObject({
      name: 'SourceRefused',
      message: expect.stringContaining('nothing_here'),
    });
  });

  it('is not read on by what does not grow', async () => {
    sql('CREATE TABLE words (id int, w text)');
    await expect(read(server, { table: 'words', incremental: 'w' })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('incremental w is of the type'),
    });
  });
});
