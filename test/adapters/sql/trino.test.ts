import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TrinoEngine } from '../../../adapters/sql/trino.ts';

type Answer = { status?: number; body: string };

let server: Server;
const asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];

/** A coordinator that gives these answers, one after the other, and the last of them for ever. */
async function openTrino(...answers: ((url: string) => Answer)[]): Promise<TrinoEngine> {
  asked.length = 0;
  server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const { url = '', method = '', headers } = request;
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push({ method, url, headers, body });
    const { status = 200, body: told = '' } = answer?.(`http://localhost:${port()}`) ?? {};
    response.writeHead(status).end(told);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const catalogs = { hive: 'hive', iceberg: 'iceberg' };
  return TrinoEngine.open({ url: `http://localhost:${port()}`, user: 'tributary', catalogs, databases: {} });
}
const port = () => (server.address() as AddressInfo).port;
const statement = { name: 'people', sql: 'SELECT 1' };
const page = (told: object) => (url: string) => ({
  body: JSON.stringify({ id: 'query-1', ...told }).replaceAll('HERE', url),
});

describe('a session with Trino', () => {
  afterEach(() => void server.close());

  it('follows the answers to the end, and asks for times to the microsecond', async () => {
    const columns = [{ name: 'n', type: 'integer' }];
    const engine = await openTrino(
      page({ nextUri: 'HERE/1' }),
      page({ columns, data: [[1], [2]], nextUri: 'HERE/2' }),
      page({ columns, data: [[3]] }),
    );
    expect(await engine.query(statement, 10)).toEqual({ columns, rows: [[1], [2], [3]] });
    expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/statement', 'SELECT 1'],
      ['GET', '/1', ''],
      ['GET', '/2', ''],
    ]);
    expect(asked[0]?.headers).toMatchObject({ 'x-trino-client-capabilities': 'PARAMETRIC_DATETIME' });
  });

  it('keeps every digit of integers, and texts as they are', async () => {
    const types = ['bigint', 'varchar', 'double', 'bigint'].map((type) => ({ name: type, type }));
    const text = '"a,12345678901234567890,b\\\\"';
    const engine = await openTrino(() => ({
      body: `{"columns":${JSON.stringify(types)},"data":[[9007199254740993,${text},1.2345678901234567E-5,-42]]}`,
    }));
    const { rows } = await engine.query(statement, 1);
    expect(rows).toEqual([['9007199254740993', JSON.parse(text), JSON.parse('1.2345678901234567E-5'), -42]]);
  });

  it('asks again while the coordinator is busy, and runs again what lost its commit', async () => {
    const lost = { errorName: 'ICEBERG_COMMIT_ERROR', errorType: 'EXTERNAL', message: 'Failed to commit' };
    const engine = await openTrino(
      () => ({ status: 503, body: 'busy' }),
      page({ error: lost }),
      page({ updateCount: 7 }),
    );
    expect(await engine.run(statement)).toBe(7);
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
  });

  it.each([
    ['QueryFailed', 'USER_ERROR'],
    ['InternalError', 'INTERNAL_ERROR'],
  ])('fails by %s for a %s, and names the statement and the query', async (name, errorType) => {
    const engine = await openTrino(page({ error: { errorName: 'TROUBLE', errorType, message: 'there is trouble' } }));
    const message = 'people: TROUBLE: there is trouble (query query-1)';
    await expect(engine.run(statement)).rejects.toMatchObject({ name, message, data: { sql: 'SELECT 1' } });
  });

  it('ends the statement under way when the run is stopped', async () => {
    const engine = await openTrino(page({ nextUri: 'HERE/next' }));
    const stop = new AbortController();
    const running = engine.query({ ...statement, signal: stop.signal }, 1);
    setTimeout(() => stop.abort(), 50);
    await expect(running).rejects.toMatchObject({ name: 'RunStopped' });
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', url: '/next' });
  });
});
