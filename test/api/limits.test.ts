import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.open(shopDocuments, { limits: { seconds: 4, bytes: 20_000 } });
});
afterAll(() => api.close());

test('an answer that would be too large is a refusal that says so, and one that fits comes', async () => {
  const sql = "SELECT LPAD('x', 1000, 'x') AS text FROM UNNEST(SEQUENCE(1, 100)) AS t(n)";
  expect(await api.refusal('POST', '/queries', { sql })).toEqual({
    status: 400,
    message: 'the answer has 0.1 MB and may have 0.0: ask for less, by limit or by a filter',
  });
  expect(await api.ok('POST', '/queries', { sql, limit: 10 })).toMatchObject({ truncated: true });
});

test('an answer that takes too long is one that says so', async () => {
  const numbers = (name: string) => `(SELECT n FROM UNNEST(SEQUENCE(1, 10000)) AS u(n)) ${name}`;
  const sql = `SELECT SUM(a.n * b.n + c.n) AS total FROM ${['a', 'b', 'c'].map(numbers).join(' CROSS JOIN ')}`;
  expect(await api.refusal('POST', '/queries', { sql, wait_seconds: 20 })).toEqual({
    status: 504,
    message: expect.stringContaining('longer than 4 seconds'),
  });
});
