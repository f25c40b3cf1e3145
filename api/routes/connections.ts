import { createRoute, z } from '@hono/zod-openapi';
import { connectionKind } from '../../adapters/couriers/registry.ts';
import { secretsAsked } from '../../adapters/couriers/test-connection.ts';
import { LONGEST_SECRET, setConnectionSecret } from '../../core/connections/secrets.ts';
import { ConnectionSummary, ConnectionTest } from '../../core/contracts/connections.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { EnvironmentPath } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const ConnectionPath = EnvironmentPath.extend({ name: z.string() });
const Test = ConnectionTest.meta({ id: 'ConnectionTest' });

const list = createRoute({
  operationId: 'listConnections',
  tags: ['connections'],
  method: 'get',
  path: '/{tenant}/{environment}/connections',
  ...needs('connection:view'),
  summary: 'Connections, and which of the secrets that each asks for are set',
  request: { params: EnvironmentPath },
  responses: answers(
    200,
    z.object({ data: z.array(ConnectionSummary.meta({ id: 'ConnectionSummary' })) }),
    'The connections of the configuration; the secrets themselves nobody can read',
  ),
});

const test = createRoute({
  operationId: 'testConnection',
  tags: ['connections'],
  method: 'post',
  path: '/{tenant}/{environment}/connections/{name}/test',
  ...needs('connection:test'),
  summary: 'Sign in by a connection as its couriers do',
  request: { params: ConnectionPath },
  responses: answers(200, Test, 'Whether it works, and if not what failed'),
});

const setSecret = createRoute({
  operationId: 'setConnectionSecret',
  tags: ['connections'],
  method: 'put',
  path: '/{tenant}/{environment}/connections/{name}/secrets/{secret}',
  ...needs('connection:edit'),
  summary: 'Set what a connection signs in with, in place of what was set before, and try it',
  request: {
    params: ConnectionPath.extend({ secret: z.string() }),
    body: jsonBody(z.strictObject({ value: z.string().min(1).max(LONGEST_SECRET) }).openapi('NewConnectionSecret')),
  },
  responses: answers(200, Test, 'Whether the connection works with it; it is set either way'),
});

export function connectionRoutes(platform: Platform) {
  const routes = newRoutes();
  const open = async ({ tenant, environment }: z.infer<typeof EnvironmentPath>) => {
    const access = await platform.environment(tenant, environment);
    return { ...access, configuration: await headConfiguration(access.objects) };
  };
  routes.openapi(list, async (c) => {
    const { configuration, secrets } = await open(c.req.valid('param'));
    const summary = async (connection: ReturnType<typeof configuration.all<'connection'>>[number]) => ({
      id: connection.id,
      type: connection.type,
      secrets: await secretsAsked(connection, secrets),
    });
    return c.json({ data: await Promise.all(configuration.all('connection').map(summary)) }, 200);
  });
  routes.openapi(test, async (c) => {
    const { configuration, testConnection } = await open(c.req.valid('param'));
    const connection = configuration.get('connection', `connection/${c.req.valid('param').name}`);
    return c.json(await testConnection(connection), 200);
  });
  routes.openapi(setSecret, async (c) => {
    const { configuration, secrets, testConnection } = await open(c.req.valid('param'));
    const { name, secret } = c.req.valid('param');
    const connection = configuration.get('connection', `connection/${name}`);
    const asked = connectionKind(connection).secrets(connection);
    await setConnectionSecret(secrets, connection, { name: secret, value: c.req.valid('json').value, asked });
    return c.json(await testConnection(connection), 200);
  });
  return routes;
}
