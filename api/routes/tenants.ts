import { createRoute, z } from '@hono/zod-openapi';
import { KebabName } from '../../core/contracts/names.ts';
import { page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const TenantName = z.object({ name: KebabName }).openapi('TenantName');
const NewTenant = z
  .strictObject({ name: KebabName, amp_iq: z.boolean().default(false), administrator_email: z.email().optional() })
  .openapi('NewTenant');

const list = createRoute({
  operationId: 'listTenants',
  tags: ['tenants'],
  method: 'get',
  path: '/tenants',
  ...needs('tenant:list'),
  summary: 'Tenants that the caller works in',
  responses: answers(200, page(TenantName), 'Tenants'),
});

const create = createRoute({
  operationId: 'createTenant',
  tags: ['tenants'],
  method: 'post',
  path: '/tenants',
  ...needs('tenant:create'),
  summary: 'Make an empty tenant in its common starting state',
  request: { body: jsonBody(NewTenant) },
  responses: answers(201, TenantName, 'The tenant'),
});

export function tenantRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { worksIn } = c.get('principal');
    const names = (await platform.tenants()).filter((name) => worksIn(name));
    return c.json({ data: names.map((name) => ({ name })) }, 200);
  });
  routes.openapi(create, async (c) => {
    const request = c.req.valid('json');
    await platform.createTenant(request, c.get('principal').id);
    return c.json({ name: request.name }, 201);
  });
  return routes;
}
