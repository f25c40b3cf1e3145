import { createRoute, z } from '@hono/zod-openapi';
import { KebabName } from '../../core/contracts/names.ts';
import { pauseSchedule, resumeSchedule, showSchedule, showSchedules } from '../../core/workflows/show-schedules.ts';
import { EnvironmentPath, Moment, named } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

/** By the name in the id of its courier group. */
const SchedulePath = EnvironmentPath.extend({ group: KebabName });
const Count = z.strictObject({ count: z.coerce.number().int().min(0).max(100).default(5) });

const list = createRoute({
  operationId: 'listSchedules',
  tags: ['schedules'],
  method: 'get',
  path: '/{tenant}/{environment}/schedules',
  ...needs('schedule:view'),
  summary: 'The schedules of courier groups: their next runs, pauses, and slots that were missed',
  request: { params: EnvironmentPath, query: Count },
  responses: answers(200, z.object({ data: z.array(named.Schedule) }), 'Schedules, by courier group'),
});

const show = createRoute({
  operationId: 'getSchedule',
  tags: ['schedules'],
  method: 'get',
  path: '/{tenant}/{environment}/schedules/{group}',
  ...needs('schedule:view'),
  summary: 'The schedule of one courier group, with its next `count` runs',
  request: { params: SchedulePath, query: Count },
  responses: answers(200, named.Schedule, 'The schedule'),
});

const pause = createRoute({
  operationId: 'pauseSchedule',
  tags: ['schedules'],
  method: 'post',
  path: '/{tenant}/{environment}/schedules/{group}/pause',
  ...needs('schedule:pause'),
  summary: 'Start no run of a courier group by its schedule, until it is resumed or until an instant',
  request: { params: SchedulePath, body: jsonBody(z.strictObject({ until: Moment.optional() })) },
  responses: answers(200, named.Schedule, 'The schedule as it is now'),
});

const resume = createRoute({
  operationId: 'resumeSchedule',
  tags: ['schedules'],
  method: 'post',
  path: '/{tenant}/{environment}/schedules/{group}/resume',
  ...needs('schedule:pause'),
  summary: 'Start runs of a paused courier group by its schedule again, at slots that come',
  request: { params: SchedulePath },
  responses: answers(200, named.Schedule, 'The schedule as it is now'),
});

const shown = 5;

export function scheduleRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json({ data: await showSchedules(access, c.req.valid('query').count) }, 200);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, group } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(await showSchedule(access, idOf(group), c.req.valid('query').count), 200);
  });
  routes.openapi(pause, async (c) => {
    const { tenant, environment, group } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const { until } = c.req.valid('json');
    await pauseSchedule(access, idOf(group), { by: c.get('principal').id, until });
    return c.json(await showSchedule(access, idOf(group), shown), 200);
  });
  routes.openapi(resume, async (c) => {
    const { tenant, environment, group } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    await resumeSchedule(access, idOf(group));
    return c.json(await showSchedule(access, idOf(group), shown), 200);
  });
  return routes;
}

const idOf = (group: string): string => `courier-group/${group}`;
