import { RefusedSql } from '../../errors.ts';
import type { Printer } from '../duckdb/printer.ts';
import { isZoned, zoned } from '../duckdb/zones.ts';
import { text } from '../quote.ts';
import { type Fields, known, type Node, unproven } from '../tree.ts';
import type { Call } from './call.ts';
import { formatPattern, parsePattern } from './date-patterns.ts';
import { applied, type Entry, type Group, literalArg, macro, printArgs } from './entry.ts';

const DATE_UNITS = ['day', 'week', 'month', 'quarter', 'year'];
const TIME_UNITS = ['second', 'minute', 'hour'];

function unitOf(call: Call): string {
  const unit = literalArg(call, 0).toLowerCase();
  if ([...DATE_UNITS, ...TIME_UNITS].includes(unit)) return unit;
  if (unit === 'millisecond') throw unproven(`${call.name} of milliseconds`);
  throw new RefusedSql(
    `${call.name} knows no unit ${unit}: expected one of ${[...TIME_UNITS, ...DATE_UNITS].join(', ')}`,
  );
}

const suffix = (unit: string): string => (TIME_UNITS.includes(unit) ? '_time' : '');

const truncate: Entry = (call, printer) => {
  const unit = unitOf(call);
  const [, value = ''] = printArgs(call, printer, 2);
  return applied(`trino_date_trunc${suffix(unit)}`, [text(unit), value], printer);
};

const add: Entry = (call, printer) => {
  const unit = unitOf(call);
  const [, count = '', value = ''] = printArgs(call, printer, 3);
  const step = unit === 'quarter' ? '3 month' : unit === 'week' ? '7 day' : `1 ${unit}`;
  return applied(`trino_shift${suffix(unit)}`, [value, `(INTERVAL '${step}' * CAST(${count} AS BIGINT))`], printer);
};

const difference: Entry = (call, printer) => {
  const unit = unitOf(call);
  const [, from = '', to = ''] = printArgs(call, printer, 3);
  return applied(`trino_date_diff${suffix(unit)}`, [text(unit), from, to], printer);
};

/** Fields of a date or time and DuckDB's function for each; a time in a zone gives those of its local clock. */
const FIELDS: Record<string, string> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  week_of_year: 'week',
  day: 'day',
  day_of_month: 'day',
  day_of_week: 'isodow',
  dow: 'isodow',
  day_of_year: 'dayofyear',
  doy: 'dayofyear',
  year_of_week: 'isoyear',
  yow: 'isoyear',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
};

const localTime = (node: Node | undefined, printer: Printer): string =>
  node !== undefined && isZoned(node) ? zoned(node, printer) : printer.expression(node ?? {});

function field(name: string, of: Node | undefined, printer: Printer): string {
  const part = FIELDS[name];
  if (part === undefined) throw unproven(name);
  return `${part}(${localTime(of, printer)})`;
}

/** `extract(field from x)`, whose field the parser writes in its own words. */
export function printExtract(fields: Fields, printer: Printer): string {
  known('extract', fields, 'this', 'field');
  const written = fields.field;
  const custom = (written as { Custom?: string } | null)?.Custom;
  const name = (custom ?? String(written).replace(/(?<=[a-z])(?=[A-Z])/g, '_')).toLowerCase();
  return field(name, fields.this as Node, printer);
}

const format: Entry = (call, printer) => {
  if (call.args.length !== 2) throw new RefusedSql(`date_format has ${call.args.length} arguments: expected 2`);
  return `trino_format(${localTime(call.args[0], printer)}, ${text(formatPattern(literalArg(call, 1)))})`;
};

const parse: Entry = (call, printer) => {
  const [value = ''] = printArgs(call, printer, 2);
  const { shape, pattern } = parsePattern(literalArg(call, 1));
  return applied('trino_date_parse', [value, text(shape), text(pattern)], printer);
};

const parts = Object.fromEntries(
  Object.keys(FIELDS).map((name) => [name, ((call, printer) => field(name, call.args[0], printer)) satisfies Entry]),
);

/** Dates and times; all in UTC. */
export const times: Group = {
  ...parts,
  date: (call, printer) => {
    const [arg] = call.args;
    if (arg !== undefined && isZoned(arg)) return `CAST(${zoned(arg, printer)} AS DATE)`;
    return applied('trino_date', printArgs(call, printer, 1), printer);
  },
  date_trunc: truncate,
  date_add: add,
  date_diff: difference,
  date_format: format,
  date_parse: parse,
  last_day_of_month: macro('trino_last_day', 1),
  from_unixtime: macro('trino_from_unixtime', 1),
  to_unixtime: macro('trino_to_unixtime', 1),
  from_iso8601_timestamp: macro('trino_from_iso8601_timestamp', 1),
  from_iso8601_date: macro('trino_from_iso8601_date', 1),
};
