import { createRoute, z } from '@hono/zod-openapi';
import { KebabName } from '../../core/contracts/names.ts';
import { Forbidden, InvalidInput } from '../../core/errors.ts';
import type { Principal } from '../../core/policies/policy.ts';
import { KnownStreams } from '../../core/streams/known-streams.ts';
import { payloadOf } from '../../core/streams/payload.ts';
import { named } from '../contracts.ts';
import type { EnvironmentAccess, Platform } from '../platform.ts';
import { tellRate } from '../rate-headers.ts';
import { answers, needs, newRoutes, refusedBy } from '../routing.ts';

const text = { schema: { type: 'string' as const } };

const send = createRoute({
  operationId: 'sendToStream',
  tags: ['streams'],
  method: 'post',
  path: '/data/{stream}',
  ...needs('stream:send'),
  summary: 'Send a record, or a batch of them, to a stream',
  request: {
    params: z.object({ stream: KebabName }),
    headers: z.object({
      'idempotency-key': z.string().optional().openapi({ description: 'Equal for a request that is sent again' }),
      'x-tributary-tenant': KebabName.optional().openapi({ description: 'Left out by who works in one tenant alone' }),
      'x-tributary-environment': KebabName.default('production'),
    }),
    body: {
      content: { 'application/json': text, 'application/xml': text },
      description: 'An object, an array of objects, or an XML document; 1 MB at the most',
      required: true,
    },
  },
  responses: {
    ...answers(202, named.StreamReceipt, 'It is on the disk, or in the queue: it will be a row'),
    ...refusedBy(415, "The body is of another kind than the stream's"),
    ...refusedBy(429, 'More requests than the stream takes; Retry-After says in how many seconds to try again'),
  },
});

/** What other systems send records by. */
export function streamRoutes(platform: Platform) {
  const routes = newRoutes();
  const streams = new KnownStreams();
  routes.openapi(send, async (c) => {
    const headers = c.req.valid('header');
    const tenant = await tenantOf(platform, c.get('principal'), headers['x-tributary-tenant']);
    const access: EnvironmentAccess = await platform.environment(tenant, headers['x-tributary-environment']);
    const id = `stream/${c.req.valid('param').stream}`;
    const stream = await streams.get(access.objects, id, access.clock().getTime());
    const rate = access.streams.admit(stream);
    if (rate) tellRate(c, rate);
    const said = { type: c.req.header('content-type'), encoding: c.req.header('content-encoding') };
    const body = new Uint8Array(await c.req.arrayBuffer());
    const payload = payloadOf(stream, { ...said, key: headers['idempotency-key'] }, body);
    const repeated = await access.streams.append(stream, payload);
    return c.json({ stream: id, accepted: payload.records.length, repeated }, 202);
  });
  return routes;
}

/** The tenant that a request is to, whose path names none. */
async function tenantOf(platform: Platform, principal: Principal, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    if (principal.worksIn(given)) return given;
    throw new Forbidden(`${principal.name} does not work in a tenant ${JSON.stringify(given)}`);
  }
  const all = (await platform.tenants()).filter((tenant) => principal.worksIn(tenant));
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only;
  throw new InvalidInput(
    `the request names no tenant, and ${principal.name} works in ${all.join(', ') || 'none'}: expected the header X-Tributary-Tenant`,
  );
}
