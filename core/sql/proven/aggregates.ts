import type { Printer } from '../duckdb/printer.ts';
import { printOrder, printOver } from '../duckdb/windows.ts';
import type { Fields } from '../tree.ts';
import { unproven } from '../tree.ts';
import type { Call } from './call.ts';
import { byKind, type Entry, type Group, printArgs } from './entry.ts';

/** The call under DuckDB's name with DISTINCT, ORDER BY, FILTER and OVER; `also` narrows its FILTER further. */
function apply(name: string, args: string[], call: Call, printer: Printer, also?: string): string {
  const order = call.orderBy.length === 0 ? '' : ` ORDER BY ${printOrder(call.orderBy as Fields[], printer)}`;
  const inside = `${call.distinct ? 'DISTINCT ' : ''}${args.join(', ')}${call.ignoreNulls ? ' IGNORE NULLS' : ''}${order}`;
  const filters = [call.filter && printer.expression(call.filter), also].filter((one) => one !== undefined);
  const filter = filters.length === 0 ? '' : ` FILTER (WHERE ${filters.join(' AND ')})`;
  return `${name}(${inside})${filter}${call.over === undefined ? '' : ` OVER ${printOver(call.over, printer)}`}`;
}

function plain(call: Call): void {
  if (call.orderBy.length > 0) throw unproven(`${call.name} with order by`);
  if (call.ignoreNulls) throw unproven(`${call.name} with ignore nulls`);
}

const aggregate =
  (name: string, least = 1, most = least): Entry =>
  (call, printer) => {
    plain(call);
    return apply(name, printArgs(call, printer, least, most), call, printer);
  };

/** The value beside the largest or smallest key; rows without a key are out, values of NULL are in. */
const byKey =
  (name: string): Entry =>
  (call, printer) => {
    plain(call);
    const args = printArgs(call, printer, 2);
    return apply(name, args, call, printer, `${args[1]} IS NOT NULL`);
  };

/** Aggregates, all usable with DISTINCT, FILTER and OVER. */
export const aggregates: Group = {
  count: (call, printer) => {
    plain(call);
    return apply('count', call.args.length === 0 ? ['*'] : printArgs(call, printer, 1), call, printer);
  },
  count_if: (call, printer) => {
    plain(call);
    return apply('count', ['*'], call, printer, printArgs(call, printer, 1)[0]);
  },
  sum: (call, printer) => byKind('trino_sum', [aggregate('sum')(call, printer)], printer),
  avg: (call, printer) =>
    byKind('trino_mean', [aggregate('sum')(call, printer), aggregate('count')(call, printer)], printer),
  min: aggregate('min', 1, 2),
  max: aggregate('max', 1, 2),
  max_by: byKey('arg_max_null'),
  min_by: byKey('arg_min_null'),
  bool_and: aggregate('bool_and'),
  every: aggregate('bool_and'),
  bool_or: aggregate('bool_or'),
  array_agg: (call, printer) => {
    if (call.ignoreNulls) throw unproven('array_agg with ignore nulls');
    return apply('list', printArgs(call, printer, 1), call, printer);
  },
  listagg: (call, printer) => apply('string_agg', printArgs(call, printer, 2), call, printer),
  stddev: aggregate('stddev_samp'),
  stddev_samp: aggregate('stddev_samp'),
  stddev_pop: aggregate('stddev_pop'),
  variance: aggregate('var_samp'),
  var_samp: aggregate('var_samp'),
  var_pop: aggregate('var_pop'),
};

const window =
  (name: string, least: number, most = least): Entry =>
  (call, printer) => {
    if (call.over === undefined) throw unproven(`${name} without over`, 'it is a window function');
    if (call.orderBy.length > 0 || call.distinct || call.filter)
      throw unproven(`${name} with distinct, filter or order by`);
    return apply(name, printArgs(call, printer, least, most), call, printer);
  };

/** Functions that need OVER. */
export const windows: Group = {
  row_number: window('row_number', 0),
  rank: window('rank', 0),
  dense_rank: window('dense_rank', 0),
  percent_rank: window('percent_rank', 0),
  cume_dist: window('cume_dist', 0),
  ntile: window('ntile', 1),
  lag: window('lag', 1, 3),
  lead: window('lead', 1, 3),
  first_value: window('first_value', 1),
  last_value: window('last_value', 1),
  nth_value: window('nth_value', 2),
};
