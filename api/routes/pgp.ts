import { createRoute, z } from '@hono/zod-openapi';
import { makePgpKey } from '../../adapters/pgp/make-key.ts';
import { PgpKey } from '../../core/contracts/pgp.ts';
import { PgpKeys } from '../../core/pgp/keys.ts';
import { EnvironmentPath } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, needs, newRoutes } from '../routing.ts';

const Key = PgpKey.meta({ id: 'PgpKey' });

const list = createRoute({
  operationId: 'listPgpKeys',
  tags: ['pgp'],
  method: 'get',
  path: '/{tenant}/{environment}/pgp/keys',
  ...needs('pgp:view'),
  summary: 'The keys that files may be encrypted for, the newest first',
  request: { params: EnvironmentPath },
  responses: answers(200, z.object({ keys: z.array(Key) }), 'The keys, with their public halves'),
});

const create = createRoute({
  operationId: 'createPgpKey',
  tags: ['pgp'],
  method: 'post',
  path: '/{tenant}/{environment}/pgp/keys',
  ...needs('pgp:edit'),
  summary: 'Make the first key that files may be encrypted for',
  request: { params: EnvironmentPath },
  responses: answers(201, Key, 'The key; its private half is kept among the secrets'),
});

const rotate = createRoute({
  operationId: 'rotatePgpKey',
  tags: ['pgp'],
  method: 'post',
  path: '/{tenant}/{environment}/pgp/rotation',
  ...needs('pgp:edit'),
  summary: 'Make the next key; files for those before it open until these are removed',
  request: { params: EnvironmentPath },
  responses: answers(201, Key, 'The key that senders are to be given now'),
});

const remove = createRoute({
  operationId: 'removePgpKey',
  tags: ['pgp'],
  method: 'delete',
  path: '/{tenant}/{environment}/pgp/keys/{fingerprint}',
  ...needs('pgp:edit'),
  summary: 'Open files for a key no more',
  request: { params: EnvironmentPath.extend({ fingerprint: z.string() }) },
  responses: answers(200, Key, 'The key that was'),
});

export function pgpRoutes(platform: Platform) {
  const routes = newRoutes();
  const open = async ({ tenant, environment }: z.infer<typeof EnvironmentPath>) => {
    const access = await platform.environment(tenant, environment);
    return { keys: new PgpKeys(access), name: tenant, now: access.clock };
  };
  const add = async (path: z.infer<typeof EnvironmentPath>, isFirst: boolean) => {
    const { keys, name, now } = await open(path);
    // Making one takes seconds.
    await keys.refuseUnless(isFirst);
    return keys.add(await makePgpKey(name), now(), { isFirst });
  };
  routes.openapi(list, async (c) => c.json({ keys: await (await open(c.req.valid('param'))).keys.list() }, 200));
  routes.openapi(create, async (c) => c.json(await add(c.req.valid('param'), true), 201));
  routes.openapi(rotate, async (c) => c.json(await add(c.req.valid('param'), false), 201));
  routes.openapi(remove, async (c) => {
    const { keys } = await open(c.req.valid('param'));
    return c.json(await keys.remove(c.req.valid('param').fingerprint), 200);
  });
  return routes;
}
