import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SftpDelivery } from '../../core/contracts/sftp.ts';
import { standardPolicies } from '../../core/policies/standard.ts';
import { inboxFolder } from '../../local/home.ts';
import { SftpSites } from '../../local/sftp-sites.ts';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

const people = 'SELECT id, name FROM (VALUES (1, \'Ada, or "A"\'), (2, NULL)) AS t(id, name) ORDER BY id';
const csv = 'id,name\r\n1,"Ada, or ""A"""\r\n2,\r\n';

let api: TestApi;
let sites: SftpSites;
/** Keys of files that the site has told to be whole. */
const arrived: string[] = [];

beforeAll(async () => {
  const also: { sftpSite?: ReturnType<SftpSites['of']> } = {};
  api = await TestApi.open(shopDocuments, {}, also);
  sites = new SftpSites({
    home: api.tenant.home,
    log: pino({ level: 'silent' }),
    arrived: (_, key) => arrived.push(key),
  });
  also.sftpSite = sites.of(api.tenant.environment);
  await mkdir(inboxFolder(api.tenant.home, 'test'), { recursive: true });
  await api.ok('POST', '/sftp', {});
  await api.ok('POST', '/sftp/users', { name: 'shop', folder: 'partners/shop' });
});
afterAll(async () => {
  await sites.close();
  await api.close();
});

const ask = async (sql: string, more: object = {}) =>
  (await api.ok<{ id: string }>('POST', '/queries', { sql, wait_seconds: 20, ...more })).id;
const inInbox = (path: string) => join(inboxFolder(api.tenant.home, 'test'), path);
const deliveries = (name: string) => `/sftp/users/${name}/deliveries`;

describe("the result of a query in an SFTP user's folder", () => {
  it('is all that a download of it gives, under the path that the user sees', async () => {
    const query_id = await ask(people, { limit: 1 });
    const response = await api.call('POST', deliveries('shop'), { query_id, path: 'for-you/people.csv' });
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      user: 'shop',
      path: '/for-you/people.csv',
      bytes: Buffer.byteLength(csv),
      rows: 2,
    });
    expect(await readFile(inInbox('partners/shop/for-you/people.csv'), 'utf8')).toBe(csv);
    expect(await (await api.call('GET', `/queries/${query_id}/result.csv`)).text()).toBe(csv);
    expect(arrived).toEqual(['inbox/partners/shop/for-you/people.csv']);
  });

  it('takes the place of the file before', async () => {
    for (const n of [1, 2]) {
      const query_id = await ask(`SELECT ${n} AS n`);
      await api.ok<SftpDelivery>('POST', deliveries('shop'), { query_id, path: 'n.csv' });
    }
    expect(await readFile(inInbox('partners/shop/n.csv'), 'utf8')).toBe('n\r\n2\r\n');
  });

  it('is nowhere but there: paths that lead out of the folder, or are none, are refused', async () => {
    const query_id = await ask(people);
    const paths = ['', '/', '/etc/x', '..', '../x', 'a/../../x', 'a/./x', 'a//x', 'a/', 'a\\x', 'a\nx', 'a\0'];
    for (const path of [...paths, '\ud800', 'x'.repeat(256), `${'long/'.repeat(160)}x`]) {
      const { status, message } = await api.refusal('POST', deliveries('shop'), { query_id, path });
      expect([path, status, message]).toEqual([path, 400, expect.stringContaining("in the user's folder such as")]);
    }
  });

  it('is not put in the place of a folder, nor below a file', async () => {
    const query_id = await ask(people);
    await mkdir(dirname(inInbox('partners/shop/folder/file.csv')), { recursive: true });
    await writeFile(inInbox('partners/shop/folder/file.csv'), 'of the partner');
    for (const [path, what] of [
      ['folder', 'folder is a folder'],
      ['folder/file.csv/x.csv', 'folder/file.csv is a file'],
    ]) {
      const { status, message } = await api.refusal('POST', deliveries('shop'), { query_id, path });
      expect([status, message]).toEqual([409, expect.stringContaining(String(what))]);
    }
    expect(await readFile(inInbox('partners/shop/folder/file.csv'), 'utf8')).toBe('of the partner');
  });

  it('waits for a query that has one, and a user who is there', async () => {
    const numbers = (name: string) => `(SELECT n FROM UNNEST(SEQUENCE(1, 10000)) AS u(n)) ${name}`;
    const endless = `SELECT SUM(a.n * b.n + c.n) AS total FROM ${['a', 'b', 'c'].map(numbers).join(' CROSS JOIN ')}`;
    const query_id = await ask(endless, { wait_seconds: 0 });
    const body = { query_id, path: 'x.csv' };
    expect(await api.refusal('POST', deliveries('shop'), body)).toEqual({
      status: 409,
      message: `query ${query_id} is running: expected one that has succeeded`,
    });
    await api.ok('DELETE', `/queries/${query_id}`);
    expect(await api.refusal('POST', deliveries('shop'), body)).toMatchObject({ status: 409 });
    expect(await api.refusal('POST', deliveries('shop'), { ...body, query_id: 'none' })).toMatchObject({ status: 404 });
    const { status, message } = await api.refusal('POST', deliveries('nobody'), body);
    expect([status, message]).toEqual([404, expect.stringContaining('no SFTP user "nobody"')]);
  });

  it('is never a part of it: one that was cut is refused', async () => {
    const rows = 'FROM UNNEST(SEQUENCE(1, 10000)) AS a(n) CROSS JOIN UNNEST(SEQUENCE(1, 11)) AS b(m)';
    const query_id = await ask(`SELECT n ${rows}`);
    const { status, message } = await api.refusal('POST', deliveries('shop'), { query_id, path: 'cut.csv' });
    expect([status, message]).toEqual([400, expect.stringContaining('is cut at 100000 rows')]);
    await expect(readFile(inInbox('partners/shop/cut.csv'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('is given by those who may download it, too', async () => {
  const restricted = { id: 'r', name: 'R', statements: [{ effect: 'deny' as const, actions: ['query:download'] }] };
  const own = await TestApi.open(shopDocuments, {
    principalOf: async () => ({
      id: 'eve',
      name: 'eve',
      policies: [...standardPolicies, restricted],
      worksIn: () => true,
    }),
  });
  const { status, message } = await own.refusal('POST', deliveries('shop'), { query_id: 'one', path: 'x.csv' });
  expect([status, message]).toEqual([403, expect.stringContaining('eve may not query:download')]);
  await own.close();
});
