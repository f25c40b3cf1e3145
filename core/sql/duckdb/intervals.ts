import { as, bare, known, literalOf, type Node, open, unproven } from '../tree.ts';
import type { Printer } from './printer.ts';

/** Whether an expression is an interval by its form: columns never hold one. */
export function isInterval(node: Node): boolean {
  const [kind, fields] = open(bare(node));
  if (kind === 'interval') return true;
  if (kind === 'neg') return isInterval(fields.this as Node);
  if (kind === 'mul') return isInterval(fields.left as Node) || isInterval(fields.right as Node);
  return false;
}

export interface Interval {
  text: string;
  /** Whether it counts hours or less, which no date can be moved by. */
  ofTime: boolean;
}

const UNITS = ['second', 'minute', 'hour', 'day', 'month', 'year'];
const TIME_UNITS = new Set(['second', 'minute', 'hour']);

export function intervalOf(node: Node, printer: Printer): Interval {
  const [kind, fields] = open(bare(node));
  if (kind === 'neg') {
    const inner = intervalOf(fields.this as Node, printer);
    return { text: `(${inner.text} * -1)`, ofTime: inner.ofTime };
  }
  if (kind === 'mul') {
    const [left, right] = [fields.left as Node, fields.right as Node];
    const [interval, factor] = isInterval(left) ? [left, right] : [right, left];
    const inner = intervalOf(interval, printer);
    return { text: `(${inner.text} * CAST(${printer.expression(factor)} AS BIGINT))`, ofTime: inner.ofTime };
  }
  known('interval', fields, 'this', 'unit');
  const negated = as(fields.this as Node, 'neg');
  const amount = literalOf((negated?.this ?? fields.this) as Node, 'string');
  const unit = (fields.unit as { type?: string; unit?: string } | null) ?? {};
  const name = String(unit.unit).toLowerCase();
  if (unit.type !== 'simple' || !UNITS.includes(name) || amount === undefined || !/^[+-]?\d+$/.test(amount.trim())) {
    throw unproven('an interval of several units or with a fraction', "expected one such as interval '3' month");
  }
  const signed = Number(amount) * (negated === undefined ? 1 : -1);
  return { text: `INTERVAL '${signed} ${name}'`, ofTime: TIME_UNITS.has(name) };
}

/** A date or timestamp moved by an interval, of the type that it had. */
export function shift(node: Node, operator: '+' | '-', interval: Interval, printer: Printer): string {
  const name = `trino_shift${interval.ofTime ? '_time' : ''}`;
  const by = operator === '+' ? interval.text : `(${interval.text} * -1)`;
  return printer.once(printer.expression(node), (value) => `${name}(${value}, ${by})`);
}
