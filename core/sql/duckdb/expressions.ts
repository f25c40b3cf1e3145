import { RefusedSql } from '../../errors.ts';
import { applied, byKind } from '../proven/entry.ts';
import { printExtract } from '../proven/times.ts';
import { ident } from '../quote.ts';
import { as, bare, child, children, type Fields, known, literalOf, type Node, nameOf, unproven } from '../tree.ts';
import { printCast } from './casts.ts';
import { intervalOf, isInterval, shift } from './intervals.ts';
import { printLiteral } from './literals.ts';
import type { Printer } from './printer.ts';

type Print = (fields: Fields, printer: Printer) => string;

const binary =
  (operator: string): Print =>
  (fields, printer) => {
    known(operator, fields, 'left', 'right');
    return `(${printer.expression(fields.left as Node)} ${operator} ${printer.expression(fields.right as Node)})`;
  };

/** A macro of both sides; those with a meaning for each kind of number take the kind of their sum. */
const macro =
  (name: string, kinds: boolean): Print =>
  (fields, printer) => {
    known(name, fields, 'left', 'right');
    const sides = [fields.left as Node, fields.right as Node].map((side) => printer.expression(side));
    return kinds ? byKind(name, sides, printer, (values) => values.join(' + ')) : applied(name, sides, printer);
  };

/** Adding or taking an interval keeps the type of the date; all else is arithmetic. */
const additive =
  (operator: '+' | '-', numeric: Print): Print =>
  (fields, printer) => {
    const [left, right] = [fields.left as Node, fields.right as Node];
    if (isInterval(right)) return shift(left, operator, intervalOf(right, printer), printer);
    if (isInterval(left) && operator === '+') return shift(right, operator, intervalOf(left, printer), printer);
    return numeric(fields, printer);
  };

const truth =
  (word: string): Print =>
  (fields, printer) => {
    known(`is ${word}`, fields, 'this', 'not', 'postfix_form');
    return `(${printer.expression(fields.this as Node)} IS ${fields.not === true ? 'NOT ' : ''}${word})`;
  };

const quantified =
  (word: 'ANY' | 'ALL'): Print =>
  (fields, printer) => {
    known(word.toLowerCase(), fields, 'this', 'subquery', 'op');
    const operator = { Eq: '=', Neq: '<>', Lt: '<', Lte: '<=', Gt: '>', Gte: '>=' }[String(fields.op)];
    if (operator === undefined) throw unproven(`${fields.op} ${word.toLowerCase()}`);
    const query = as(fields.subquery as Node, 'subquery');
    if (query === undefined) throw unproven(word.toLowerCase());
    return `(${printer.expression(fields.this as Node)} ${operator} ${word} (${printer.query(query.this as Node)}))`;
  };

/** Scalar expressions that are no function calls. */
export const expressions: Record<string, Print> = {
  literal: printLiteral,
  null: () => 'NULL',
  boolean: (fields) => (fields.value === true ? 'TRUE' : 'FALSE'),
  column: (fields) => {
    known('column', fields, 'name', 'table');
    const table = nameOf(fields.table);
    const name = ident(nameOf(fields.name) ?? '');
    return table === undefined ? name : `${ident(table)}.${name}`;
  },
  dot: printSchemaColumn,
  paren: (fields, printer) => printer.expression(fields.this as Node),
  and: binary('AND'),
  or: binary('OR'),
  not: (fields, printer) => `(NOT ${printer.expression(fields.this as Node)})`,
  eq: binary('='),
  neq: binary('<>'),
  lt: binary('<'),
  lte: binary('<='),
  gt: binary('>'),
  gte: binary('>='),
  null_safe_eq: binary('IS NOT DISTINCT FROM'),
  null_safe_neq: binary('IS DISTINCT FROM'),
  add: additive('+', binary('+')),
  sub: additive('-', macro('trino_minus', false)),
  mul: binary('*'),
  div: macro('trino_divide', true),
  mod: macro('trino_modulo', true),
  concat: binary('||'),
  neg: (fields, printer) => `(- ${printer.expression(fields.this as Node)})`,
  is_null: truth('NULL'),
  is_true: truth('TRUE'),
  is_false: truth('FALSE'),
  between: printBetween,
  in: printIn,
  like: printLike,
  any: quantified('ANY'),
  all: quantified('ALL'),
  exists: (fields, printer) => {
    known('exists', fields, 'this', 'not');
    return `(${fields.not === true ? 'NOT ' : ''}EXISTS (${printer.query(fields.this as Node)}))`;
  },
  subquery: (fields, printer) => {
    known('subquery', fields, 'this');
    return `(${printer.query(fields.this as Node)})`;
  },
  tuple: (fields, printer) =>
    `(${children(fields, 'expressions')
      .map((one) => printer.expression(one))
      .join(', ')})`,
  case: printCase,
  if_func: (fields, printer) => {
    known('if', fields, 'condition', 'true_value', 'false_value');
    const [condition, yes, no] = ['condition', 'true_value', 'false_value'].map((name) => child(fields, name));
    const otherwise = no === undefined ? '' : ` ELSE ${printer.expression(no)}`;
    return `(CASE WHEN ${printer.expression(condition as Node)} THEN ${printer.expression(yes as Node)}${otherwise} END)`;
  },
  cast: (fields, printer) => printCast(fields, printer, false),
  try_cast: (fields, printer) => printCast(fields, printer, true),
  array_func: (fields, printer) => {
    known('array', fields, 'expressions');
    return `[${children(fields, 'expressions')
      .map((one) => printer.expression(one))
      .join(', ')}]`;
  },
  subscript: (fields, printer) => {
    known('subscript', fields, 'this', 'index');
    const [list, index] = [fields.this as Node, fields.index as Node].map((one) => printer.expression(one));
    return applied('trino_subscript', [list ?? '', index ?? ''], printer);
  },
  trim: printTrim,
  extract: printExtract,
};

/** `schema.table.column` of a table in scope; fields of rows are not proven. */
function printSchemaColumn(fields: Fields, printer: Printer): string {
  const column = as(fields.this as Node, 'column');
  const schema = nameOf(column?.table);
  const table = nameOf(column?.name);
  const reads = printer.scope.reads;
  if (
    table === undefined ||
    !reads.some((read) => read.schema === schema?.toLowerCase() && read.table === table.toLowerCase())
  ) {
    throw unproven(`a field of a row (.${nameOf(fields.field)})`);
  }
  return `${ident(table)}.${ident(nameOf(fields.field) ?? '')}`;
}

function printBetween(fields: Fields, printer: Printer): string {
  known('between', fields, 'this', 'low', 'high', 'not');
  const [value, low, high] = ['this', 'low', 'high'].map((name) => printer.expression(fields[name] as Node));
  return `(${value} ${fields.not === true ? 'NOT ' : ''}BETWEEN ${low} AND ${high})`;
}

function printIn(fields: Fields, printer: Printer): string {
  known('in', fields, 'this', 'expressions', 'query', 'not');
  const value = printer.expression(fields.this as Node);
  const query = child(fields, 'query');
  const list = children(fields, 'expressions').map((one) => printer.expression(one));
  const among = query === undefined ? list.join(', ') : printer.query(query);
  return `(${value} ${fields.not === true ? 'NOT ' : ''}IN (${among}))`;
}

function printLike(fields: Fields, printer: Printer): string {
  known('like', fields, 'left', 'right', 'escape');
  const escaper = child(fields, 'escape');
  const suffix = escaper === undefined ? '' : ` ESCAPE ${printer.expression(escaper)}`;
  return `(${printer.expression(fields.left as Node)} LIKE ${printer.expression(fields.right as Node)}${suffix})`;
}

function printCase(fields: Fields, printer: Printer): string {
  known('case', fields, 'operand', 'whens', 'else_');
  const operand = child(fields, 'operand');
  const whens = (fields.whens as [Node, Node][]).map(
    ([when, then]) => `WHEN ${printer.expression(when)} THEN ${printer.expression(then)}`,
  );
  const otherwise = child(fields, 'else_');
  const head = operand === undefined ? 'CASE' : `CASE ${printer.expression(operand)}`;
  return `(${head} ${whens.join(' ')}${otherwise === undefined ? '' : ` ELSE ${printer.expression(otherwise)}`} END)`;
}

/** `trim`, `ltrim` or `rtrim` of a text; without characters, of white space. */
export function trim(side: string, value: string, printer: Printer, characters?: string): string {
  const name = { Both: 'trim', Leading: 'ltrim', Trailing: 'rtrim' }[side];
  if (name === undefined) throw new RefusedSql(`trim ${side} is unknown: expected both, leading or trailing`);
  return characters === undefined ? applied(`trino_${name}`, [value], printer) : `${name}(${value}, ${characters})`;
}

function printTrim(fields: Fields, printer: Printer): string {
  known('trim', fields, 'this', 'characters', 'position', 'sql_standard_syntax', 'position_explicit');
  const characters = child(fields, 'characters');
  if (characters !== undefined && literalOf(bare(characters), 'string') === undefined)
    throw unproven('trim of computed characters');
  const value = printer.expression(fields.this as Node);
  return trim(String(fields.position), value, printer, characters && printer.expression(characters));
}
