import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { timeout } from 'hono/timeout';
import { InvalidInput } from '../core/errors.ts';
import type { ApiEnvironment } from './routing.ts';

/** What stands between the API and its callers lets through: answers that come within so many seconds, and their bytes. */
export interface AnswerLimits {
  seconds: number;
  bytes: number;
}

/** Says in words what would else end without any: an answer that comes too late. */
export const answeredWithin = ({ seconds }: AnswerLimits) => {
  const message = `this took longer than ${seconds} seconds, the longest that an answer may: ask for less, or by a query`;
  return timeout(seconds * 1000, new HTTPException(504, { message }));
};

/** And one that is too large. */
export const answersUpTo = ({ bytes }: AnswerLimits) =>
  createMiddleware<ApiEnvironment>(async (c, next) => {
    await next();
    // A function hands its answer on as a text within JSON.
    const size = Buffer.byteLength(JSON.stringify(await c.res.clone().text()));
    if (size <= bytes) return;
    const [is, most] = [size, bytes].map((one) => (one / 1e6).toFixed(1));
    throw new InvalidInput(`the answer has ${is} MB and may have ${most}: ask for less, by limit or by a filter`);
  });
