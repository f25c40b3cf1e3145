import { createRoute, z } from '@hono/zod-openapi';
import { findPersons, personStory } from '../../core/customer360/person.ts';
import { InvalidInput } from '../../core/errors.ts';
import { readPublished } from '../../core/queries/published-reader.ts';
import { EnvironmentPath, named, page } from '../contracts.ts';
import type { Platform } from '../platform.ts';
import { answers, needs, newRoutes } from '../routing.ts';

const Search = z.strictObject({
  amp_id: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(25),
});

const search = createRoute({
  operationId: 'findPersons',
  tags: ['persons'],
  method: 'get',
  path: '/{tenant}/{environment}/persons',
  ...needs('amp-id:explore'),
  summary: 'Find people by AmpID, e-mail address or phone',
  request: { params: EnvironmentPath, query: Search },
  responses: answers(200, page(named.PersonMatch), 'People, those with most records first'),
});

const show = createRoute({
  operationId: 'getPerson',
  tags: ['persons'],
  method: 'get',
  path: '/{tenant}/{environment}/persons/{amp_id}',
  ...needs('amp-id:explore'),
  summary: 'One person: records by source, why they were joined, orders, attributes, household',
  request: { params: EnvironmentPath.extend({ amp_id: z.string() }) },
  responses: answers(200, named.PersonStory, 'The story of the person'),
});

export function personRoutes(platform: Platform) {
  const routes = newRoutes();
  routes.openapi(search, async (c) => {
    const { limit, ...wanted } = c.req.valid('query');
    if (Object.values(wanted).every((value) => value === undefined)) {
      throw new InvalidInput('query: nothing to look for: expected amp_id, email or phone');
    }
    const { tenant, environment } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json({ data: await readPublished(access, (reader) => findPersons(reader, wanted, limit)) }, 200);
  });
  routes.openapi(show, async (c) => {
    const { tenant, environment, amp_id } = c.req.valid('param');
    const access = await platform.environment(tenant, environment);
    return c.json(await readPublished(access, (reader) => personStory(reader, amp_id)), 200);
  });
  return routes;
}
