import { RefusedSql } from '../../errors.ts';
import { ident } from '../quote.ts';
import { as, child, children, type Fields, known, type Node, nameOf, open, unproven } from '../tree.ts';
import type { Printer } from './printer.ts';

const JOINS: Record<string, string> = {
  Inner: 'JOIN',
  Left: 'LEFT JOIN',
  Right: 'RIGHT JOIN',
  Full: 'FULL JOIN',
  Cross: 'CROSS JOIN',
  Implicit: ',',
};

/** The FROM clause, and the columns that USING shares: Trino puts them first in `*`. */
export function printFrom(fields: Fields, printer: Printer): { text: string; shared: string[] } {
  const from = child(fields, 'from');
  if (from === undefined) return { text: '', shared: [] };
  known('from', from, 'expressions');
  const joins = children(fields, 'joins') as Fields[];
  const relations = children(from, 'expressions').map((one) => printRelation(one, printer));
  const text = relations.join(', ') + joinsOf(fields, printer);
  return { text, shared: sharedColumns(joins, children(fields, 'expressions')) };
}

function sharedColumns(joins: Fields[], columns: Node[]): string[] {
  const lists = joins.map(usingOf);
  const [first = []] = lists;
  if (lists.every((list) => list.length === 0)) return [];
  const alike = lists.every((list) => list.join() === first.join());
  if (alike) return first;
  if (columns.some((one) => as(one, 'star') !== undefined)) {
    throw unproven('* over joins with different USING columns', 'name the columns');
  }
  return [];
}

const usingOf = (join: Fields): string[] => children(join, 'using').map((one) => (nameOf(one) ?? '').toLowerCase());

const joinsOf = (fields: Fields, printer: Printer): string =>
  (children(fields, 'joins') as Fields[]).map((join) => printJoin(join, printer)).join('');

function printJoin(join: Fields, printer: Printer): string {
  known('join', join, 'this', 'kind', 'on', 'using', 'use_inner_keyword', 'use_outer_keyword', 'nesting_group');
  const kind = String(join.kind);
  const word = JOINS[kind];
  if (word === undefined || Number(join.nesting_group ?? 0) !== 0) throw unproven(`${kind.toLowerCase()} join`);
  const on = child(join, 'on');
  const using = usingOf(join);
  const relation = printRelation(join.this as Node, printer);
  if (on !== undefined) return ` ${word} ${relation} ON ${printer.expression(on)}`;
  if (using.length > 0) return ` ${word} ${relation} USING (${using.map((name) => ident(name)).join(', ')})`;
  if (word !== 'CROSS JOIN' && word !== ',')
    throw new RefusedSql(`a ${kind.toLowerCase()} join lacks its ON condition`);
  return ` ${word} ${relation}`;
}

function printRelation(node: Node, printer: Printer): string {
  const [kind, fields] = open(node);
  switch (kind) {
    case 'table':
      return printTable(fields, printer);
    case 'subquery':
      return printSubquery(fields, printer);
    case 'unnest':
      return printUnnest(fields, undefined, [], printer);
    case 'alias':
      return printAliased(fields, printer);
    case 'joined_table':
      known('a join in parentheses', fields, 'left', 'joins');
      return `(${printRelation(fields.left as Node, printer)}${joinsOf(fields, printer)})`;
    case 'function':
      throw new RefusedSql(`${fields.name} is a table function: expected a table of this environment`);
    default:
      throw unproven(`${kind.replaceAll('_', ' ')} in FROM`);
  }
}

function printAliased(fields: Fields, printer: Printer): string {
  known('as', fields, 'this', 'alias', 'column_aliases');
  const inner = fields.this as Node;
  const unnest = as(inner, 'unnest');
  if (unnest !== undefined) return printUnnest(unnest, nameOf(fields.alias), columnNames(fields), printer);
  return printRelation(inner, printer) + printAlias(fields);
}

const columnNames = (fields: Fields): string[] => children(fields, 'column_aliases').map((one) => nameOf(one) ?? '');

function printAlias(fields: Fields, otherwise?: string): string {
  const alias = nameOf(fields.alias) ?? otherwise;
  if (alias === undefined) return '';
  const columns = columnNames(fields).map((name) => ident(name));
  return ` AS ${ident(alias)}${columns.length === 0 ? '' : `(${columns.join(', ')})`}`;
}

/** A table under its physical name; columns still find it under the name that was written. */
function printTable(fields: Fields, printer: Printer): string {
  known('table', fields, 'name', 'schema', 'catalog', 'alias', 'column_aliases');
  const { physical, name } = printer.scope.resolve(fields);
  if (physical !== undefined) return physical + printAlias(fields, name);
  return ident(nameOf(fields.name) ?? '') + printAlias(fields);
}

function printSubquery(fields: Fields, printer: Printer): string {
  known('subquery', fields, 'this', 'alias', 'column_aliases', 'lateral');
  const lateral = fields.lateral === true ? 'LATERAL ' : '';
  return `${lateral}(${printer.query(fields.this as Node)})${printAlias(fields)}`;
}

/** UNNEST as a lateral query: several arrays run side by side, the shorter ones filled with NULL. */
function printUnnest(fields: Fields, alias: string | undefined, names: string[], printer: Printer): string {
  known('unnest', fields, 'this', 'expressions', 'with_ordinality');
  const lists = [fields.this as Node, ...children(fields, 'expressions')].map((one) => printer.expression(one));
  const columns = lists.map((list, at) => `unnest(${list}) AS ${ident(names[at] ?? `_col${at}`)}`);
  if (fields.with_ordinality === true) {
    const longest = lists.map((list) => `coalesce(len(${list}), 0)`);
    const count = longest.length === 1 ? longest[0] : `greatest(${longest.join(', ')})`;
    columns.push(`unnest(range(1, ${count} + 1)) AS ${ident(names[lists.length] ?? `_col${lists.length}`)}`);
  }
  return `LATERAL (SELECT ${columns.join(', ')}) AS ${ident(alias ?? '_unnest')}`;
}
