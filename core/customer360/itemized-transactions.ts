import type { ColumnType } from '../contracts/types.ts';
import { columnOfTag } from '../semantics/registry.ts';
import { ident, text } from '../sql/quote.ts';
import { type KeyOptions, personOf } from './foreign-keys.ts';
import { touchedRows } from './renewal.ts';
import { flag, selectList, type TaggedTable, tablesTagged, tagged, tagsOf, valueAs } from './tagged-tables.ts';

/** What the transaction tables are made with, beside the tagged tables. */
export interface TransactionOptions extends KeyOptions {
  /** Currency of amounts whose rows tell none. */
  currency: string;
}

/** Columns of the lines with their types; those that no source has are NULL. */
const itemColumns: Record<string, ColumnType | 'Money' | 'flag' | 'quantity'> = {
  customer_id: 'String',
  order_id: 'String',
  product_id: 'String',
  order_datetime: 'Datetime',
  purchase_brand: 'String',
  purchase_channel: 'String',
  digital_channel: 'String',
  store_id: 'String',
  payment_method: 'String',
  is_return: 'flag',
  is_cancellation: 'flag',
  item_quantity: 'quantity',
  item_revenue: 'Money',
  item_subtotal: 'Money',
  item_list_price: 'Money',
  item_discount_amount: 'Money',
  item_discount_percent: 'Float',
  item_cost: 'Money',
  item_profit: 'Money',
  item_tax_amount: 'Money',
  unit_revenue: 'Money',
  unit_subtotal: 'Money',
  unit_list_price: 'Money',
  unit_discount_amount: 'Money',
  unit_cost: 'Money',
  unit_profit: 'Money',
  unit_tax_amount: 'Money',
  order_discount_amount: 'Money',
  order_shipping_amount: 'Money',
};

export const transactionTables = (tables: readonly TaggedTable[]): TaggedTable[] => tablesTagged(tables, 'txn-item/');

export const itemColumn = (table: TaggedTable, name: string) => tagged(table, `txn-item/${name.replaceAll('_', '-')}`);

/** The order of a line, as text. */
export const orderOf = (table: TaggedTable): string => valueAs(itemColumn(table, 'order_id'), 'String');

/** The lines of a table, or those of the orders that are made anew in the table `renewed`, as a relation. */
function linesOf(table: TaggedTable, renewed: string | undefined): string {
  if (renewed === undefined) return `domain.${ident(table.name)}`;
  const key = { datasource: text(table.name), order_id: orderOf(table) };
  return touchedRows(renewed, `domain.${ident(table.name)}`, key, [key.order_id]);
}

/** Tags beside the known ones, such as `txn-item/product-name`; they stay text. */
function ownColumns(tables: readonly TaggedTable[]): string[] {
  const names = transactionTables(tables)
    .flatMap(tagsOf)
    .filter((tag) => tag.startsWith('txn-item/'))
    .map(columnOfTag)
    .filter((name) => !(name in itemColumns) && name !== 'currency');
  return [...new Set(names)].sort();
}

/** Whole numbers stay whole; one source with fractions (weights, lengths) makes all quantities decimal. */
function quantityType(tables: readonly TaggedTable[]): ColumnType | 'Money' {
  const whole = tables.every((table) => (itemColumn(table, 'item_quantity')?.type ?? 'Integer') === 'Integer');
  return whole ? 'Integer' : 'Money';
}

/**
 * The person of every order whose lines lead to several, or of whose lines only some lead to one: that of the line
 * updated last, then the smallest AmpID. Orders that are plain, nearly all, are not in it. `renewed`: of touched orders only.
 */
export function orderOwnersSql(
  tables: readonly TaggedTable[],
  options: TransactionOptions,
  renewed?: 'order_owners',
): string {
  const owners = transactionTables(tables).flatMap((table) => {
    const person = personOf(table, options);
    const order = orderOf(table);
    if (person.keys.length === 0) return [];
    const mixed = person.keys.map((key) => `MIN(${key}) <> MAX(${key}) OR COUNT(${key}) NOT IN (0, COUNT(*))`);
    // Read twice, but looked for once.
    const lines = renewed === undefined ? linesOf(table, renewed) : ident(`lines of ${table.name}`);
    const from = `FROM ${lines} t`;
    const update = tagged(table, 'update-dt');
    return [
      `SELECT ${text(table.name)} AS datasource, p.order_id, p.amp_id
FROM (
  SELECT l.order_id, l.amp_id, ROW_NUMBER() OVER (PARTITION BY l.order_id ORDER BY l.updated DESC NULLS LAST, l.amp_id) AS place
  FROM (
    SELECT ${order} AS order_id, ${person.ampId} AS amp_id, ${update === undefined ? 't."_updated"' : valueAs(update, 'Datetime')} AS updated
    ${from}${person.joins}
    WHERE ${order} IN (
      SELECT ${order}
      ${from}${table.stitched ? person.joins : ''}
      GROUP BY ${order}
      HAVING ${mixed.join(' OR ')}
    )
  ) l
  WHERE l.amp_id IS NOT NULL
) p
WHERE p.place = 1`,
    ];
  });
  const none = `SELECT CAST(NULL AS varchar) AS datasource, CAST(NULL AS varchar) AS order_id, CAST(NULL AS varchar) AS amp_id WHERE FALSE`;
  const touched = transactionTables(tables).map(
    (table) => `${ident(`lines of ${table.name}`)} AS (SELECT l.* FROM ${linesOf(table, renewed)} l)`,
  );
  const known = renewed === undefined ? '' : `WITH ${touched.join(',\n')}\n`;
  return owners.length === 0 ? none : `${known}${owners.join('\nUNION ALL\n')}`;
}

/** Every line of every order, with its person. `renewed`: of touched orders only. */
export function itemizedTransactionsSql(
  tables: readonly TaggedTable[],
  options: TransactionOptions,
  renewed?: 'unified_itemized_transactions',
): string {
  const all = transactionTables(tables);
  const quantity = quantityType(all);
  const own = ownColumns(tables);
  const lines = all.map((table) => {
    const person = personOf(table, options);
    const order = orderOf(table);
    const known = Object.entries(itemColumns).map(([name, type]) => {
      const column = itemColumn(table, name);
      if (type === 'flag') return [name, flag(column)] as const;
      return [name, valueAs(column, type === 'quantity' ? quantity : type)] as const;
    });
    return `SELECT
${selectList([
  ['amp_id', `COALESCE(o.amp_id, ${person.ampId})`],
  ['datasource', text(table.name)],
  ['pk', 't."_pk"'],
  ['currency', `COALESCE(UPPER(TRIM(${valueAs(itemColumn(table, 'currency'), 'String')})), ${text(options.currency)})`],
  ...known,
  ...own.map((name) => [name, valueAs(itemColumn(table, name), 'String')] as const),
])}
FROM ${linesOf(table, renewed)} t${person.joins}
LEFT JOIN customer360.order_owners o ON o.datasource = ${text(table.name)} AND o.order_id = ${order}`;
  });
  return lines.join('\nUNION ALL\n');
}
