import { Conflict, NotFound } from '../errors.ts';
import type { Queries } from '../sql/port.ts';

/** Refuses a query that has no result, or none yet. */
export async function mustHaveSucceeded(queries: Queries, id: string): Promise<void> {
  const { state } = await queries.follow(id, { waitMs: 0 });
  if (state !== 'succeeded') throw new Conflict(`query ${id} is ${state}: expected one that has succeeded`);
}

/** What a query gave has gone since. */
export const resultGone = (id: string, cause?: unknown): NotFound =>
  new NotFound(`the result of query ${id} is not kept any more: ask again`, { cause });
