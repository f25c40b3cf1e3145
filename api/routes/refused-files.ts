import { createRoute, z } from '@hono/zod-openapi';
import { SetAsideRequest, TakeUpRequest } from '../../core/contracts/refused-files.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { foreignToken } from '../../core/paging.ts';
import { placeOf, refusedFilesOf, setAside, takeUp } from '../../core/workflows/set-aside-files.ts';
import { EnvironmentPath, named, Paging, page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const FilePath = EnvironmentPath.extend({ id: z.string() });

const list = createRoute({
  operationId: 'listRefusedFiles',
  tags: ['quarantine'],
  method: 'get',
  path: '/{tenant}/{environment}/quarantine/files',
  ...needs('quarantine:view'),
  summary: 'Landed files that feeds did not take, or are to do without, and why',
  request: { params: EnvironmentPath, query: Paging.extend({ feed: z.string().optional() }) },
  responses: answers(200, page(named.RefusedFile), 'Files, those that were landed last first'),
});

const aside = createRoute({
  operationId: 'setFileAside',
  tags: ['quarantine'],
  method: 'post',
  path: '/{tenant}/{environment}/quarantine/files/{id}/set-aside',
  ...needs('quarantine:set-aside'),
  summary: 'Have a feed do without a file that it refused: later runs no longer try it',
  request: { params: FilePath, body: jsonBody(SetAsideRequest.meta({ id: 'SetAsideRequest' })) },
  responses: answers(200, named.RefusedFile, 'The file'),
});

const up = createRoute({
  operationId: 'takeFileUp',
  tags: ['quarantine'],
  method: 'post',
  path: '/{tenant}/{environment}/quarantine/files/{id}/take-up',
  ...needs('quarantine:set-aside'),
  summary: 'Have the next run try a file again that was set aside',
  request: { params: FilePath, body: jsonBody(TakeUpRequest.meta({ id: 'TakeUpRequest' })) },
  responses: answers(200, named.RefusedFile, 'The file'),
});

export function refusedFileRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, next_token, feed } = c.req.valid('query');
    const { objects } = await platform.environment(tenant, environment);
    const configuration = await headConfiguration(objects);
    const feeds = feed === undefined ? configuration.all('feed') : [configuration.get('feed', feed)];
    const found = await Promise.all(feeds.map((one) => refusedFilesOf(objects, configuration, one)));
    const all = found.flat().sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
    const from = next_token === undefined ? 0 : 1 + all.findIndex((file) => placeOf(file) === next_token);
    if (next_token !== undefined && from === 0) throw foreignToken(next_token);
    const data = all.slice(from, from + limit);
    const last = all.length > from + limit ? data.at(-1) : undefined;
    return c.json({ data, ...(last && { next_token: placeOf(last) }) }, 200);
  });
  routes.openapi(aside, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const { objects, clock } = await platform.environment(tenant, environment);
    const { feed, reason } = c.req.valid('json');
    const configuration = await headConfiguration(objects);
    const said = { reason, author: c.get('principal').name, at: clock().toISOString() };
    return c.json(await setAside(objects, configuration, { id, feed: configuration.get('feed', feed), ...said }), 200);
  });
  routes.openapi(up, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    const configuration = await headConfiguration(objects);
    const feed = configuration.get('feed', c.req.valid('json').feed);
    return c.json(await takeUp(objects, configuration, { id, feed }), 200);
  });
  return routes;
}
