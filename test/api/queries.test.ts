import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryAnswer } from '../../core/contracts/query-answer.ts';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.open(shopDocuments);
});
afterAll(() => api.close());

const ask = (sql: string, more: object = {}) => api.ok<QueryAnswer>('POST', '/queries', { sql, ...more });
const numbers = (name: string) => `(SELECT n FROM UNNEST(SEQUENCE(1, 10000)) AS u(n)) ${name}`;
const endless = `SELECT SUM(a.n * b.n + c.n * d.n) AS total FROM ${['a', 'b', 'c', 'd'].map(numbers).join(' CROSS JOIN ')}`;

describe('a query', () => {
  test('that is quick is answered when it is asked, again by its id, and whole as CSV', async () => {
    const sql = 'SELECT id, name FROM (VALUES (1, \'Ada, or "A"\'), (2, NULL)) AS t(id, name) ORDER BY id';
    const asked = await ask(sql, { limit: 1 });
    expect(asked).toMatchObject({ name: 'query', state: 'succeeded', rows: [[1, 'Ada, or "A"']], truncated: true });
    const again = await api.ok<QueryAnswer>('GET', `/queries/${asked.id}`);
    expect(again).toMatchObject({
      id: asked.id,
      rows: [
        [1, 'Ada, or "A"'],
        [2, null],
      ],
      truncated: false,
    });
    const csv = await api.request('GET', new URL(asked.result_url ?? '').pathname);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await csv.text()).toBe('id,name\r\n1,"Ada, or ""A"""\r\n2,\r\n');
  });

  test('that takes long is told of at once, and is under way until it is cancelled', async () => {
    const asked = await ask(endless, { wait_seconds: 0 });
    expect(asked).toEqual({ id: asked.id, name: 'query', state: 'running' });
    const path = `/queries/${asked.id}`;
    const began = Date.now();
    expect(await api.ok('GET', `${path}?wait_seconds=0.3`)).toEqual(asked);
    expect(Date.now() - began).toBeGreaterThan(250);
    expect(await api.refusal('GET', `${path}/result.csv`)).toMatchObject({ status: 409 });
    expect(await api.ok('DELETE', path)).toEqual({ ...asked, state: 'cancelled' });
  });

  test('that fails is an answer that says why', async () => {
    const asked = await ask("SELECT CAST(name AS integer) AS n FROM (VALUES ('Ada')) AS t(name)");
    expect(asked).toEqual({
      id: asked.id,
      name: 'query',
      state: 'failed',
      error: {
        name: 'QueryFailed',
        message: 'query: not an integer: Ada',
        sql: expect.stringContaining("'Ada'"),
      },
    });
  });

  test('with very wide rows is answered with as many as an answer holds', async () => {
    const wide = `SELECT n, LPAD('x', 1000, 'x') AS text FROM ${numbers('a')}`;
    const response = await api.call('POST', '/queries', { sql: wide, limit: 10_000 });
    const text = await response.text();
    expect(text.length).toBeLessThan(3_100_000);
    const { rows = [], truncated } = JSON.parse(text) as QueryAnswer;
    expect(rows.length).toBeGreaterThan(2_000);
    expect(truncated).toBe(true);
  });

  test('is not waited for longer than a gateway would', async () => {
    const long = await api.refusal('POST', '/queries', { sql: 'SELECT 1 AS a', wait_seconds: 21 });
    expect(long).toMatchObject({ status: 400, message: expect.stringContaining('wait_seconds') });
  });

  test('that nobody asked is not found', async () => {
    for (const method of ['GET', 'DELETE']) {
      expect(await api.refusal(method, '/queries/00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
    }
  });
});
