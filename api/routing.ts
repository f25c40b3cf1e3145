import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { problems } from '../core/environments/field-problems.ts';
import { InvalidInput, Unauthenticated } from '../core/errors.ts';
import type { Action } from '../core/policies/actions.ts';
import type { Principal } from '../core/policies/policy.ts';
import { ErrorBody } from './contracts.ts';
import type { Platform } from './platform.ts';

export interface ApiEnvironment {
  Variables: { requestId: string; principal: Principal };
}

/** A group of routes; requests that their schemas refuse are answered with each problem and its place. */
export const newRoutes = (): OpenAPIHono<ApiEnvironment> =>
  new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) => {
      if (result.success) return;
      // The hook is given what was sent, too, though its type doesn't say so.
      const { data } = result as { data?: unknown };
      throw new InvalidInput(`${result.target}: ${problems(result.error as z.ZodError, data)}`);
    },
  });

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

/** What any route may answer beside its own. */
const refusals = {
  400: json(ErrorBody, 'The request is refused; the message says what was wrong, what was seen and what was expected'),
  401: json(ErrorBody, 'No valid bearer token'),
  403: json(ErrorBody, "The caller's policies don't allow the action"),
  404: json(ErrorBody, 'No such thing'),
  409: json(ErrorBody, 'Something else changed it first, or is changing it now'),
  413: json(ErrorBody, 'The body is too large'),
  500: json(ErrorBody, 'A failure of ours; the log tells more under the request id'),
};

/** A refusal that only some routes give. */
export const refusedBy = <Status extends number>(status: Status, description: string) =>
  ({ [status]: json(ErrorBody, description) }) as Record<Status, ReturnType<typeof json<typeof ErrorBody>>>;

/** What a caller of a route must be allowed; the OpenAPI document says it too. */
export const needs = (action: Action) => ({ 'x-action': action });

/** The answers of a route: its own as JSON, and the refusals. */
export const answers = <Status extends 200 | 201 | 202, Schema extends z.ZodType>(
  status: Status,
  schema: Schema,
  description: string,
) => ({ ...({ [status]: json(schema, description) } as Record<Status, ReturnType<typeof json<Schema>>>), ...refusals });

/** A JSON body that must be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
  required: true,
});

/** A body of raw bytes, read as a stream. */
export const rawBody = (description: string) => ({
  content: { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } },
  description,
  required: true,
});

/** A body of text. */
export const textBody = (mediaType: string, description: string) => ({
  content: { [mediaType]: { schema: { type: 'string' as const } } },
  description,
  required: true,
});

/** Lets nobody in whose bearer token the home doesn't know. */
export const authenticated = (platform: Platform) =>
  createMiddleware<ApiEnvironment>(async (c, next) => {
    const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const principal = token === undefined ? undefined : await platform.principalOf(token);
    if (principal === undefined) {
      const seen = token === undefined ? 'no bearer token' : 'a bearer token that is not valid';
      throw new Unauthenticated(`the request has ${seen}: expected the header Authorization: Bearer <token>`);
    }
    c.set('principal', principal);
    await next();
  });

/** Refuses a body beyond so many mebibytes before it fills the memory. */
export const bodyUpTo = (mebibytes: number) => {
  const most = mebibytes * 1024 * 1024;
  const limit = bodyLimit({
    maxSize: most,
    onError: () => {
      throw new HTTPException(413, { message: `the body is larger than ${mebibytes} MB: send less` });
    },
  });
  // What says how long it is can be no longer. Asking for the body makes a stream of it, a fifth of the work of a small request.
  return createMiddleware<ApiEnvironment>((c, next) => (isSaidUpTo(most, c.req.raw.headers) ? next() : limit(c, next)));
};

function isSaidUpTo(most: number, headers: Headers): boolean {
  const length = headers.get('content-length');
  return length !== null && /^\d+$/.test(length) && Number(length) <= most && !headers.has('transfer-encoding');
}
