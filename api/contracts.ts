import { z } from '@hono/zod-openapi';
import { CalendarDate, Instant, KebabName } from '../core/contracts/names.ts';

/** Shapes that many routes share. */
export const ErrorBody = z
  .object({ status: z.number().int(), message: z.string(), request_id: z.string() })
  .openapi('Error');
export type ErrorBody = z.infer<typeof ErrorBody>;

export const EnvironmentPath = z.object({ tenant: KebabName, environment: KebabName });

/** An instant, or a day that stands for its first moment (reference §13.1). */
export const Moment = z
  .union([Instant, CalendarDate])
  .transform((value) => new Date(value).toISOString())
  .openapi({ type: 'string', example: '2026-11-23' });

export const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(25),
  next_token: z.string().optional(),
});

/** One page; no `next_token` on the last. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ data: z.array(item), next_token: z.string().optional() });
