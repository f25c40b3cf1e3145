import { createRoute, z } from '@hono/zod-openapi';
import { ListedModel, ModelDecision, ShownModel } from '../../core/contracts/stitch-models.ts';
import {
  acceptModel,
  discardModel,
  listModels,
  retrain,
  showModel,
  tryModel,
} from '../../core/workflows/stitch-models.ts';
import { EnvironmentPath, named } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const ModelPath = EnvironmentPath.extend({ id: z.string() });
const Shown = ShownModel.meta({ id: 'StitchModel' });
const Decision = jsonBody(ModelDecision.meta({ id: 'ModelDecision' }));

const list = createRoute({
  operationId: 'listStitchModels',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/models',
  ...needs('stitch:view'),
  summary: 'Every model that was trained, the newest first, with who accepted or discarded it and why',
  request: { params: EnvironmentPath },
  responses: answers(200, z.object({ data: z.array(ListedModel.meta({ id: 'ListedStitchModel' })) }), 'Models'),
});

const show = createRoute({
  operationId: 'getStitchModel',
  tags: ['stitch'],
  method: 'get',
  path: '/{tenant}/{environment}/stitch/models/{id}',
  ...needs('stitch:view'),
  summary: 'One model; of a candidate how it differs from the one that decided then, and what it would do to ids',
  request: { params: ModelPath },
  responses: answers(200, Shown, 'The model'),
});

const train = createRoute({
  operationId: 'retrainStitch',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/models',
  ...needs('stitch:retrain'),
  summary: 'Start a run that trains a candidate on the present records; it publishes nothing',
  request: { params: EnvironmentPath },
  responses: answers(201, named.Run, 'The run; the candidate has its id'),
});

const tryAgain = createRoute({
  operationId: 'tryStitchModel',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/models/{id}/try',
  ...needs('stitch:retrain'),
  summary: 'Start a run that tries an earlier model on the present records, as a new one is tried',
  request: { params: ModelPath },
  responses: answers(
    201,
    named.Run,
    'The run; the candidate has its id; 409 when the model is in use, or serves the records no more',
  ),
});

const accept = createRoute({
  operationId: 'acceptStitchModel',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/models/{id}/accept',
  ...needs('stitch:decide'),
  summary: 'Make a candidate the model of the next run',
  request: { params: ModelPath, body: Decision },
  responses: answers(200, Shown, 'The model; 409 when what was found of it is so no more'),
});

const discard = createRoute({
  operationId: 'discardStitchModel',
  tags: ['stitch'],
  method: 'post',
  path: '/{tenant}/{environment}/stitch/models/{id}/discard',
  ...needs('stitch:decide'),
  summary: 'Give a candidate up; it stays in the list',
  request: { params: ModelPath, body: Decision },
  responses: answers(200, Shown, 'The model'),
});

export function stitchModelRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    return c.json({ data: await listModels(objects) }, 200);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const { objects } = await platform.environment(tenant, environment);
    return c.json(await showModel(objects, id), 200);
  });
  routes.openapi(train, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    return c.json(await retrain(await platform.environment(tenant, environment), c.get('principal').name), 201);
  });
  routes.openapi(tryAgain, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    return c.json(await tryModel(await platform.environment(tenant, environment), id, c.get('principal').name), 201);
  });
  routes.openapi(accept, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(await acceptModel(access, id, c.req.valid('json'), c.get('principal').name), 200);
  });
  routes.openapi(discard, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(await discardModel(access, id, c.req.valid('json'), c.get('principal').name), 200);
  });
  return routes;
}
