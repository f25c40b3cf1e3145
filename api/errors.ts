import type { ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { TributaryError } from '../core/errors.ts';
import type { ErrorBody } from './contracts.ts';
import type { Platform } from './platform.ts';
import type { ApiEnvironment } from './routing.ts';

/** Every error as `{status, message, request_id}`: ours say why, any other says nothing and is noted whole. */
export const answerError =
  (platform: Platform): ErrorHandler<ApiEnvironment> =>
  (cause, c) => {
    const requestId = c.get('requestId');
    const answer = (status: number, message: string) =>
      c.json({ status, message, request_id: requestId } satisfies ErrorBody, status as ContentfulStatusCode);
    if (cause instanceof HTTPException) return answer(cause.status, cause.message);
    return answer(cause instanceof TributaryError ? cause.status : 500, messageOf(cause, platform, requestId));
  };

/** What a caller is told of a failure; one of ours is noted. */
export function messageOf(cause: Error, platform: Platform, requestId: string): string {
  if (cause instanceof TributaryError && cause.status < 500) return cause.message;
  platform.report(requestId, cause);
  if (cause instanceof TributaryError && cause.name !== 'InternalError') return cause.message;
  return `something went wrong on our side: the log tells more under ${requestId}`;
}

export const answerUnknownRoute: NotFoundHandler<ApiEnvironment> = (c) =>
  c.json(
    {
      status: 404,
      message: `no ${c.req.method} ${c.req.path}: /openapi.json lists every route`,
      request_id: c.get('requestId'),
    } satisfies ErrorBody,
    404,
  );
