import { text } from '../quote.ts';
import { as, bare, type Fields, known, literalOf, type Node, unproven } from '../tree.ts';
import type { Printer } from './printer.ts';

/**
 * Times in a zone. DuckDB keeps no zone with a value, so `AT TIME ZONE` is proven only where what is around it asks for
 * the local date or time: a cast to date or timestamp, a part such as `hour`, or `date_format`.
 */
export function isZoned(node: Node): boolean {
  const inner = bare(node);
  if (as(inner, 'at_time_zone') !== undefined) return true;
  const truncated = truncation(inner);
  return truncated !== undefined && isZoned(truncated.of);
}

/** The local date and time of a node that `isZoned`. */
export function zoned(node: Node, printer: Printer): string {
  const inner = bare(node);
  const truncated = truncation(inner);
  if (truncated !== undefined) return `date_trunc(${text(truncated.unit)}, ${zoned(truncated.of, printer)})`;
  const fields = as(inner, 'at_time_zone') ?? {};
  known('at time zone', fields, 'this', 'zone');
  const zone = literalOf(fields.zone as Node, 'string');
  if (zone === undefined || !/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(zone)) {
    throw unproven('at time zone', "expected the name of a zone as text, such as 'Europe/Berlin'");
  }
  const value = printer.expression(fields.this as Node);
  return `timezone(${text(zone)}, timezone('UTC', CAST(${value} AS TIMESTAMP)))`;
}

function truncation(node: Node): { unit: string; of: Node } | undefined {
  const call = as(node, 'function') as (Fields & { name?: string; args?: Node[] }) | undefined;
  if (call?.name?.toLowerCase() !== 'date_trunc') return undefined;
  const [unit, of] = call.args ?? [];
  const name = literalOf(unit, 'string')?.toLowerCase();
  return name === undefined || of === undefined || !/^(minute|hour|day|week|month|quarter|year)$/.test(name)
    ? undefined
    : { unit: name, of };
}
