import { Conflict } from '../errors.ts';
import type { Queries } from '../sql/port.ts';

/** Refuses a query that has no result, or none yet. */
export async function mustHaveSucceeded(queries: Queries, id: string): Promise<void> {
  const { state } = await queries.follow(id, { waitMs: 0 });
  if (state !== 'succeeded') throw new Conflict(`query ${id} is ${state}: expected one that has succeeded`);
}
