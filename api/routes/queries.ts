import { createRoute, z } from '@hono/zod-openapi';
import { Column } from '../../core/contracts/types.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import { EnvironmentPath } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, newRoutes } from '../routing.ts';

const QueryRequest = z
  .strictObject({ sql: z.string().min(1), limit: z.number().int().min(1).max(10_000).default(100) })
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

export function queryRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(run, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { sql, limit } = c.req.valid('json');
    const access = await platform.environment(tenant, environment);
    const options = { limit, signal: c.req.raw.signal };
    return c.json(await readPublished(access, (reader) => reader.query('query', sql, options)), 200);
  });
  return routes;
}
