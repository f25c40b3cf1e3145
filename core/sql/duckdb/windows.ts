import { ident } from '../quote.ts';
import { child, children, type Fields, known, type Node, nameOf, unproven } from '../tree.ts';
import { intervalOf, isInterval } from './intervals.ts';
import type { Printer } from './printer.ts';

/** Sort keys; NULLs come last unless first is asked for, ascending and descending alike. */
export function printOrder(keys: Fields[], printer: Printer): string {
  return keys
    .map((key) => {
      known('order by', key, 'this', 'desc', 'nulls_first', 'explicit_asc');
      const direction = key.desc === true ? ' DESC' : ' ASC';
      return `${printer.expression(key.this as Node)}${direction} NULLS ${key.nulls_first === true ? 'FIRST' : 'LAST'}`;
    })
    .join(', ');
}

/** What stands after OVER: a window's name or its definition in parentheses. */
export function printOver(over: Fields, printer: Printer): string {
  const name = nameOf(over.window_name);
  const alone = children(over, 'partition_by').length + children(over, 'order_by').length === 0 && !over.frame;
  return name !== undefined && alone ? ident(name) : printWindow(over, printer);
}

export function printWindow(over: Fields, printer: Printer): string {
  known('over', over, 'window_name', 'partition_by', 'order_by', 'frame');
  const parts: string[] = [];
  const base = nameOf(over.window_name);
  if (base !== undefined) parts.push(ident(base));
  const partition = children(over, 'partition_by').map((one) => printer.expression(one));
  if (partition.length > 0) parts.push(`PARTITION BY ${partition.join(', ')}`);
  const keys = children(over, 'order_by');
  if (keys.length > 0) parts.push(`ORDER BY ${printOrder(keys, printer)}`);
  const frame = child(over, 'frame');
  if (frame !== undefined) parts.push(printFrame(frame, printer));
  return `(${parts.join(' ')})`;
}

function printFrame(frame: Fields, printer: Printer): string {
  known('window frame', frame, 'kind', 'start', 'end');
  const kind = String(frame.kind).toUpperCase();
  const [start, end] = [printBound(frame.start, printer), frame.end && printBound(frame.end, printer)];
  return end ? `${kind} BETWEEN ${start} AND ${end}` : `${kind} ${start}`;
}

function printBound(bound: unknown, printer: Printer): string {
  if (typeof bound === 'string') return bound.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
  const [side, offset] = Object.entries((bound ?? {}) as Record<string, Node>)[0] ?? [];
  if (offset === undefined || !/^(Preceding|Following)$/.test(side ?? '')) throw unproven('this window frame');
  const by = isInterval(offset) ? intervalOf(offset, printer).text : printer.expression(offset);
  return `${by} ${String(side).toUpperCase()}`;
}
