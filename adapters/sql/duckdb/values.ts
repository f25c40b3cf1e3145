import type { Json } from '@duckdb/node-api';
import type { Column } from '../../../core/contracts/types.ts';

/** A row as the API gives it: integers as numbers while JavaScript holds them exactly, Datetime as ISO 8601 UTC. */
export function jsonRow(row: readonly (Json | null)[], columns: readonly Column[]): unknown[] {
  return row.map((value, n) => jsonValue(value, columns[n]?.type ?? 'String'));
}

function jsonValue(value: Json | null, type: string): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'Integer') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (type === 'Datetime') return `${value.slice(0, 26).replace(' ', 'T')}Z`;
  return value;
}
