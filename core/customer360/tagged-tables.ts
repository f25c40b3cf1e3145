import type { Column, ColumnType } from '../contracts/types.ts';
import { ident } from '../sql/quote.ts';
import { engineType } from '../sql/types.ts';

/** A domain table with the meaning of its columns: all that the generated SQL needs to know of it. */
export interface TaggedTable {
  /** Name in the schema `domain`; it is the datasource of the table's records. */
  name: string;
  /** The system that the data is from; left out for custom domain tables. Customer keys (`ck`) are compared within it. */
  source?: string;
  columns: readonly Column[];
  /** Tags by column. */
  semantics: Readonly<Record<string, readonly string[]>>;
  primary_key: readonly string[];
  /** Takes part in Stitch. */
  stitched: boolean;
}

/** The column of a table that carries a tag. */
export function tagged(table: TaggedTable, tag: string): Column | undefined {
  return table.columns.find((column) => table.semantics[column.name]?.includes(tag));
}

/** Every tag of a table, in the order of its columns. */
export function tagsOf(table: TaggedTable): string[] {
  return table.columns.flatMap((column) => table.semantics[column.name] ?? []);
}

/** The tables with at least one tag of a group such as `txn-item/`, in order of name so that the SQL is always the same text. */
export function tablesTagged(tables: readonly TaggedTable[], prefix: string): TaggedTable[] {
  return sortedByName(tables.filter((table) => tagsOf(table).some((tag) => tag.startsWith(prefix))));
}

export const sortedByName = <T extends { name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));

/** A column of the table `t` as a value of another type; what can't be read as that type is NULL. */
export function valueAs(column: Column | undefined, type: ColumnType | 'Money'): string {
  const target = type === 'Money' ? 'decimal(18,4)' : engineType(type, 'trino');
  if (column === undefined) return `CAST(NULL AS ${target})`;
  const value = `t.${ident(column.name)}`;
  if (column.type === type) return value;
  if (type === 'String') return `CAST(${value} AS varchar)`;
  return `TRY_CAST(${value} AS ${target})`;
}

/** A column of the table `t` as a Boolean that is never NULL: yes-words in text and numbers other than 0 are true. */
export function flag(column: Column | undefined): string {
  if (column === undefined) return 'FALSE';
  const value = `t.${ident(column.name)}`;
  if (column.type === 'Boolean') return `COALESCE(${value}, FALSE)`;
  if (column.type === 'String') return `COALESCE(LOWER(TRIM(${value})) IN ('true', 't', 'yes', 'y', '1'), FALSE)`;
  return `COALESCE(${value} <> 0, FALSE)`;
}

/** A `SELECT` list with one line a column. */
export const selectList = (columns: Iterable<readonly [name: string, value: string]>): string =>
  [...columns].map(([name, value]) => `  ${value} AS ${ident(name)}`).join(',\n');
