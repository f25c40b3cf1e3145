import { intervalOf, isInterval } from '../duckdb/intervals.ts';
import type { Printer } from '../duckdb/printer.ts';
import { ident } from '../quote.ts';
import { as, bare, children, known, type Node, nameOf, unproven } from '../tree.ts';
import type { Call } from './call.ts';
import { applied, byKind, type Entry, type Group, macro, printArgs, same } from './entry.ts';

/** The array and the one-parameter lambda of a call such as `filter(xs, x -> x > 1)`. */
function lambdaOf(call: Call, printer: Printer): { list: string; lambda: string } {
  const [list, body, ...more] = call.args;
  const fields = body && as(bare(body), 'lambda');
  if (list === undefined || fields === undefined || more.length > 0) throw unproven(`${call.name} without a lambda`);
  known('lambda', fields, 'parameters', 'body');
  const [parameter, ...others] = children(fields, 'parameters').map((one) => nameOf(one));
  if (parameter === undefined || others.length > 0) throw unproven(`a lambda of several parameters in ${call.name}`);
  return {
    list: printer.expression(list),
    lambda: `lambda ${ident(parameter)}: ${printer.expression(fields.body as Node)}`,
  };
}

const overList =
  (name: string): Entry =>
  (call, printer) => {
    const { list, lambda } = lambdaOf(call, printer);
    return `${name}(${list}, ${lambda})`;
  };

/** A match over all elements with three-valued logic, from the list of their answers. */
const matches =
  (name: string): Entry =>
  (call, printer) => {
    const { list, lambda } = lambdaOf(call, printer);
    return applied(name, [`list_transform(${list}, ${lambda})`], printer);
  };

const sequence: Entry = (call, printer) => {
  const [from, to, step] = call.args;
  if (from === undefined || to === undefined) throw unproven('sequence of one argument');
  const ends = [printer.expression(from), printer.expression(to)];
  if (step === undefined) return byKind('trino_sequence', ends, printer);
  if (!isInterval(step)) return applied('trino_sequence_by', [...ends, printer.expression(step)], printer);
  return applied('trino_dates', [...ends, intervalOf(step, printer).text], printer);
};

export const arrays: Group = {
  cardinality: same('len', 1),
  contains: macro('trino_contains', 2),
  element_at: macro('trino_element_at', 2),
  array_join: (call, printer) => {
    const args = printArgs(call, printer, 2, 3);
    return applied(args.length === 2 ? 'trino_join' : 'trino_join_nulls', args, printer);
  },
  array_distinct: macro('trino_array_distinct', 1),
  array_sort: (call, printer) => `list_sort(${printArgs(call, printer, 1)}, 'ASC', 'NULLS LAST')`,
  array_max: macro('trino_array_max', 1),
  array_min: macro('trino_array_min', 1),
  array_position: macro('trino_array_position', 2),
  slice: macro('trino_slice', 3),
  sequence,
  filter: overList('list_filter'),
  transform: overList('list_transform'),
  any_match: matches('trino_any'),
  all_match: matches('trino_every'),
  none_match: matches('trino_none'),
};
