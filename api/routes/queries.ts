import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { QueryAnswer } from '../../core/contracts/query-answer.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { isAllowed } from '../../core/policies/policy.ts';
import { ask } from '../../core/queries/ask.ts';
import { firstRows } from '../../core/queries/first-rows.ts';
import { mustHaveSucceeded, resultGone } from '../../core/queries/results.ts';
import type { QueryProgress } from '../../core/sql/port.ts';
import { EnvironmentPath, named } from '../contracts.ts';
import { messageOf } from '../errors.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { type ApiEnvironment, answers, jsonBody, needs, newRoutes } from '../routing.ts';

/** Rows in one answer: in AWS it has 6 MB, each quote of its JSON counted twice. */
const ANSWER_BYTES = 3_000_000;
/** How long cancelling may take to show. */
const CANCEL_MS = 2_000;

const Waiting = {
  /** Rows of the answer. */
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  /** How long the answer may wait for the query's end. */
  wait_seconds: z.coerce.number().min(0).max(20).default(10),
};

const QueryRequest = z
  .strictObject({
    sql: z.string().min(1).optional(),
    /** A saved query's document. */
    query: z.string().startsWith('query/').optional(),
    limit: z.number().int().min(1).max(10_000).default(100),
    wait_seconds: z.number().min(0).max(20).default(10),
  })
  .refine(({ sql, query }) => (sql === undefined) !== (query === undefined), 'expected either sql or query')
  .openapi('QueryRequest');

const QueryPath = EnvironmentPath.extend({ id: z.string() });

const start = createRoute({
  operationId: 'startQuery',
  tags: ['queries'],
  method: 'post',
  path: '/{tenant}/{environment}/queries',
  ...needs('query:run'),
  summary: 'Start one Trino SELECT over the published tables, and wait a while for its end',
  request: { params: EnvironmentPath, body: jsonBody(QueryRequest) },
  responses: answers(201, named.QueryAnswer, 'The query as it stands; its first rows when it has succeeded'),
});

const show = createRoute({
  operationId: 'getQuery',
  tags: ['queries'],
  method: 'get',
  path: '/{tenant}/{environment}/queries/{id}',
  ...needs('query:run'),
  summary: 'A query as it stands, once it has ended or after a while',
  request: { params: QueryPath, query: z.strictObject(Waiting) },
  responses: answers(200, named.QueryAnswer, 'The query; its first rows when it has succeeded'),
});

const cancel = createRoute({
  operationId: 'cancelQuery',
  tags: ['queries'],
  method: 'delete',
  path: '/{tenant}/{environment}/queries/{id}',
  ...needs('query:run'),
  summary: 'Cancel a query; one that has ended stays as it is',
  request: { params: QueryPath },
  responses: answers(200, named.QueryAnswer, 'The query as it is now'),
});

const download = createRoute({
  operationId: 'downloadQueryResult',
  tags: ['queries'],
  method: 'get',
  path: '/{tenant}/{environment}/queries/{id}/result.csv',
  ...needs('query:download'),
  summary: 'The whole result as CSV, or where it is',
  request: { params: QueryPath },
  responses: {
    ...answers(200, z.string(), 'Rows'),
    200: { content: { 'text/csv': { schema: { type: 'string' as const } } }, description: 'Rows' },
    302: { description: 'They are elsewhere' },
  },
});

/** What is asked, in its own words or by the document that holds them. */
async function statement(
  access: EnvironmentAccess,
  { sql, query = '' }: { sql?: string | undefined; query?: string | undefined },
): Promise<{ name: string; sql: string }> {
  if (sql !== undefined) return { name: 'query', sql };
  const saved = (await headConfiguration(access.objects)).get('query', query);
  return { name: saved.id, sql: saved.sql };
}

export function queryRoutes(platform: Platform) {
  const routes = newRoutes();
  const answerOf = answerFrom(platform);
  routes.openapi(start, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, wait_seconds, ...asked } = c.req.valid('json');
    const access = await platform.environment(tenant, environment);
    const waiting = { waitMs: wait_seconds * 1000, signal: c.req.raw.signal };
    const progress = await ask(access, await statement(access, asked), waiting);
    return c.json(await answerOf(c, access, progress, limit), 201);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const { limit, wait_seconds } = c.req.valid('query');
    const access = await platform.environment(tenant, environment);
    const progress = await access.queries.follow(id, { waitMs: wait_seconds * 1000, signal: c.req.raw.signal });
    return c.json(await answerOf(c, access, { id, ...progress }, limit), 200);
  });
  routes.openapi(cancel, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    await access.queries.cancel(id);
    const progress = await access.queries.follow(id, { waitMs: CANCEL_MS });
    return c.json(await answerOf(c, access, { id, ...progress }, Waiting.limit.parse(undefined)), 200);
  });
  routes.openapi(download, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const { queries, objects } = await platform.environment(tenant, environment);
    await mustHaveSucceeded(queries, id);
    const link = await queries.link(id);
    if (link) return c.redirect(link.url, 302);
    const { key } = await queries.csv(id);
    const file = await objects.get(key);
    if (!file) throw resultGone(id);
    return c.body(Buffer.from(file.body), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${id}.csv"`,
    });
  });
  return routes;
}

/** Tells how a query stands: with its first rows, or why it failed. */
const answerFrom =
  (platform: Platform) =>
  async (
    c: Context<ApiEnvironment>,
    { tenant, environment, queries }: EnvironmentAccess,
    { id, name, state, error }: QueryProgress & { id: string },
    limit: number,
  ): Promise<QueryAnswer> => {
    if (error) {
      const { sql, query_id } = error.data as { sql?: string; query_id?: string };
      const message = messageOf(error, platform, c.get('requestId'));
      return {
        id,
        name,
        state,
        error: { name: error.name, message, ...(sql && { sql }), ...(query_id && { query_id }) },
      };
    }
    if (state !== 'succeeded') return { id, name, state };
    const { columns, rows, truncated } = await queries.rows(id, limit);
    const shown = firstRows(rows, ANSWER_BYTES);
    const answer = { id, name, state, columns, rows: shown, truncated: truncated || shown.length < rows.length };
    if (!isAllowed(c.get('principal').policies, 'query:download')) return answer;
    const link = await queries.link(id);
    const own = new URL(`/api/v0/${tenant}/${environment}/queries/${id}/result.csv`, c.req.url).href;
    return {
      ...answer,
      result_url: link?.url ?? own,
      ...(link && { result_expires_at: link.expiresAt.toISOString() }),
    };
  };
