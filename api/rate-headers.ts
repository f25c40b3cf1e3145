import type { Context } from 'hono';
import type { RateState } from '../core/streams/rate.ts';

/** Tells a caller how it stands with a limit, which is of one second. */
export function tellRate(c: Context, { limit, remaining }: RateState): void {
  c.header('RateLimit-Limit', String(limit));
  c.header('RateLimit-Remaining', String(remaining));
  c.header('RateLimit-Reset', '1');
}
