import { createRoute, z } from '@hono/zod-openapi';
import { type DocumentKind, documentSchemas } from '../../core/contracts/configuration.ts';
import { Sha256 } from '../../core/contracts/names.ts';
import type { Problem } from '../../core/contracts/validation.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.ts';
import { followSchedules } from '../../core/workflows/schedules.ts';
import { EnvironmentPath, named, Paging, page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, jsonBody, needs, newRoutes } from '../routing.ts';
import { connectionWarnings } from '../tested-connections.ts';
import { validateConfiguration } from '../validate.ts';

/** As they are sent: what is wrong with each is said by its id, so no schema refuses them before. */
const GivenDocuments = z.array(z.looseObject({ id: z.string() }));

const kinds = Object.keys(documentSchemas) as [DocumentKind, ...DocumentKind[]];

const Validation = z.object({ errors: z.array(named.Problem), warnings: z.array(named.Problem) }).openapi('Validation');
const Configuration = z
  .object({ version: named.ConfigurationVersion.nullable(), documents: z.array(named.Document) })
  .openapi('Configuration');

const show = createRoute({
  operationId: 'getConfiguration',
  tags: ['configuration'],
  method: 'get',
  path: '/{tenant}/{environment}/configuration',
  ...needs('configuration:view'),
  summary: 'The head version and its documents',
  request: { params: EnvironmentPath },
  responses: answers(200, Configuration, 'The configuration; version null when there is none yet'),
});

const replace = createRoute({
  operationId: 'putConfiguration',
  tags: ['configuration'],
  method: 'put',
  path: '/{tenant}/{environment}/configuration',
  ...needs('configuration:edit'),
  summary: 'Make a version that holds exactly these documents, and try its new connections',
  request: {
    params: EnvironmentPath,
    body: jsonBody(
      z
        .strictObject({
          documents: GivenDocuments,
          message: z.string(),
          /** The version that the change was made on; when another is the head by now, it is a conflict. */
          parent: Sha256.nullable().optional(),
        })
        .openapi('ConfigurationChange'),
    ),
  },
  responses: answers(
    200,
    z
      .object({ version: named.ConfigurationVersion, warnings: z.array(named.Problem) })
      .openapi('ConfigurationCommitted'),
    'The head version now',
  ),
});

const validate = createRoute({
  operationId: 'validateConfiguration',
  tags: ['configuration'],
  method: 'post',
  path: '/{tenant}/{environment}/configuration/validate',
  ...needs('configuration:validate'),
  summary: 'Say what is wrong with these documents, and change nothing',
  request: { params: EnvironmentPath, body: jsonBody(z.strictObject({ documents: GivenDocuments })) },
  responses: answers(200, Validation, 'Errors forbid the documents to be used; warnings do not'),
});

const versions = createRoute({
  operationId: 'listConfigurationVersions',
  tags: ['configuration'],
  method: 'get',
  path: '/{tenant}/{environment}/configuration/versions',
  ...needs('configuration:view'),
  summary: 'Versions of the configuration, newest first',
  request: { params: EnvironmentPath, query: Paging.pick({ limit: true }) },
  responses: answers(200, page(named.ConfigurationVersion), 'Versions'),
});

const document = createRoute({
  operationId: 'getDocument',
  tags: ['configuration'],
  method: 'get',
  path: '/{tenant}/{environment}/configuration/documents/{kind}/{name}',
  ...needs('configuration:view'),
  summary: 'One document of the head version',
  request: { params: EnvironmentPath.extend({ kind: z.enum(kinds), name: z.string() }) },
  responses: answers(200, named.Document, 'The document'),
});

export function configurationRoutes(platform: Platform) {
  const routes = newRoutes();
  const storeOf = async ({ tenant, environment }: z.infer<typeof EnvironmentPath>) =>
    new ConfigurationStore((await platform.environment(tenant, environment)).objects);

  routes.openapi(show, async (c) => {
    const store = await storeOf(c.req.valid('param'));
    const version = await store.head();
    return c.json({ version: version ?? null, documents: version ? await store.documents(version) : [] }, 200);
  });
  routes.openapi(replace, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    const { documents: given, message, parent } = c.req.valid('json');
    const access = await platform.environment(tenant, environment);
    const store = new ConfigurationStore(access.objects);
    const head = await store.head();
    if (parent !== undefined && parent !== (head?.id ?? null)) throw movedOn(parent, head?.id);
    const { documents, errors, warnings } = validateConfiguration(given);
    if (errors.length > 0) throw new InvalidInput(errors.map(sentence).join('; '));
    const change = { author: c.get('principal').id, at: access.clock(), message };
    const before = head ? await store.documents(head) : [];
    const version = await store.commit(head, documents, change);
    // Also when nothing differs: a repeat mends what an earlier one could not finish.
    await followSchedules(access);
    warnings.push(...(await connectionWarnings({ before, after: documents }, access)));
    return c.json({ version, warnings }, 200);
  });
  routes.openapi(validate, async (c) => {
    const { tenant, environment } = c.req.valid('param');
    await platform.environment(tenant, environment);
    const { errors, warnings } = validateConfiguration(c.req.valid('json').documents);
    return c.json({ errors, warnings }, 200);
  });
  routes.openapi(versions, async (c) => {
    const store = await storeOf(c.req.valid('param'));
    return c.json({ data: await store.history(c.req.valid('query').limit) }, 200);
  });
  routes.openapi(document, async (c) => {
    const { kind, name } = c.req.valid('param');
    const store = await storeOf(c.req.valid('param'));
    const head = await store.head();
    const found = head && (await store.documents(head)).find((one) => one.id === `${kind}/${name}`);
    if (!found) throw new NotFound(`no document ${kind}/${name} in the configuration`);
    return c.json(found, 200);
  });
  return routes;
}

const sentence = ({ id, path, message }: Problem) => `${[id, path].filter(Boolean).join(' ')}: ${message}`;

const movedOn = (parent: string | null, head: string | undefined) =>
  new Conflict(
    `the change was made on version ${parent ?? 'none'} and the head is ${head ?? 'none'} now: read it again and repeat the change`,
  );
