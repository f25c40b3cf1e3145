import { child, children, type Fields, known, type Node, nameOf } from '../tree.ts';

/** A function call of any kind, as Trino names it. */
export interface Call {
  name: string;
  args: Node[];
  distinct: boolean;
  filter?: Node;
  orderBy: Node[];
  ignoreNulls: boolean;
  over?: Fields;
}

/** Function nodes that the parser gives a kind of their own: Trino's name, then the fields that hold its arguments. */
const SHAPES: Record<string, [name: string, ...args: string[]]> = {
  lower: ['lower', 'this'],
  upper: ['upper', 'this'],
  length: ['length', 'this'],
  substring: ['substr', 'this', 'start', 'length'],
  str_position: ['strpos', 'this', 'substr', 'occurrence'],
  starts_with: ['starts_with', 'this', 'expression'],
  normalize: ['normalize', 'this', 'form'],
  year: ['year', 'this'],
  quarter: ['quarter', 'this'],
  month: ['month', 'this'],
  day: ['day', 'this'],
  hour: ['hour', 'this'],
  minute: ['minute', 'this'],
  second: ['second', 'this'],
  day_of_week: ['day_of_week', 'this'],
  day_of_month: ['day_of_month', 'this'],
  day_of_year: ['day_of_year', 'this'],
  week_of_year: ['week', 'this'],
  abs: ['abs', 'this'],
  floor: ['floor', 'this', 'scale', 'to'],
  ceil: ['ceil', 'this', 'decimals', 'to'],
  round: ['round', 'this', 'decimals'],
  mod_func: ['mod', 'this', 'expression'],
  power: ['power', 'this', 'expression'],
  sqrt: ['sqrt', 'this'],
  ln: ['ln', 'this'],
  exp: ['exp', 'this'],
  pi: ['pi'],
  coalesce: ['coalesce', 'expressions'],
  json_extract_scalar: ['json_extract_scalar', 'this', 'path'],
  json_array_length: ['json_array_length', 'this'],
  cardinality: ['cardinality', 'this'],
  contains: ['contains', 'this', 'expression'],
  array_distinct: ['array_distinct', 'this'],
  array_position: ['array_position', 'this', 'expression'],
  element_at: ['element_at', 'this', 'expression'],
  count: ['count', 'this'],
  count_if: ['count_if', 'this'],
  sum: ['sum', 'this'],
  avg: ['avg', 'this'],
  min: ['min', 'this'],
  max: ['max', 'this'],
  logical_and: ['bool_and', 'this'],
  logical_or: ['bool_or', 'this'],
  array_agg: ['array_agg', 'this'],
  stddev: ['stddev', 'this'],
  stddev_samp: ['stddev_samp', 'this'],
  stddev_pop: ['stddev_pop', 'this'],
  variance: ['variance', 'this'],
  var_samp: ['var_samp', 'this'],
  var_pop: ['var_pop', 'this'],
  row_number: ['row_number'],
  rank: ['rank'],
  dense_rank: ['dense_rank'],
  percent_rank: ['percent_rank'],
  cume_dist: ['cume_dist'],
  n_tile: ['ntile', 'num_buckets'],
  lag: ['lag', 'this', 'offset', 'default'],
  lead: ['lead', 'this', 'offset', 'default'],
  first_value: ['first_value', 'this'],
  last_value: ['last_value', 'this'],
  nth_value: ['nth_value', 'this', 'offset'],
};

const MODIFIERS = ['name', 'distinct', 'filter', 'order_by', 'ignore_nulls', 'star', 'no_parens'];

/** Any function call, whatever the parser makes of it; undefined for nodes that are no calls. */
export function callOf(kind: string, fields: Fields): Call | undefined {
  if (kind === 'window_function') return windowCall(fields);
  if (kind === 'filter') {
    const inner = callOfNode(fields.this as Node);
    return inner && { ...inner, filter: fields.expression as Node };
  }
  if (kind === 'within_group') return listCall(fields);
  if (kind === 'function' || kind === 'aggregate_function') {
    const name = String(fields.name).toLowerCase();
    known(name, fields, ...MODIFIERS, 'args');
    return { name, args: children(fields, 'args'), ...modifiers(fields) };
  }
  const shape = SHAPES[kind];
  if (shape === undefined) return undefined;
  const [name, ...slots] = shape;
  known(name, fields, ...MODIFIERS, ...slots, 'from_for_syntax');
  return { name, args: slots.flatMap((slot) => argsIn(fields, slot)), ...modifiers(fields) };
}

function argsIn(fields: Fields, slot: string): Node[] {
  if (slot === 'expressions') return children(fields, slot);
  const arg = child(fields, slot);
  return arg === undefined ? [] : [arg];
}

function callOfNode(node: Node): Call | undefined {
  const kind = Object.keys(node)[0] ?? '';
  return callOf(kind, (node[kind] ?? {}) as Fields);
}

function windowCall(fields: Fields): Call | undefined {
  known('over', fields, 'this', 'over');
  const inner = callOfNode(fields.this as Node);
  return inner && { ...inner, over: fields.over as Fields };
}

/** `listagg(x, separator) WITHIN GROUP (ORDER BY …)`. */
function listCall(fields: Fields): Call | undefined {
  const list = (fields.this as { list_agg?: Fields }).list_agg;
  if (list === undefined) return undefined;
  known('listagg', list, 'this', 'separator', 'distinct');
  known('within group', fields, 'this', 'order_by');
  const args = [...argsIn(list, 'this'), ...argsIn(list, 'separator')];
  return { name: 'listagg', args, ...modifiers(list), orderBy: children(fields, 'order_by') };
}

function modifiers(fields: Fields): Omit<Call, 'name' | 'args'> {
  const filter = child(fields, 'filter');
  return {
    distinct: fields.distinct === true,
    ...(filter === undefined ? {} : { filter }),
    orderBy: children(fields, 'order_by'),
    ignoreNulls: fields.ignore_nulls === true,
  };
}

/** The name that a call's identifier argument writes, such as NFC. */
export const wordOf = (node: Node | undefined): string | undefined =>
  nameOf((node as { column?: Fields } | undefined)?.column?.name)?.toUpperCase();
