import { createRoute, z } from '@hono/zod-openapi';
import { ArchivedFile } from '../../core/contracts/sftp.ts';
import { EnvironmentPath, Paging, page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const Archived = ArchivedFile.meta({ id: 'ArchivedFile' });

const list = createRoute({
  operationId: 'listSftpArchive',
  tags: ['sftp'],
  method: 'get',
  path: '/{tenant}/{environment}/sftp/archive',
  ...needs('sftp:view'),
  summary: 'Files of the inbox that are archived',
  request: {
    params: EnvironmentPath,
    query: Paging.extend({ path: z.string().default('').openapi({ description: 'A file, or a folder of the inbox' }) }),
  },
  responses: answers(200, page(Archived), 'Files by path'),
});

const restore = createRoute({
  operationId: 'restoreSftpArchive',
  tags: ['sftp'],
  method: 'post',
  path: '/{tenant}/{environment}/sftp/archive/restoration',
  ...needs('sftp:edit'),
  summary: 'Take a file out of the archive, as if it had come today',
  request: { params: EnvironmentPath, body: jsonBody(z.strictObject({ path: z.string().min(1).max(1000) })) },
  responses: answers(200, Archived, 'The file'),
});

export function sftpArchiveRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, next_token, path } = c.req.valid('query');
    const { archive } = await platform.environment(tenant, environment);
    const data: ArchivedFile[] = [];
    for await (const file of archive.list(path, next_token)) {
      if (data.length === limit) return c.json({ data, next_token: data.at(-1)?.path ?? '' }, 200);
      data.push(file);
    }
    return c.json({ data }, 200);
  });
  routes.openapi(restore, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { archive } = await platform.environment(tenant, environment);
    return c.json(await archive.restore(c.req.valid('json').path), 200);
  });
  return routes;
}
