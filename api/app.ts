import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { except } from 'hono/combine';
import { requestId } from 'hono/request-id';
import type { Action } from '../core/policies/actions.ts';
import { actionsOf, authorized, ofTenant } from './authorization.ts';
import { answerError, answerUnknownRoute } from './errors.ts';
import { answeredWithin, answersUpTo } from './limits.ts';
import type { Platform } from './platform.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { connectionRoutes } from './routes/connections.ts';
import { correctionRoutes } from './routes/corrections.ts';
import { discoverRoutes } from './routes/discover.ts';
import { handoverBase, handoverPages } from './routes/handover.ts';
import { personRoutes } from './routes/persons.ts';
import { pgpRoutes } from './routes/pgp.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { queryRoutes } from './routes/queries.ts';
import { refusedFileRoutes } from './routes/refused-files.ts';
import { runRoutes } from './routes/runs.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { sftpRoutes } from './routes/sftp.ts';
import { sftpArchiveRoutes } from './routes/sftp-archive.ts';
import { sftpDeliveryRoutes } from './routes/sftp-deliveries.ts';
import { stitchRoutes } from './routes/stitch.ts';
import { stitchModelRoutes } from './routes/stitch-models.ts';
import { stitchQualityRoutes } from './routes/stitch-quality.ts';
import { streamRoutes } from './routes/streams.ts';
import { tableRoutes } from './routes/tables.ts';
import { tenantRoutes } from './routes/tenants.ts';
import { userRoutes } from './routes/users.ts';
import { type ApiEnvironment, answers, authenticated, bodyUpTo, newRoutes } from './routing.ts';

const base = '/api/v0';
const evaluatePath = `${base}/:tenant/:environment/stitch/evaluate`;
/** Files of any size, streamed to disk. */
const discoverPath = `${base}/:tenant/:environment/discover`;

/** What other systems send to has a path of its own, which names the tenant by a header. */
const streamBase = '/stream/v0';

const groups = [
  tenantRoutes,
  runRoutes,
  scheduleRoutes,
  configurationRoutes,
  connectionRoutes,
  discoverRoutes,
  tableRoutes,
  queryRoutes,
  personRoutes,
  stitchRoutes,
  stitchModelRoutes,
  stitchQualityRoutes,
  correctionRoutes,
  quarantineRoutes,
  refusedFileRoutes,
  sftpRoutes,
  sftpArchiveRoutes,
  sftpDeliveryRoutes,
  pgpRoutes,
  userRoutes,
];

/** The HTTP API over one home. Served over HTTP, or called in the same process through `fetch`. */
export function createApi(platform: Platform): OpenAPIHono<ApiEnvironment> {
  const app = newRoutes();
  app.onError(answerError(platform));
  app.notFound(answerUnknownRoute);
  app.use(requestId());
  if (platform.limits) app.use(answersUpTo(platform.limits), answeredWithin(platform.limits));
  const actions = new Map<string, Action>();
  const open = [`${base}/health`, `${base}/openapi.json`];
  app.use(`${base}/*`, except(open, authenticated(platform), authorized(actions)));
  app.use(`${base}/:tenant/*`, except(open, ofTenant));
  app.use(`${base}/*`, except([evaluatePath, discoverPath], bodyUpTo(10)));
  app.use(evaluatePath, bodyUpTo(500));
  app.use(`${streamBase}/*`, authenticated(platform), authorized(actions), bodyUpTo(1));
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
  for (const routes of groups) app.route(base, routes(platform));
  app.route(streamBase, streamRoutes(platform));
  app.route(handoverBase, handoverPages(platform));
  for (const [route, action] of actionsOf(app)) actions.set(route, action);
  describe(app);
  return app;
}

const health = createRoute({
  operationId: 'getHealth',
  method: 'get',
  path: `${base}/health`,
  summary: 'Whether the API answers',
  security: [],
  responses: answers(200, z.object({ status: z.literal('ok') }), 'It does'),
});

/** Serves the OpenAPI document, generated from the routes. */
function describe(app: OpenAPIHono<ApiEnvironment>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  const about = {
    openapi: '3.1.0',
    info: { title: 'Tributary', version: 'v0', description: 'Files in, people out: see docs/api.md.' },
    security: [{ token: [] }],
  };
  app.doc31('/openapi.json', about);
  app.doc31(`${base}/openapi.json`, about);
}
