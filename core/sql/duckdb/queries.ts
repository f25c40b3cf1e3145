import { RefusedSql } from '../../errors.ts';
import { ident } from '../quote.ts';
import { as, child, children, type Fields, known, literalOf, type Node, nameOf, open, unproven } from '../tree.ts';
import { printFrom } from './from.ts';
import type { Printer } from './printer.ts';
import { printOrder, printWindow } from './windows.ts';

const SET_OPERATIONS = new Set(['union', 'intersect', 'except']);

/** A query as DuckDB text, without parentheses around it. */
export function printQuery(node: Node, outer: Printer, top = false): string {
  const [kind, fields] = open(node);
  if (kind === 'subquery') {
    known('a query in parentheses', fields, 'this');
    return `(${printQuery(fields.this as Node, outer, top)})`;
  }
  const { text: named, printer } = printWith(child(fields, 'with'), outer);
  if (kind === 'values') {
    known('values', fields, 'expressions');
    return printValues(fields, printer, top);
  }
  if (kind === 'select') return named + printSelect(fields, printer, top);
  if (SET_OPERATIONS.has(kind)) return named + printSetOperation(kind, fields, printer, top);
  throw new RefusedSql(`the SQL has a ${kind.replaceAll('_', ' ')} where a query was expected`);
}

/** WITH: each named query sees those before it. */
function printWith(clause: Node | undefined, outer: Printer): { text: string; printer: Printer } {
  if (clause === undefined) return { text: '', printer: outer };
  known('with', clause, 'ctes', 'recursive');
  if (clause.recursive === true) throw unproven('with recursive');
  let printer = outer;
  const parts: string[] = [];
  for (const cte of children(clause, 'ctes') as Fields[]) {
    known('with', cte, 'alias', 'this', 'columns', 'alias_first');
    const name = nameOf(cte.alias) ?? '';
    const columns = children(cte, 'columns').map((column) => ident(nameOf(column) ?? ''));
    const list = columns.length === 0 ? '' : `(${columns.join(', ')})`;
    parts.push(`${ident(name)}${list} AS (${printQuery(cte.this as Node, printer)})`);
    printer = printer.within(printer.scope.with(name));
  }
  return { text: `WITH ${parts.join(', ')} `, printer };
}

function printSelect(fields: Fields, printer: Printer, top: boolean): string {
  known(
    'select',
    fields,
    ...['expressions', 'from', 'joins', 'where_clause', 'group_by', 'having', 'order_by', 'limit', 'offset', 'fetch'],
    ...['distinct', 'windows', 'with'],
  );
  const from = printFrom(fields, printer);
  const columns = children(fields, 'expressions').map((one, at) => printColumn(one, at, from.shared, printer, top));
  const parts = [`SELECT ${fields.distinct === true ? 'DISTINCT ' : ''}${columns.join(', ')}`];
  if (from.text !== '') parts.push(`FROM ${from.text}`);
  const where = condition(fields, 'where_clause', printer);
  if (where !== undefined) parts.push(`WHERE ${where}`);
  const groups = child(fields, 'group_by');
  if (groups !== undefined) parts.push(`GROUP BY ${printGroups(groups, printer)}`);
  const having = condition(fields, 'having', printer);
  if (having !== undefined) parts.push(`HAVING ${having}`);
  const windows = children(fields, 'windows') as Fields[];
  if (windows.length > 0) parts.push(`WINDOW ${windows.map((one) => printNamedWindow(one, printer)).join(', ')}`);
  return parts.join(' ') + printTail(fields, printer);
}

function condition(fields: Fields, name: string, printer: Printer): string | undefined {
  const clause = child(fields, name);
  if (clause === undefined) return undefined;
  known(name, clause, 'this');
  return printer.expression(clause.this as Node);
}

function printNamedWindow(window: Fields, printer: Printer): string {
  known('window', window, 'name', 'spec');
  return `${ident(nameOf(window.name) ?? '')} AS ${printWindow(window.spec as Fields, printer)}`;
}

/** One selected column. A top-level column without a name is called as Trino calls it. */
function printColumn(node: Node, at: number, shared: string[], printer: Printer, top: boolean): string {
  const star = as(node, 'star');
  if (star !== undefined) {
    known('*', star, 'table');
    const table = nameOf(star.table);
    if (table !== undefined) return `${ident(table)}.*`;
    if (shared.length === 0) return '*';
    const names = shared.map((name) => ident(name)).join(', ');
    return `${names}, * EXCLUDE (${names})`;
  }
  const alias = as(node, 'alias');
  if (alias !== undefined) {
    known('as', alias, 'this', 'alias');
    return `${printer.expression(alias.this as Node)} AS ${ident(nameOf(alias.alias) ?? '')}`;
  }
  const named = as(node, 'column') !== undefined || as(node, 'dot') !== undefined;
  return printer.expression(node) + (top && !named ? ` AS ${ident(`_col${at}`)}` : '');
}

function printGroups(groups: Fields, printer: Printer): string {
  known('group by', groups, 'expressions');
  return children(groups, 'expressions')
    .map((one) => printGroup(one, printer))
    .join(', ');
}

function printGroup(node: Node, printer: Printer): string {
  const call = as(node, 'function');
  const name = String(call?.name);
  if (call === undefined || !['ROLLUP', 'CUBE', 'GROUPING SETS'].includes(name)) return printer.expression(node);
  return `${name} (${children(call, 'args')
    .map((one) => printGroup(one, printer))
    .join(', ')})`;
}

/** ORDER BY, LIMIT and OFFSET of a select or of a whole set operation. */
function printTail(fields: Fields, printer: Printer): string {
  const order = child(fields, 'order_by');
  const tail = order === undefined ? '' : ` ORDER BY ${printOrder(children(order, 'expressions'), printer)}`;
  return tail + printCount(fields, 'limit', 'LIMIT') + printFetch(fields) + printCount(fields, 'offset', 'OFFSET');
}

function printCount(fields: Fields, name: string, word: string): string {
  const clause = child(fields, name);
  if (clause === undefined) return '';
  const inner = (as(clause, 'literal') === undefined ? clause.this : clause) as Node;
  if (nameOf(as(inner, 'column')?.name)?.toLowerCase() === 'all') return '';
  const count = literalOf(inner, 'number');
  if (count === undefined || !/^\d+$/.test(count)) throw unproven(`a computed ${name}`);
  return ` ${word} ${count}`;
}

function printFetch(fields: Fields): string {
  const fetch = child(fields, 'fetch');
  if (fetch === undefined) return '';
  known('fetch', fetch, 'direction', 'count', 'rows');
  return ` LIMIT ${literalOf(child(fetch, 'count'), 'number') ?? 1}`;
}

function printValues(fields: Fields, printer: Printer, top: boolean): string {
  const rows = (fields.expressions as { expressions: Node[] }[]).map((row) => valuesOf(row.expressions));
  const text = rows.map((row) => `(${row.map((one) => printer.expression(one)).join(', ')})`).join(', ');
  if (!top) return `VALUES ${text}`;
  const names = (rows[0] ?? []).map((_, at) => ident(`_col${at}`));
  return `SELECT * FROM (VALUES ${text}) AS "_values"(${names.join(', ')})`;
}

const valuesOf = (row: Node[]): Node[] =>
  row.flatMap((one) => children(as(one, 'tuple') ?? { expressions: [one] }, 'expressions'));

/**
 * UNION, INTERSECT, EXCEPT. The parser reads them from left to right, while in SQL an INTERSECT binds first:
 * a mix without parentheses is refused rather than answered wrongly.
 */
function printSetOperation(kind: string, fields: Fields, printer: Printer, top: boolean): string {
  known(kind, fields, 'left', 'right', 'all', 'distinct', 'order_by', 'limit', 'offset', 'with');
  const [left, right] = [fields.left as Node, fields.right as Node];
  const [leftKind] = open(left);
  const [rightKind] = open(right);
  const mixed = (kind === 'intersect') !== (leftKind === 'intersect') && SET_OPERATIONS.has(leftKind);
  if (mixed || SET_OPERATIONS.has(rightKind))
    throw unproven(`${kind} beside ${leftKind}`, 'put one of them in parentheses');
  const operator = kind.toUpperCase() + (fields.all === true ? ' ALL' : '');
  const sides = [left, right].map((side) => `(${printQuery(side, printer, top && side === left)})`);
  return sides.join(` ${operator} `) + printTail(fields, printer);
}
