import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createRoute, z } from '@hono/zod-openapi';
import { written } from '../../adapters/files/writing.ts';
import { SnakeName } from '../../core/contracts/names.ts';
import { InvalidInput } from '../../core/errors.ts';
import { PgpKeys } from '../../core/pgp/keys.ts';
import { EnvironmentPath, named } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, needs, newRoutes, rawBody } from '../routing.ts';

const discover = createRoute({
  operationId: 'discoverFile',
  tags: ['discover'],
  method: 'post',
  path: '/{tenant}/{environment}/discover',
  ...needs('feed:discover'),
  summary: 'Profile a whole file and propose its feed; nothing is kept',
  request: {
    params: EnvironmentPath,
    query: z.strictObject({
      /** Name of the file, which tells its format. */
      name: z.string().min(1),
      source: SnakeName.optional(),
      /** Pattern of the members that are wanted of an archive. */
      members: z.string().min(1).optional(),
    }),
    body: rawBody('The bytes of the file'),
  },
  responses: answers(200, named.DiscoveredFeed, 'Columns, keys, tags, and a feed document'),
});

export function discoverRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(discover, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { name, source, members } = c.req.valid('query');
    const access = await platform.environment(tenant, environment);
    const { files, scratch } = access;
    const { body, signal } = c.req.raw;
    if (!body) throw new InvalidInput('the request has no body: expected the bytes of the file');
    const folder = await mkdtemp(join(scratch, 'discover-'));
    try {
      const path = join(folder, 'file');
      await written({ name, signal }, [Readable.fromWeb(body as ReadableStream)], path);
      const decryptionKeys = await new PgpKeys(access).privateKeys();
      return c.json(
        await files.discover(path, name, {
          ...(source !== undefined && { source }),
          ...(members !== undefined && { members }),
          decryptionKeys,
          signal,
        }),
        200,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  return routes;
}
