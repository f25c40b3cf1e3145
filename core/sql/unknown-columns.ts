import { validateWithSchema } from '@polyglot-sql/sdk';
import { RefusedSql } from '../errors.ts';
import { Clock } from './clock.ts';
import { renamesColumns } from './lineage.ts';
import { qualified } from './quote.ts';
import { nearest, Scope, type TableName, type Tables } from './scope.ts';
import { as, children, type Node, nameOf, open, parseQuery } from './tree.ts';
import { rewriteTrino } from './trino.ts';

/** The message of the analysis for a column that isn't there. */
const UNKNOWN = { code: 'E201', message: /^Unknown column '(.+?)' (?:in table '(.+)'|\(not found in any)/ };

/** The names of the columns that a table has; undefined where that isn't known. */
export type ColumnNames = (table: string) => readonly string[] | undefined;

/**
 * What is wrong with the columns that a query names, as far as the columns of the tables that it reads are known, by `schema.name`.
 * Of a table of unknown columns nothing is told.
 */
export function unknownColumns(sql: string, tables: Tables, columnsOf: ColumnNames): string[] {
  const tree = parseQuery(sql);
  const physical = (name: TableName) => {
    const [schema = '', table = ''] = tables(name)?.split('.') ?? [];
    return qualified(schema, table);
  };
  const scope = new Scope(physical);
  const written = rewriteTrino(sql, tree, scope, new Clock('1970-01-01T00:00:00Z'));
  const read = new Map(scope.reads.map((name) => tables(name) ?? '').map((name) => [name, columnsOf(name)]));
  const known = [...read].flatMap(([name, columns]) => {
    const [schema = '', table = ''] = name.split('.');
    return columns
      ? [{ schema, name: table, columns: columns.map((column) => ({ name: column, type: 'varchar' })) }]
      : [];
  });
  if (known.length === 0) return [];
  const isWhole = known.length === read.size && !renamesColumns(sql);
  const { errors } = validateWithSchema(written, { tables: known }, 'trino');
  const problems = errors.flatMap(({ code, message }) => {
    const [, column = '', table = ''] = (code === UNKNOWN.code && UNKNOWN.message.exec(message)) || [];
    const own = read.get(table);
    if (column === '' || !(own || isWhole)) return [];
    const others = own ?? [...read.values()].flatMap((columns) => columns ?? []);
    return [unknown(column, own && table, others)];
  });
  return [...new Set(problems)];
}

function unknown(column: string, table: string | undefined, columns: readonly string[]): string {
  const near = nearest(column.toLowerCase(), columns);
  const hint = near === undefined ? `expected one of ${[...new Set(columns)].join(', ')}` : `did you mean ${near}?`;
  return `there is no column ${column}${table === undefined ? '' : ` in ${table}`}: ${hint}`;
}

/** The names of the columns that a query gives; undefined where it takes all of a table's, doesn't name one, or is no query. */
export function columnNames(sql: string): string[] | undefined {
  const select = as(firstSelect(parsed(sql)), 'select');
  const names = children(select ?? {}, 'expressions').map(nameOfProjection);
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}

function parsed(sql: string): Node {
  try {
    return parseQuery(sql);
  } catch (cause) {
    if (cause instanceof RefusedSql) return {};
    throw cause;
  }
}

/** Of a set operation the first query names the columns. */
function firstSelect(query: Node): Node {
  const [kind, fields] = open(query);
  if (kind === 'select') return query;
  const inner = (fields.left ?? fields.this) as Node | undefined;
  return inner === undefined ? query : firstSelect(inner);
}

function nameOfProjection(projection: Node): string | undefined {
  const named = nameOf(as(projection, 'alias')?.alias) ?? nameOf(as(projection, 'column')?.name);
  return named?.toLowerCase();
}
