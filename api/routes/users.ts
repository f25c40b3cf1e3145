import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { EmailAddress, UserAccount } from '../../core/contracts/users.ts';
import { NotFound } from '../../core/errors.ts';
import { Administration } from '../../core/users/administration.ts';
import type { Platform } from '../platform.ts';
import { type ApiEnvironment, answers, jsonBody, needs, newRoutes } from '../routing.ts';

const Path = z.object({ id: z.string() });
const Account = UserAccount.meta({ id: 'UserAccount' });
const Names = z.array(z.string()).max(100);

const list = createRoute({
  operationId: 'listUsers',
  tags: ['users'],
  method: 'get',
  path: '/users',
  ...needs('user:view'),
  summary: 'Everybody who works in a tenant that the caller works in, by address',
  responses: answers(200, z.object({ data: z.array(Account) }), 'People'),
});

const invite = createRoute({
  operationId: 'inviteUser',
  tags: ['users'],
  method: 'post',
  path: '/users',
  ...needs('user:edit'),
  summary: 'Let somebody in, who is mailed a first password',
  request: {
    body: jsonBody(z.strictObject({ email: EmailAddress, policies: Names, tenants: Names }).openapi('NewUser')),
  },
  responses: answers(201, Account, 'The person'),
});

const set = createRoute({
  operationId: 'setUser',
  tags: ['users'],
  method: 'put',
  path: '/users/{id}',
  ...needs('user:edit'),
  summary: "Say what somebody holds, and in which of the caller's tenants they work",
  request: {
    params: Path,
    body: jsonBody(z.strictObject({ policies: Names.optional(), tenants: Names.optional() }).openapi('UserHolding')),
  },
  responses: answers(200, Account, 'The person'),
});

const remove = createRoute({
  operationId: 'removeUser',
  tags: ['users'],
  method: 'delete',
  path: '/users/{id}',
  ...needs('user:edit'),
  summary: 'Let somebody in no more',
  request: { params: Path },
  responses: answers(200, Account, 'The person that was'),
});

const resetPassword = createRoute({
  operationId: 'resetUserPassword',
  tags: ['users'],
  method: 'post',
  path: '/users/{id}/password',
  ...needs('user:edit'),
  summary: 'Have somebody choose another password, by a code that they are mailed',
  request: { params: Path },
  responses: answers(200, Account, 'The person'),
});

export function userRoutes(platform: Platform) {
  const routes = newRoutes();
  const open = async (c: Context<ApiEnvironment>): Promise<Administration> => {
    if (!platform.people) {
      throw new NotFound(
        'this home has one user, who has its token: others, whom administrators let in, are of a deployment in AWS',
      );
    }
    return new Administration({ ...platform.people, tenants: await platform.tenants(), by: c.get('principal') });
  };
  routes.openapi(list, async (c) => c.json({ data: await (await open(c)).list() }, 200));
  routes.openapi(invite, async (c) => {
    const { email, ...wanted } = c.req.valid('json');
    return c.json(await (await open(c)).invite(email, wanted), 201);
  });
  routes.openapi(set, async (c) => {
    const administration = await open(c);
    return c.json(await administration.set(c.req.valid('param').id, c.req.valid('json')), 200);
  });
  routes.openapi(remove, async (c) => c.json(await (await open(c)).remove(c.req.valid('param').id), 200));
  routes.openapi(resetPassword, async (c) => c.json(await (await open(c)).resetPassword(c.req.valid('param').id), 200));
  return routes;
}
