import { z } from 'zod';

/** What is wrong with a document, and where in it. A warning forbids nothing. */
export const Problem = z.object({
  id: z.string(),
  path: z.string(),
  message: z.string(),
  severity: z.enum(['error', 'warning']),
});
export type Problem = z.infer<typeof Problem>;
