import { changesName } from '../../core/customer360/renewal.ts';
import type { OverlayRequest } from '../../core/sql/port.ts';

/** What is told of the changes of a table, and under which stored name; `columns` are read for it. Left out: the rows that differ, whole. */
export interface ToldChanges {
  table: string;
  columns?: readonly string[];
}

/** What an overlay tells: its table of keys, when that has all that is asked for, or a table of its own. */
export function toldBy({ physical, keys, tell }: OverlayRequest): ToldChanges {
  if (keys && tell?.every((column) => keys.columns.includes(column))) return { table: keys.table, columns: [] };
  return { table: changesName(physical), ...(tell && { columns: tell }) };
}

/** SQL of what is told, from that of the touched rows before and now. */
export function changesSql(earlier: string, now: string, { columns }: ToldChanges): string {
  if (columns) return `${earlier} UNION ALL ${now}`;
  const only = (one: string, other: string) => `((${one}) EXCEPT ALL (${other}))`;
  return `${only(earlier, now)} UNION ALL ${only(now, earlier)}`;
}
