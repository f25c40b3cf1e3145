import { createRoute } from '@hono/zod-openapi';
import { TableEntry } from '../../core/contracts/catalog.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { EnvironmentPath, page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, newRoutes } from '../routing.ts';

const TableSummary = TableEntry.pick({
  schema: true,
  name: true,
  rows: true,
  columns: true,
  version: true,
  built_at: true,
  run_id: true,
}).openapi('Table');
const summary = ({ schema, name, rows, columns, version, built_at, run_id }: TableEntry) => ({
  schema,
  name,
  rows,
  columns,
  version,
  built_at,
  run_id,
});

const list = createRoute({
  method: 'get',
  path: '/{tenant}/{environment}/tables',
  summary: 'Published tables, which all show one moment',
  request: { params: EnvironmentPath },
  responses: answers(200, page(TableSummary), 'Tables, by schema and name'),
});

export function tableRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    const tables = Object.entries(await publishedTables(objects)).sort(([a], [b]) => (a < b ? -1 : 1));
    return c.json({ data: tables.map(([, entry]) => summary(entry)) }, 200);
  });
  return routes;
}
