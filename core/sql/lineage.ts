import { analyzeQuery } from '@polyglot-sql/sdk';
import type { Column, ColumnType } from '../contracts/types.ts';
import { RefusedSql } from '../errors.ts';
import { Clock } from './clock.ts';
import { ident, qualified } from './quote.ts';
import { Scope, type TableName } from './scope.ts';
import { as, children, type Node, open, parseQuery, walk } from './tree.ts';
import { collectTables, rewriteTrino } from './trino.ts';
import { columnType, engineType } from './types.ts';

/** One output column of a query and the table columns that its values come from. */
export interface ColumnLineage {
  column: string;
  /** `table` as the query names it: `orders`, or `shop.orders`. */
  sources: { table: string; column: string }[];
  /** Of a column that a table has so, or that the query casts; of others it is not known before they are asked for. */
  type?: ColumnType;
}

/** Real tables that a query reads, in the order of their first mention. */
export function reads(sql: string): TableName[] {
  const scope = new Scope(({ table }) => table);
  collectTables(parseQuery(sql), scope, []);
  return scope.reads;
}

/**
 * Where each output column comes from, through subqueries, named queries and `*`. `schema` holds the columns of every
 * table that the query reads, by the name that the query uses.
 */
export function lineage(sql: string, schema: Readonly<Record<string, readonly Column[]>>): ColumnLineage[] {
  const tree = parseQuery(sql);
  if ('values' in tree) return valueColumns(tree);
  const tables = Object.entries(schema).map(([name, columns]) => {
    const [table = '', database] = name.split('.').reverse();
    const types = columns.map((column) => ({ name: column.name, type: engineType(column.type, 'trino') }));
    return { name: table, ...(database === undefined ? {} : { schema: database }), columns: types };
  });
  const result = analyzeQuery(plainNames(sql), { dialect: 'trino', schema: { tables, strict: false } });
  if (!result.success || result.analysis === undefined) {
    throw new RefusedSql(
      `the columns of this SQL can't be followed to their sources: ${result.error ?? 'no analysis'}`,
    );
  }
  return result.analysis.projections.map((projection, at) => {
    if (projection.isStar) {
      throw new RefusedSql(
        `the columns of ${projection.starTable ?? ''}* are unknown: expected tables that exist, or names`,
      );
    }
    const unnamed = projection.name == null || projection.name === `_col_${at}`;
    const { transformKind, typeHint } = projection;
    const isSure = typeHint != null && (transformKind === 'direct' || transformKind === 'cast');
    return {
      column: unnamed ? `_col${at}` : (projection.name ?? ''),
      sources: distinct(projection.upstream),
      ...(isSure && { type: columnType(typeHint) }),
    };
  });
}

/**
 * Whether `lineage` misses columns of a query: a `*` over lists that are opened, or over tables whose columns it renames, is
 * followed in part.
 */
export function missesColumns(sql: string): boolean {
  const nodes = [...walk(parseQuery(sql))];
  const has = (kind: string) => nodes.some((node) => as(node, kind) !== undefined);
  return has('star') && (renamesColumns(sql) || has('unnest'));
}

/** Whether a query gives columns of a table or a subquery other names behind its own: `FROM orders AS o (id, total)`. */
export const renamesColumns = (sql: string): boolean =>
  [...walk(parseQuery(sql))].some((node) => {
    const [, fields] = open(node);
    return Array.isArray(fields.column_aliases) && fields.column_aliases.length > 0;
  });

/** The analysis misses columns written `schema.table.column`: they become `table.column` first. */
function plainNames(sql: string): string {
  const scope = new Scope(({ schema, table }) => (schema === undefined ? ident(table) : qualified(schema, table)));
  return rewriteTrino(sql, parseQuery(sql), scope, new Clock('1970-01-01T00:00:00Z'));
}

function valueColumns(tree: Node): ColumnLineage[] {
  const [row] = children(open(tree)[1], 'expressions');
  return children(row ?? {}, 'expressions').map((_, at) => ({ column: `_col${at}`, sources: [] }));
}

function distinct(
  upstream: readonly { table?: string | null; sourceKind: string; column: string }[],
): ColumnLineage['sources'] {
  const sources = new Map<string, { table: string; column: string }>();
  for (const { table, column, sourceKind } of upstream) {
    if (sourceKind === 'table' && table != null) sources.set(`${table}.${column}`, { table, column });
  }
  return [...sources.values()].sort((a, b) => (`${a.table}.${a.column}` < `${b.table}.${b.column}` ? -1 : 1));
}
