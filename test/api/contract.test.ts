import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestApi } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

interface Operation {
  responses: Record<string, unknown>;
  summary?: string;
  operationId?: string;
  parameters?: { in: string }[];
}

interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let api: TestApi;
let document: OpenApiDocument;

beforeAll(async () => {
  api = await TestApi.open(shopDocuments);
  document = (await (await api.app.request('/openapi.json')).json()) as OpenApiDocument;
});
afterAll(() => api.close());

/** Every route that the app answers, as method and OpenAPI path; pages for people are none. */
const routes = () => {
  const all = api.app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.endsWith('/openapi.json') && !path.startsWith('/handover/'))
    .map(({ method, path }) => ({
      method: method.toLowerCase(),
      path: path.replace(/:(\w+)/g, (_colon, name) => `{${name}}`),
    }));
  // Each middleware of a route is an entry of its own.
  return [...new Map(all.map((route) => [`${route.method} ${route.path}`, route])).values()];
};

describe('the OpenAPI document', () => {
  test('is of version 3.1, and served to anyone', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect((await api.app.request('/api/v0/openapi.json')).status).toBe(200);
  });

  test('has every route, with a summary, an answer and its refusals', () => {
    expect(routes().length).toBeGreaterThan(20);
    for (const { method, path } of routes()) {
      const operation = document.paths[path]?.[method];
      expect(operation, `${method} ${path}`).toBeDefined();
      expect(operation?.summary, `${method} ${path}`).toBeTruthy();
      expect(Object.keys(operation?.responses ?? {}), `${method} ${path}`).toEqual(
        expect.arrayContaining(['400', '401', '403', '404', '409', '500']),
      );
    }
  });

  test('names each operation once, and the shapes that clients share', () => {
    const names = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(new Set(names).size).toBe(routes().length);
    const { components } = document as unknown as { components: { schemas: object } };
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining(['Run', 'RunRequest', 'Document', 'Feed', 'CourierGroup', 'PersonStory', 'Error']),
    );
  });

  test('and docs/api.md list the same routes', async () => {
    const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| (GET|POST|PUT|DELETE) `([^`]+)`/gm)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    const served = routes().map(({ method, path }) => `${method.toUpperCase()} ${path.replace('/api/v0', '')}`);
    expect(listed.sort()).toEqual(served.sort());
  });

  test('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(document);
    const held = document as unknown as { components: { schemas: Record<string, unknown> } };
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(held.components.schemas).toHaveProperty(name ?? '');
    }
  });
});

describe('a token', () => {
  test('is asked for by every route but health', async () => {
    for (const { method, path } of routes()) {
      const url = path.replaceAll('{tenant}', 'test').replaceAll('{environment}', 'production').replace(/[{}]/g, '');
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic dGVzdA==' }]) {
        const response = await api.app.request(url, { method: method.toUpperCase(), headers });
        expect(response.status, `${method} ${path}`).toBe(path === '/api/v0/health' ? 200 : 401);
      }
    }
  });

  test('is what a refusal asks for, and its value is not repeated', async () => {
    const headers = { authorization: 'Bearer wrong-secret' };
    const response = await api.app.request('/api/v0/tenants', { headers });
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toEqual({
      status: 401,
      message: expect.stringContaining('expected the header Authorization: Bearer <token>'),
      request_id: response.headers.get('x-request-id'),
    });
    expect(JSON.stringify(body)).not.toContain('wrong-secret');
  });
});

describe('a refusal', () => {
  test('names unknown fields of a body', async () => {
    const run = { courier_group: 'courier-group/daily', colour: 'blue' };
    expect(await api.refusal('POST', '/runs', run)).toEqual({
      status: 400,
      message: expect.stringContaining('colour'),
    });
  });

  test('names unknown parameters of each list and look-up, which nobody would miss otherwise', async () => {
    const asked = Object.entries(document.paths).filter(
      ([path, { get }]) => !/\{(?!tenant|environment)/.test(path) && get?.parameters?.some((one) => one.in === 'query'),
    );
    expect(asked.length).toBeGreaterThan(8);
    for (const [path] of asked) {
      const answer = await api.refusal('GET', `${path.split('{environment}')[1]}?colour=blue`);
      expect(answer, path).toEqual({
        status: 400,
        message: expect.stringMatching(/no such field as colour, expected/),
      });
    }
  });

  test('names every field that is wrong', async () => {
    const { status, message } = await api.refusal('POST', '/queries', { sql: '', limit: 10_001 });
    expect(status).toBe(400);
    expect(message).toMatch(/json: sql: .*; limit: .*10000/);
  });

  test('tells that a body is not JSON, or too large', async () => {
    const path = '/api/v0/test/production/queries';
    expect((await api.request('POST', path, '{"sql": ')).status).toBe(400);
    const large = await api.request('POST', path, JSON.stringify({ sql: 'x'.repeat(11 * 1024 * 1024) }));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ status: 413, message: expect.stringContaining('10 MB') });
  });

  test('tells what is not there', async () => {
    expect(await api.refusal('GET', '/nothing')).toMatchObject({ status: 404 });
    expect(await api.refusal('GET', '/runs/run-20260101-000000-abcd')).toMatchObject({ status: 404 });
    const elsewhere = await api.request('GET', '/api/v0/test/staging/tables');
    expect(elsewhere.status).toBe(404);
  });

  test('says nothing of a failure of ours, and notes it whole', async () => {
    const { objects } = api.tenant.environment;
    await objects.put('published.json', '{"secret": tru');
    const { status, message } = await api.refusal('GET', '/tables');
    await objects.delete('published.json');
    expect(status).toBe(500);
    expect(message).toMatch(/^something went wrong on our side: the log tells more under [0-9a-f-]{36}$/);
    expect(api.reported.at(-1)).toBeInstanceOf(SyntaxError);
  });
});
