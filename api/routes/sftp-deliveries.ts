import { createRoute, z } from '@hono/zod-openapi';
import { SftpDelivery, SftpFilePath } from '../../core/contracts/sftp.ts';
import { deliverResult } from '../../core/sftp/delivery.ts';
import { mustBeAllowed } from '../authorization.ts';
import { EnvironmentPath } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';
import { siteOf } from './sftp.ts';

const Delivery = SftpDelivery.meta({ id: 'SftpDelivery' });

const deliver = createRoute({
  operationId: 'deliverQueryResult',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/users/{name}/deliveries',
  ...needs('sftp:deliver'),
  summary: "Put the whole result of a query into a user's folder, in place of a file of that path",
  request: {
    params: EnvironmentPath.extend({ name: z.string() }),
    body: jsonBody(z.strictObject({ query_id: z.string(), path: SftpFilePath }).openapi('NewSftpDelivery')),
  },
  responses: answers(201, Delivery, 'What the user finds, and where'),
});

export function sftpDeliveryRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(deliver, async (c) => {
    // Whoever delivers to a user of their own could fetch it there.
    mustBeAllowed(c.get('principal'), 'query:download');
    const { tenant, environment, name } = c.req.valid('param');
    const { query_id: queryId, path } = c.req.valid('json');
    const access = await platform.environment(tenant, environment);
    const delivery = await deliverResult({ ...access, site: siteOf(access) }, { name, queryId, path });
    return c.json(delivery, 201);
  });
  return routes;
}
