import { createRoute, z } from '@hono/zod-openapi';
import { publishedTables } from '../../core/environments/catalog.ts';
import { describeTable, summaryOf } from '../../core/queries/describe-table.ts';
import { EnvironmentPath, named, page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, needs, newRoutes } from '../routing.ts';

const list = createRoute({
  operationId: 'listTables',
  tags: ['tables'],
  method: 'get',
  path: '/{tenant}/{environment}/tables',
  ...needs('table:view'),
  summary: 'Published tables, which all show one moment',
  request: { params: EnvironmentPath },
  responses: answers(200, page(named.TableSummary), 'Tables, by schema and name'),
});

const show = createRoute({
  operationId: 'getTable',
  tags: ['tables'],
  method: 'get',
  path: '/{tenant}/{environment}/tables/{schema}/{name}',
  ...needs('table:view'),
  summary: 'One published table: its SQL, where each column comes from, what reads it, its checks',
  request: { params: EnvironmentPath.extend({ schema: z.string(), name: z.string() }) },
  responses: answers(200, named.TableDescription, 'The table'),
});

export function tableRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const tables = Object.entries(await publishedTables(access.objects)).sort(([a], [b]) => (a < b ? -1 : 1));
    return c.json({ data: await Promise.all(tables.map(([, entry]) => summaryOf(access, entry))) }, 200);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, schema, name } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(await describeTable(access, `${schema}.${name}`), 200);
  });
  return routes;
}
