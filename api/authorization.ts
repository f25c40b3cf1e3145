import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { Forbidden, InternalError } from '../core/errors.ts';
import type { Action } from '../core/policies/actions.ts';
import { isAllowed, type Principal } from '../core/policies/policy.ts';
import { refusalOf } from '../core/policies/standard.ts';
import type { ApiEnvironment } from './routing.ts';

/** Lets a caller on to a route when their policies allow its action. */
export const authorized = (actions: ReadonlyMap<string, Action>) =>
  createMiddleware<ApiEnvironment>(async (c, next) => {
    const route = routeOf(c);
    // Without a route there is nothing to be let on to; it is answered as unknown.
    if (route) {
      const action = actions.get(nameOf(route));
      const principal = c.get('principal');
      if (action === undefined) throw new InternalError(`${nameOf(route)} says no action: nobody may call it`);
      mustBeAllowed(principal, action);
    }
    await next();
  });

/** Refuses whose policies don't allow an action. */
export function mustBeAllowed(principal: Principal, action: Action): void {
  if (!isAllowed(principal.policies, action)) throw new Forbidden(refusalOf(principal, action));
}

/** Lets a caller on to a route of a tenant when they work in it: their policies hold nowhere else. */
export const ofTenant = createMiddleware<ApiEnvironment, '/:tenant/*'>(async (c, next) => {
  const [tenant, principal] = [c.req.param('tenant'), c.get('principal')];
  if (routeOf(c)?.path.includes('/:tenant/') && !principal.worksIn(tenant)) {
    throw new Forbidden(
      `${principal.name} does not work in a tenant ${JSON.stringify(tenant)}: \`GET /tenants\` lists those`,
    );
  }
  await next();
});

const routeOf = (c: Context) => matchedRoutes(c).find(({ method }) => method !== 'ALL');

/** The action of every route that asks for a token. A route that says none is a defect, told at the start. */
export function actionsOf(app: OpenAPIHono<ApiEnvironment>): Map<string, Action> {
  const routes = app.openAPIRegistry.definitions.flatMap((one) => (one.type === 'route' ? [one.route] : []));
  const found = new Map<string, Action>();
  for (const route of routes.filter(({ security }) => security === undefined)) {
    const action = (route as { 'x-action'?: Action })['x-action'];
    if (action === undefined) throw new InternalError(`${nameOf(route)} says no action: give it one by \`needs\``);
    found.set(nameOf({ method: route.method, path: route.path.replace(/\{(\w+)\}/g, ':$1') }), action);
  }
  return found;
}

const nameOf = ({ method, path }: { method: string; path: string }): string => `${method.toUpperCase()} ${path}`;
