import { createRoute, z } from '@hono/zod-openapi';
import { Column } from '../../core/contracts/types.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import { EnvironmentPath } from '../contracts.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { answers, jsonBody, newRoutes } from '../routing.ts';

const QueryRequest = z
  .strictObject({
    sql: z.string().min(1).optional(),
    /** A saved query's document. */
    query: z.string().startsWith('query/').optional(),
    limit: z.number().int().min(1).max(10_000).default(100),
  })
  .refine(({ sql, query }) => (sql === undefined) !== (query === undefined), 'expected either sql or query')
  .openapi('QueryRequest');

const QueryResult = z
  .object({ columns: z.array(Column), rows: z.array(z.array(z.unknown())), truncated: z.boolean() })
  .openapi('QueryResult');

const run = createRoute({
  operationId: 'runQuery',
  tags: ['queries'],
  method: 'post',
  path: '/{tenant}/{environment}/queries',
  summary: 'Run one Trino SELECT over the published tables',
  request: { params: EnvironmentPath, body: jsonBody(QueryRequest) },
  responses: answers(200, QueryResult, 'Rows; `truncated` when there are more than the limit'),
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
  routes.openapi(run, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, ...asked } = c.req.valid('json');
    const access = await platform.environment(tenant, environment);
    const options = { limit, signal: c.req.raw.signal };
    const { name, sql } = await statement(access, asked);
    return c.json(await readPublished(access, (reader) => reader.query(name, sql, options)), 200);
  });
  return routes;
}
