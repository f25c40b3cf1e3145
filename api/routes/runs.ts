import { createRoute, z } from '@hono/zod-openapi';
import { type Run, RunState } from '../../core/contracts/runs.ts';
import { foreignToken } from '../../core/paging.ts';
import { findRuns } from '../../core/workflows/find-runs.ts';
import { launchRun } from '../../core/workflows/launch.ts';
import { withProgress } from '../../core/workflows/load-progress.ts';
import { getRun, isRunId } from '../../core/workflows/runs.ts';
import { EnvironmentPath, Moment, named, Paging, page } from '../contracts.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';

const RunPath = EnvironmentPath.extend({ id: z.string() });

const list = createRoute({
  operationId: 'listRuns',
  tags: ['runs'],
  method: 'get',
  path: '/{tenant}/{environment}/runs',
  ...needs('workflow:view'),
  summary: 'Runs, newest first',
  request: {
    params: EnvironmentPath,
    query: Paging.extend({
      state: RunState.optional(),
      created_from: Moment.optional(),
      created_to: Moment.optional(),
    }),
  },
  responses: answers(200, page(named.Run), 'Runs'),
});

const start = createRoute({
  operationId: 'startRun',
  tags: ['runs'],
  method: 'post',
  path: '/{tenant}/{environment}/runs',
  ...needs('courier-group:run'),
  summary: 'Start a run of a courier group; with range_from and range_to, a backfill of those days',
  request: { params: EnvironmentPath, body: jsonBody(named.RunRequest) },
  responses: answers(201, named.Run, 'The run, which has begun or waits for its turn'),
});

const show = createRoute({
  operationId: 'getRun',
  tags: ['runs'],
  method: 'get',
  path: '/{tenant}/{environment}/runs/{id}',
  ...needs('workflow:view'),
  summary: 'One run with its tasks, and how far its loads are by feed, file, day and time left',
  request: { params: RunPath },
  responses: answers(200, named.RunShown, 'The run'),
});

const stop = createRoute({
  operationId: 'stopRun',
  tags: ['runs'],
  method: 'post',
  path: '/{tenant}/{environment}/runs/{id}/stop',
  ...needs('workflow:stop'),
  summary: 'Stop a run; what it loaded stays',
  request: { params: RunPath },
  responses: answers(200, named.Run, 'The run as it is now'),
});

const retry = createRoute({
  operationId: 'retryRun',
  tags: ['runs'],
  method: 'post',
  path: '/{tenant}/{environment}/runs/{id}/retry',
  ...needs('workflow:retry'),
  summary: 'Go on with a failed or stopped run from the task that failed',
  request: { params: RunPath },
  responses: answers(200, named.Run, 'The run as it is now'),
});

export function runRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(list, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { limit, next_token, state, created_from, created_to } = c.req.valid('query');
    if (next_token !== undefined && !isRunId(next_token)) throw foreignToken(next_token);
    const access = await platform.environment(tenant, environment);
    const filter = {
      ...(state && { state }),
      ...(created_from && { createdFrom: created_from }),
      ...(created_to && { createdTo: created_to }),
      ...(next_token && { before: next_token }),
    };
    const { runs, more } = await findRuns(access.objects, filter, limit);
    const last = runs.at(-1);
    return c.json({ data: runs.map((run) => newest(access, run)), ...(more && last && { next_token: last.id }) }, 200);
  });
  routes.openapi(start, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    const run = await launchRun(access, c.req.valid('json'), c.get('principal').id);
    return c.json(newest(access, run), 201);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(withProgress(await runNow(access, id), access.clock()), 200);
  });
  routes.openapi(stop, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    await access.workflows.stop((await getRun(access.objects, id)).id);
    return c.json(await runNow(access, id), 200);
  });
  routes.openapi(retry, async (c) => {
    const { tenant, environment, id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    await access.workflows.retry(await getRun(access.objects, id));
    return c.json(await runNow(access, id), 200);
  });
  return routes;
}

/** The record on disk lags behind the progress of a run that is under way here. */
const newest = (access: EnvironmentAccess, run: Run): Run => access.workflows.underWay(run.id) ?? run;

const runNow = async (access: EnvironmentAccess, id: string): Promise<Run> =>
  newest(access, await getRun(access.objects, id));
