import type { TableEntry } from '../contracts/catalog.ts';
import { ident } from '../sql/quote.ts';

/**
 * How few rows of a table are made anew when few rows of what it reads have changed:
 * 1. the keys that those touch, distinct, in the table that `keysName` names: `touchedKeysSql`;
 * 2. all rows that have one of the keys now: `rows`;
 * 3. the last version without the rows of those keys, and these: `Warehouse.overlay`, which also notes what differs.
 * Names are `schema.name`.
 */
export interface Renewal {
  /** Columns that say which rows are replaced together; NULL is a value like any other. */
  keys: readonly string[];
  /**
   * By input: SQL of the keys that some rows of it touch, which it is told as a relation. Null where the keys of another
   * input hold them too. When an input changes that is not among them, the table is built whole.
   */
  follows: Readonly<Record<string, ((changed: string) => string) | null>>;
  rows: string;
  /** What it asks of the changed rows of its inputs; left out: it may ask for any column, and that they differ. */
  asks?: readonly string[];
  /** Tables that read this one are told of all touched keys, instead of the rows that differ. */
  tellsKeys?: true;
}

/** The columns of a table's changed rows that its followers ask for; undefined when they may ask for any, of rows that really differ. */
export function askedOf(
  table: string,
  { keys, tellsKeys }: Renewal,
  all: readonly (Renewal | undefined)[],
): string[] | undefined {
  if (tellsKeys) return [...keys];
  const asks = all.filter((renewal) => renewal?.follows[table]).map((renewal) => renewal?.asks);
  return asks.includes(undefined) ? undefined : [...new Set(asks.flatMap((columns) => columns ?? []))];
}

/** A table that is built from SQL, and what can be said of its renewal. */
export interface RenewableTable {
  name: string;
  sql: string;
  incremental_by?: string | readonly string[] | undefined;
  renewal?: Renewal | undefined;
}

/** What the touched keys of a table are called, beside the table. */
export const keysName = (table: string): string => `${table}__keys`;

/** What the rows laid over a table are called, beside the table. */
export const deltaName = (table: string): string => `${table}__delta`;

/** What the changed rows of a table are called, beside the table. */
export const changesName = (table: string): string => `${table}__changes`;

/**
 * The rows of a relation that have one of the touched keys of `table`; `key` gives the keys' values in its rows `t`. Rows
 * with a NULL among those that may be NULL are looked for apart: engines find plain equal keys much faster.
 */
export function touchedRows(
  table: string,
  relation: string,
  key: Readonly<Record<string, string>>,
  nullable: readonly string[] = Object.values(key),
): string {
  const [columns, values] = [Object.keys(key).map((name) => `k.${ident(name)}`), Object.values(key)];
  const rows = `SELECT t.* FROM ${relation} t WHERE`;
  const row = values.length === 1 ? values[0] : `(${values.join(', ')})`;
  const known = `${rows} ${row} IN (SELECT ${columns.join(', ')} FROM customer360.${ident(keysName(table))} k)`;
  if (nullable.length === 0) return `(${known})`;
  return `(${known}
UNION ALL ${rows} (${nullable.map((value) => `${value} IS NULL`).join(' OR ')}) AND ${isTouched(table, key)})`;
}

/** Whether values are one of the touched keys of a table, NULL being a value like others. */
function isTouched(table: string, key: Readonly<Record<string, string>>): string {
  const same = Object.entries(key).map(([name, value]) => `k.${ident(name)} IS NOT DISTINCT FROM ${value}`);
  return `EXISTS (SELECT 1 FROM customer360.${ident(keysName(table))} k WHERE ${same.join(' AND ')})`;
}

const ofAlias = (alias: string, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, `${alias}.${ident(key)}`]));

/** How a table is renewed; undefined when it only ever is built whole. */
export function renewalOf(
  table: RenewableTable,
  reads: readonly string[],
  tables: Readonly<Record<string, Pick<TableEntry, 'columns'>>>,
): Renewal | undefined {
  if (table.renewal || table.incremental_by === undefined) return table.renewal;
  const keys = [table.incremental_by].flat();
  const has = (name: string) => keys.every((key) => tables[name]?.columns.some((column) => column.name === key));
  const inputs = reads.filter((name) => name.startsWith('customer360.') && has(name));
  const list = keys.map((key) => `c.${ident(key)}`).join(', ');
  return {
    keys,
    asks: keys,
    follows: Object.fromEntries(inputs.map((name) => [name, (changed) => `SELECT ${list} FROM ${changed} c`])),
    // The SQL may read other tables too, whole; what comes of those is left out again.
    rows: `${overTouched(table, keys, new Set(inputs))}\nWHERE ${isTouched(table.name, ofAlias('d', keys))}`,
  };
}

/**
 * The rows `d` of a table's SQL, of whose inputs only the touched rows are read: rows of others can't come into the result.
 * Those are looked for once, however often the SQL reads them.
 */
function overTouched(table: RenewableTable, keys: readonly string[], inputs: ReadonlySet<string>): string {
  const touched = new Map<string, string>();
  const sql = table.sql.replace(
    /\b(FROM|JOIN)(\s+)customer360\."?(\w+)"?/gi,
    (read, keyword: string, space: string, name: string) => {
      if (!inputs.has(`customer360.${name}`)) return read;
      // Under the name of the table, which the SQL may give with a column.
      touched.set(
        name,
        `${ident(name)} AS ${touchedRows(table.name, `customer360.${ident(name)}`, ofAlias('t', keys))}`,
      );
      return `${keyword}${space}${ident(name)}`;
    },
  );
  const known = touched.size === 0 ? '' : `WITH ${[...touched.values()].join(',\n')}\n`;
  return `${known}SELECT d.* FROM (\n${sql}\n) d`;
}

/** The keys that the changed rows of some inputs touch; each input with the relation of its changed rows. */
export function touchedKeysSql({ keys, follows }: Renewal, changed: ReadonlyMap<string, string>): string {
  const touched = [...changed].flatMap(([input, rows]) => follows[input]?.(rows) ?? []);
  const list = keys.map((key) => `t.${ident(key)}`).join(', ');
  return `SELECT DISTINCT ${list}\nFROM (\n${touched.join('\nUNION ALL\n')}\n) t (${keys.map(ident).join(', ')})`;
}
