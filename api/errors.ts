import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { TooManyRequests, TributaryError } from '../core/errors.ts';
import type { ErrorBody } from './contracts.ts';
import type { Platform } from './platform.ts';
import { tellRate } from './rate-headers.ts';
import type { ApiEnvironment } from './routing.ts';

/** Every error as `{status, message, request_id}`: ours say why, any other says nothing and is noted whole. */
export const answerError =
  (platform: Platform): ErrorHandler<ApiEnvironment> =>
  (cause, c) => {
    const requestId = c.get('requestId');
    const answer = (status: number, message: string) =>
      c.json({ status, message, request_id: requestId } satisfies ErrorBody, status as ContentfulStatusCode);
    if (cause instanceof TooManyRequests) tellLimit(c, cause.data);
    if (cause instanceof HTTPException) return answer(cause.status, cause.message);
    return answer(cause instanceof TributaryError ? cause.status : 500, messageOf(cause, platform, requestId));
  };

/** When to ask again, and how a caller stands with a limit, where there is one that was told. */
function tellLimit(c: Context, { retry_after, limit }: TributaryError['data']): void {
  c.header('Retry-After', String(retry_after));
  if (typeof limit === 'number') tellRate(c, { limit, remaining: 0 });
}

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
