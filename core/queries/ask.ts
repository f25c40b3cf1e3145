import { tableFinder } from '../environments/table-names.ts';
import { RefusedSql, type TributaryError } from '../errors.ts';
import type { Queries, QueryProgress } from '../sql/port.ts';
import { type PublishedAccess, PublishedReader } from './published-reader.ts';

/**
 * Begins a query over the published tables and follows it for a while. When it failed since a run published others meanwhile
 * and took away what it read, it is begun again with those; once it has been told of by its id, whoever asked has to.
 */
export async function ask(
  access: PublishedAccess & { queries: Queries },
  { name, sql }: { name: string; sql: string },
  { waitMs, signal }: { waitMs: number; signal?: AbortSignal },
): Promise<QueryProgress & { id: string }> {
  const until = access.clock().getTime() + waitMs;
  for (;;) {
    const reader = await PublishedReader.open(access);
    const id = await access.queries.start(reader.physical(name, sql));
    const left = Math.max(0, until - access.clock().getTime());
    const progress = await access.queries.follow(id, { waitMs: left, ...(signal && { signal }) });
    if (progress.state !== 'failed') return { id, ...progress };
    if (!(await reader.isCurrent())) continue;
    const error = (await misnamed(reader, sql)) ?? progress.error;
    return { id, ...progress, ...(error && { error }) };
  }
}

/** Engines tell in many ways that there is no such column: this is ours, with the nearest that there is. */
async function misnamed(reader: PublishedReader, sql: string): Promise<TributaryError | undefined> {
  const { unknownColumns } = await import('../sql/unknown-columns.ts');
  const find = tableFinder(reader.names);
  const problems = unknownColumns(sql, find, (name) => reader.table(name)?.columns.map((column) => column.name));
  return problems.length === 0 ? undefined : new RefusedSql(problems.join('; '));
}
