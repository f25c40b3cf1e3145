import { createRoute, z } from '@hono/zod-openapi';
import { Correction, CorrectionApplied, CorrectionRequest, UndoRequest } from '../../core/contracts/corrections.ts';
import { recordName } from '../../core/contracts/record-key.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { foreignToken } from '../../core/paging.ts';
import { knownAmpIds } from '../../core/queries/amp-ids.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import { correct, undoCorrection } from '../../core/workflows/corrections.ts';
import { EnvironmentPath, named, Paging, page } from '../contracts.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const CorrectionPath = EnvironmentPath.extend({ name: z.string() });
const Applied = CorrectionApplied.extend({ run: named.Run }).openapi('CorrectionApplied');
/** A correction, and the people that its records are of now; null of a record that is gone. */
const Shown = Correction.extend({
  amp_ids: z.object({ one: z.string().nullable(), other: z.string().nullable() }),
}).openapi('ShownCorrection');

const list = createRoute({
  operationId: 'listCorrections',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/corrections',
  ...needs('stitch:view'),
  summary: 'What people said of records, newest first; undone corrections too',
  request: { params: EnvironmentPath, query: Paging },
  responses: answers(200, page(Shown), 'Corrections'),
});

const show = createRoute({
  operationId: 'getCorrection',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/corrections/{name}',
  ...needs('stitch:view'),
  summary: 'One correction, and who its records are now',
  request: { params: CorrectionPath },
  responses: answers(200, Shown, 'The correction'),
});

const make = createRoute({
  operationId: 'correctPeople',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/corrections',
  ...needs('stitch:correct'),
  summary: 'Say that two records are one person, or two, and apply it alone',
  request: { params: EnvironmentPath, body: jsonBody(CorrectionRequest.meta({ id: 'CorrectionRequest' })) },
  responses: answers(201, Applied, 'The correction, and the run that applies it'),
});

const undo = createRoute({
  operationId: 'undoCorrection',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/corrections/{name}/undo',
  ...needs('stitch:correct'),
  summary: 'Take a correction back, and apply that alone',
  request: { params: CorrectionPath, body: jsonBody(UndoRequest.meta({ id: 'UndoRequest' })) },
  responses: answers(200, Applied, 'The correction, and the run that applies it'),
});

export function correctionRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, next_token } = c.req.valid('query');
    const access = await platform.environment(tenant, environment);
    const all = (await headConfiguration(access.objects)).all('correction').reverse();
    if (next_token !== undefined && !all.some(({ id }) => id === next_token)) throw foreignToken(next_token);
    const rest = next_token === undefined ? all : all.filter(({ id }) => id < next_token);
    const shown = rest.slice(0, limit);
    const last = rest.length > limit ? shown.at(-1) : undefined;
    return c.json({ data: await withAmpIds(access, shown), ...(last && { next_token: last.id }) }, 200);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, name } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const correction = (await headConfiguration(access.objects)).get('correction', `correction/${name}`);
    const [shown] = await withAmpIds(access, [correction]);
    return c.json(shown as z.infer<typeof Shown>, 200);
  });
  routes.openapi(make, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(await correct(access, c.req.valid('json'), c.get('principal').name), 201);
  });
  routes.openapi(undo, async (c) => {
    const { tenant, environment, name } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const { reason } = c.req.valid('json');
    return c.json(await undoCorrection(access, `correction/${name}`, { reason }, c.get('principal').name), 200);
  });
  return routes;
}

async function withAmpIds(
  access: EnvironmentAccess,
  corrections: readonly Correction[],
): Promise<z.infer<typeof Shown>[]> {
  const keys = corrections.flatMap(({ one, other }) => [one, other]);
  const ids = await readPublished(access, (reader) => knownAmpIds(reader, keys));
  const idOf = (key: Correction['one']) => ids.get(recordName(key)) ?? null;
  return corrections.map((each) => ({ ...each, amp_ids: { one: idOf(each.one), other: idOf(each.other) } }));
}
