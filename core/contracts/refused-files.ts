import { z } from 'zod';
import { CalendarDate, Instant } from './names.ts';

/** That a feed is to do without a landed file: who said so, and why. */
export const SetAside = z.object({ reason: z.string(), author: z.string(), at: Instant });
export type SetAside = z.infer<typeof SetAside>;

export const SetAsideRequest = z.strictObject({ feed: z.string(), reason: z.string().trim().min(1).max(1000) });
export const TakeUpRequest = z.strictObject({ feed: z.string() });

/** A landed file that a feed as it is now did not take for what it holds, or is to do without. */
export const RefusedFile = z.object({
  /** What the feed's table would know it by: the same bytes have the same. */
  id: z.string(),
  feed: z.string(),
  courier: z.string(),
  name: z.string(),
  date: CalendarDate.nullable(),
  landed_at: Instant,
  /** `due`: each run tries it again. `replaced`: a newer content of its name takes its place. */
  state: z.enum(['due', 'replaced', 'set aside']),
  /** Left out of a file that was set aside before the feed had its present shape. */
  error: z.object({ type: z.string(), message: z.string() }).optional(),
  set_aside: SetAside.optional(),
});
export type RefusedFile = z.infer<typeof RefusedFile>;
