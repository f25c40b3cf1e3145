import { z } from 'zod';

/** A secret that a connection's settings ask for, and whether it is set. */
export const ConnectionSecret = z.object({ name: z.string(), set: z.boolean() });

/** What came of signing in by a connection. */
export const ConnectionTest = z.object({
  connection: z.string(),
  works: z.boolean(),
  /** What of the system was seen, such as `host_key`. */
  seen: z.record(z.string(), z.string()).default({}),
  /** Why it does not work: what was asked, what was seen, and where to mend it. */
  message: z.string().optional(),
});
export type ConnectionTest = z.infer<typeof ConnectionTest>;

/** A connection as those see it who may not read its secrets, which is everybody. */
export const ConnectionSummary = z.object({
  id: z.string(),
  type: z.string(),
  secrets: z.array(ConnectionSecret),
});
export type ConnectionSummary = z.infer<typeof ConnectionSummary>;
