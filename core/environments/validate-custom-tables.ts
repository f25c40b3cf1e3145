import type { CustomDomainTable } from '../contracts/sources.ts';
import type { Column } from '../contracts/types.ts';
import type { Problem } from '../contracts/validation.ts';
import { TributaryError } from '../errors.ts';
import { fieldColumns } from '../feeds/columns.ts';
import { unfittingTags } from '../semantics/validate.ts';
import { inDependencyOrder } from '../sql/dependencies.ts';
import { type ColumnLineage, lineage, missesColumns } from '../sql/lineage.ts';
import { type Configuration, tableOfFeed } from './configuration.ts';
import { wrong } from './problem.ts';

/**
 * What custom domain tables say of columns that their SQL does not give, or gives in another type, where that can be told
 * before it runs.
 */
export function customTableProblems(configuration: Configuration): Problem[] {
  const columns: Record<string, Column[]> = {};
  for (const feed of configuration.all('feed')) columns[`domain.${tableOfFeed(feed)}`] = fieldColumns(feed);
  return inReadingOrder(configuration.all('domain-table')).flatMap((table) => {
    const found = columnsOf(table.sql, columns);
    if (!found) return [];
    // A type that isn't told yet is none that the next table's columns may be told by.
    if (found.every(({ type }) => type)) columns[`domain.${table.name}`] = found as Column[];
    return problemsOf(table, found);
  });
}

type Found = Pick<Column, 'name'> & Partial<Column>;

function problemsOf(table: CustomDomainTable, found: readonly Found[]): Problem[] {
  const names = found.map(({ name }) => name);
  const named = [
    ...table.primary_key.map((name, n) => ({ name, path: `primary_key.${n}` })),
    ...(table.last_updated === undefined ? [] : [{ name: table.last_updated, path: 'last_updated' }]),
    ...Object.keys(table.semantics).map((name) => ({ name, path: `semantics.${name}` })),
  ];
  const missing = named.flatMap(({ name, path }) =>
    names.includes(name)
      ? []
      : [wrong(table.id, path, `the SQL gives no column ${name}: expected one of ${names.join(', ')}`)],
  );
  const typed = found.filter((column): column is Column => column.type !== undefined);
  return [...missing, ...typed.flatMap((column) => typeProblems(table, column))];
}

/** What the table says of a column whose type doesn't fit that. */
function typeProblems({ id, last_updated, semantics }: CustomDomainTable, { name, type }: Column): Problem[] {
  const unfitting = unfittingTags({ name, type, semantics: semantics[name] ?? [] }, 'cast it in the SQL');
  const problems = unfitting.map((message) => wrong(id, `semantics.${name}`, message));
  if (name !== last_updated || ['Datetime', 'Date'].includes(type)) return problems;
  return [...problems, wrong(id, 'last_updated', `the column ${name} is ${type}: expected a Datetime or a Date`)];
}

/** As given where they read each other in a circle, which is told of by itself. */
function inReadingOrder(tables: readonly CustomDomainTable[]): readonly CustomDomainTable[] {
  try {
    return inDependencyOrder(tables.map((table) => ({ ...table, schema: 'domain', table: table.name })));
  } catch (cause) {
    if (cause instanceof TributaryError) return tables;
    throw cause;
  }
}

/** The columns that a query gives; undefined where they can't be told. */
function columnsOf(sql: string, known: Readonly<Record<string, Column[]>>): Found[] | undefined {
  try {
    if (missesColumns(sql)) return undefined;
    return lineage(sql, known).map(({ column, type }: ColumnLineage) => ({
      name: column.toLowerCase(),
      ...(type && { type }),
    }));
  } catch (cause) {
    // SQL that is refused is told of by itself, and a `*` over a table of unknown columns is no mistake.
    if (cause instanceof TributaryError) return undefined;
    throw cause;
  }
}
