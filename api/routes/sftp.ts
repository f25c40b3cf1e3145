import { createRoute, z } from '@hono/zod-openapi';
import { Instant } from '../../core/contracts/names.ts';
import { SftpEndpoint, SftpFolder, SftpUser, SftpUserName } from '../../core/contracts/sftp.ts';
import { NotFound } from '../../core/errors.ts';
import type { SftpSite } from '../../core/ports.ts';
import { Handovers } from '../../core/sftp/handover.ts';
import { SftpUsers } from '../../core/sftp/users.ts';
import { EnvironmentPath } from '../contracts.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';
import { handoverBase } from './handover.ts';

const UserPath = EnvironmentPath.extend({ name: z.string() });
const HostKeyPath = EnvironmentPath.extend({ id: z.string() });
const Site = SftpEndpoint.extend({ users: z.array(SftpUser) }).openapi('SftpSite');
const User = SftpUser.meta({ id: 'SftpUser' });

const show = createRoute({
  operationId: 'getSftpSite',
  tags: ['sftp'],
  method: 'get',
  path: '/{tenant}/{environment}/sftp',
  ...needs('sftp:view'),
  summary: 'Where the SFTP site is, the keys that it is known by, and its users',
  request: { params: EnvironmentPath },
  responses: answers(200, Site, 'The site'),
});

const provision = createRoute({
  operationId: 'provisionSftpSite',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp',
  ...needs('sftp:edit'),
  summary: 'Make the site of a laptop; in AWS a deploy makes it',
  request: {
    params: EnvironmentPath,
    body: jsonBody(z.strictObject({ port: z.number().int().min(1024).max(65_535).optional() }).openapi('NewSftpSite')),
  },
  responses: answers(201, SftpEndpoint, 'Where the site is, and its keys; without a port given, it is a free one'),
});

const addUser = createRoute({
  operationId: 'addSftpUser',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/users',
  ...needs('sftp:edit'),
  summary: 'Add a user, who comes in once there is a key or a password',
  request: {
    params: EnvironmentPath,
    body: jsonBody(z.strictObject({ name: SftpUserName, folder: SftpFolder.optional() }).openapi('NewSftpUser')),
  },
  responses: answers(201, User, "The user; without a folder given, it is one of the user's name"),
});

const removeUser = createRoute({
  operationId: 'removeSftpUser',
  tags: ['sftp'],
  method: 'delete',
  path: '/{tenant}/{environment}/sftp/users/{name}',
  ...needs('sftp:edit'),
  summary: 'Take away a user; what was uploaded stays',
  request: { params: UserPath },
  responses: answers(200, User, 'The user that was'),
});

const addKey = createRoute({
  operationId: 'addSftpKey',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/users/{name}/keys',
  ...needs('sftp:edit'),
  summary: 'Let a user in by another public key',
  request: { params: UserPath, body: jsonBody(z.strictObject({ public_key: z.string().max(20_000) })) },
  responses: answers(200, User, 'The user'),
});

const removeKey = createRoute({
  operationId: 'removeSftpKey',
  tags: ['sftp'],
  method: 'delete',
  path: '/{tenant}/{environment}/sftp/users/{name}/keys',
  ...needs('sftp:edit'),
  summary: 'Let a user in by a key no more',
  // A fingerprint has slashes, which a path may not.
  request: { params: UserPath, query: z.strictObject({ fingerprint: z.string() }) },
  responses: answers(200, User, 'The user'),
});

const setPassword = createRoute({
  operationId: 'setSftpPassword',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/users/{name}/password',
  ...needs('sftp:edit'),
  summary: 'Make a new password for a user, in place of the one before',
  request: { params: UserPath },
  responses: answers(201, z.object({ password: z.string() }), 'The password, which is shown this once'),
});

const share = createRoute({
  operationId: 'shareSftpUser',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/users/{name}/share',
  ...needs('sftp:edit'),
  summary: 'Make a new password for a user, and a link that shows it once with all else that a partner needs',
  request: {
    params: UserPath,
    body: jsonBody(z.strictObject({ hours: z.number().int().min(1).max(720).default(72) }).openapi('NewSftpShare')),
  },
  responses: answers(
    201,
    z.object({ url: z.string(), expires_at: Instant }),
    'The link, to be sent to the partner alone',
  ),
});

const importHostKey = createRoute({
  operationId: 'importSftpHostKey',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/host-keys',
  ...needs('sftp:edit'),
  summary: 'Let the site be known by another host key',
  request: { params: EnvironmentPath, body: jsonBody(z.strictObject({ private_key: z.string().max(20_000) })) },
  responses: answers(200, SftpEndpoint, 'Where the site is, and its keys'),
});

const removeHostKey = createRoute({
  operationId: 'removeSftpHostKey',
  tags: ['sftp'],
  method: 'delete',
  path: '/{tenant}/{environment}/sftp/host-keys/{id}',
  ...needs('sftp:edit'),
  summary: 'Let the site be known by a host key no more',
  request: { params: HostKeyPath },
  responses: answers(200, SftpEndpoint, 'Where the site is, and its keys'),
});

export function sftpRoutes(platform: Platform) {
  const routes = newRoutes();
  const open = async ({ tenant, environment }: z.infer<typeof EnvironmentPath>) =>
    opened(await platform.environment(tenant, environment));
  routes.openapi(show, async (c) => {
    const { site, users } = await open(c.req.valid('param'));
    return c.json({ ...(await site.describe()), users: await users.list() }, 200);
  });
  routes.openapi(provision, async (c) => {
    const { site } = await open(c.req.valid('param'));
    await site.provision(c.req.valid('json').port);
    return c.json(await site.describe(), 201);
  });
  routes.openapi(addUser, async (c) => {
    const { site, users } = await open(c.req.valid('param'));
    const { name, folder = name } = c.req.valid('json');
    // Nobody is added to a site that isn't there.
    await site.describe();
    return c.json(await users.add(name, folder), 201);
  });
  routes.openapi(removeUser, async (c) => {
    const { users } = await open(c.req.valid('param'));
    return c.json(await users.remove(c.req.valid('param').name), 200);
  });
  routes.openapi(addKey, async (c) => {
    const { users } = await open(c.req.valid('param'));
    return c.json(await users.addKey(c.req.valid('param').name, c.req.valid('json').public_key), 200);
  });
  routes.openapi(removeKey, async (c) => {
    const { users } = await open(c.req.valid('param'));
    return c.json(await users.removeKey(c.req.valid('param').name, c.req.valid('query').fingerprint), 200);
  });
  routes.openapi(setPassword, async (c) => {
    const { users } = await open(c.req.valid('param'));
    return c.json({ password: await users.setPassword(c.req.valid('param').name) }, 201);
  });
  routes.openapi(share, async (c) => {
    const { tenant, environment, name } = c.req.valid('param');
    const { token, expiresAt } = await handedOver(await open({ tenant, environment }), name, c.req.valid('json').hours);
    const url = `${new URL(c.req.url).origin}${handoverBase}/${tenant}/${environment}/${token}`;
    return c.json({ url, expires_at: expiresAt.toISOString() }, 201);
  });
  routes.openapi(importHostKey, async (c) => {
    const { site } = await open(c.req.valid('param'));
    await site.importHostKey(c.req.valid('json').private_key);
    return c.json(await site.describe(), 200);
  });
  routes.openapi(removeHostKey, async (c) => {
    const { site } = await open(c.req.valid('param'));
    await site.removeHostKey(c.req.valid('param').id);
    return c.json(await site.describe(), 200);
  });
  return routes;
}

const opened = (access: EnvironmentAccess) => ({
  site: siteOf(access),
  users: new SftpUsers(access),
  handovers: new Handovers(access),
  clock: access.clock,
});

/** Keeps what a user needs to sign in, a new password with it, to be shown once within so many hours. */
async function handedOver({ site, users, handovers, clock }: ReturnType<typeof opened>, name: string, hours: number) {
  const { host, port, host_keys } = await site.describe();
  const password = await users.setPassword(name);
  const shown = host_keys.filter(({ active }) => active).map(({ type, fingerprint }) => ({ type, fingerprint }));
  const expiresAt = new Date(clock().getTime() + hours * 3_600_000);
  const token = await handovers.make({ host, port, user: name, password, host_keys: shown }, expiresAt);
  return { token, expiresAt };
}

/** `NotFound` in an environment that has none. */
export function siteOf({ sftpSite }: EnvironmentAccess): SftpSite {
  if (sftpSite) return sftpSite;
  throw new NotFound('only production has an SFTP site');
}
