import type { ColumnType } from '../contracts/types.ts';
import { ident, text } from '../sql/quote.ts';
import { type KeyOptions, personOf } from './foreign-keys.ts';
import {
  columnOfTag,
  flag,
  selectList,
  type TaggedTable,
  tablesTagged,
  tagged,
  tagsOf,
  valueAs,
} from './tagged-tables.ts';

/** What the transaction tables are made with, beside the tagged tables. */
export interface TransactionOptions extends KeyOptions {
  /** Currency of amounts whose rows tell none. */
  currency: string;
}

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

const transactionTables = (tables: readonly TaggedTable[]): TaggedTable[] => tablesTagged(tables, 'txn-item/');

const itemColumn = (table: TaggedTable, name: string) => tagged(table, `txn-item/${name.replaceAll('_', '-')}`);

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
 * updated last, then the smallest AmpID. Orders that are plain, nearly all, are not in it.
 */
export function orderOwnersSql(tables: readonly TaggedTable[], options: TransactionOptions): string {
  const owners = transactionTables(tables).flatMap((table) => {
    const person = personOf(table, options);
    const order = valueAs(itemColumn(table, 'order_id'), 'String');
    if (person.keys.length === 0) return [];
    const mixed = person.keys.map((key) => `MIN(${key}) <> MAX(${key}) OR COUNT(${key}) NOT IN (0, COUNT(*))`);
    const from = `FROM domain.${ident(table.name)} t`;
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
  return owners.length === 0 ? none : owners.join('\nUNION ALL\n');
}

/** Every line of every order, with its person. */
export function itemizedTransactionsSql(tables: readonly TaggedTable[], options: TransactionOptions): string {
  const all = transactionTables(tables);
  const quantity = quantityType(all);
  const own = ownColumns(tables);
  const lines = all.map((table) => {
    const person = personOf(table, options);
    const order = valueAs(itemColumn(table, 'order_id'), 'String');
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
FROM domain.${ident(table.name)} t${person.joins}
LEFT JOIN customer360.order_owners o ON o.datasource = ${text(table.name)} AND o.order_id = ${order}`;
  });
  return lines.join('\nUNION ALL\n');
}

const fiscalColumns = ['fiscal_year', 'fiscal_quarter', 'fiscal_month', 'fiscal_week_number', 'fiscal_week_start'];

/** One row an order and currency, with what was bought, returned and cancelled of it. */
export function unifiedTransactionsSql(hasFiscalCalendar: boolean): string {
  const bought = 'NOT i.is_return AND NOT i.is_cancellation';
  const canceled = 'i.is_cancellation AND NOT i.is_return';
  const sum = (what: string, when: string) => `SUM(CASE WHEN ${when} THEN i.${what} END)`;
  const money = (value: string) => `CAST(${value} AS decimal(18,4))`;
  const orders = `SELECT
${selectList([
  ['amp_id', 'MIN(i.amp_id)'],
  ['datasource', 'i.datasource'],
  ['order_id', 'i.order_id'],
  ['currency', 'i.currency'],
  ...[
    'customer_id',
    'order_datetime',
    'purchase_brand',
    'purchase_channel',
    'digital_channel',
    'store_id',
    'payment_method',
  ].map((name) => [name, `MIN(i.${name})`] as const),
  ['order_quantity', `COALESCE(${sum('item_quantity', bought)}, 0)`],
  ['order_returned_quantity', `COALESCE(${sum('item_quantity', 'i.is_return')}, 0)`],
  ['order_canceled_quantity', `COALESCE(${sum('item_quantity', canceled)}, 0)`],
  ['order_revenue', `COALESCE(${sum('item_revenue', bought)}, 0)`],
  ['order_returned_revenue', `COALESCE(${sum('item_revenue', 'i.is_return')}, 0)`],
  ['order_canceled_revenue', `COALESCE(${sum('item_revenue', canceled)}, 0)`],
  ['order_discount_amount', `COALESCE(MAX(CASE WHEN ${bought} THEN i.order_discount_amount END), 0)`],
  ['order_subtotal', sum('item_subtotal', bought)],
  ['order_list_price', sum('item_list_price', bought)],
  ['order_cost', sum('item_cost', bought)],
  ['order_profit', sum('item_profit', bought)],
  ['order_tax_amount', sum('item_tax_amount', bought)],
  ['order_shipping_amount', 'MAX(i.order_shipping_amount)'],
  ['sum_item_discount_amount', sum('item_discount_amount', bought)],
])}
FROM customer360.unified_itemized_transactions i
WHERE i.order_id IS NOT NULL
GROUP BY i.datasource, i.order_id, i.currency`;
  const plain = [
    'amp_id',
    'datasource',
    'order_id',
    'currency',
    'customer_id',
    'order_datetime',
    'purchase_brand',
    'purchase_channel',
    'digital_channel',
    'store_id',
    'payment_method',
    'order_quantity',
    'order_returned_quantity',
    'order_canceled_quantity',
  ];
  const amounts = [
    'order_revenue',
    'order_returned_revenue',
    'order_canceled_revenue',
    'order_discount_amount',
    'order_subtotal',
    'order_list_price',
    'order_cost',
    'order_profit',
    'order_tax_amount',
    'order_shipping_amount',
    'sum_item_discount_amount',
  ];
  const net = 'o.order_revenue + o.order_returned_revenue + o.order_canceled_revenue - o.order_discount_amount';
  return `WITH orders AS (
${orders}
)
SELECT
${selectList([
  ...plain.map((name) => [name, `o.${name}`] as const),
  ...amounts.map((name) => [name, money(`o.${name}`)] as const),
  ['sum_item_revenue', money('o.order_revenue')],
  ['net_order_revenue', money(net)],
  ['order_discount_percent', 'CAST(o.order_discount_amount AS double) / NULLIF(CAST(o.order_subtotal AS double), 0)'],
  ...(hasFiscalCalendar ? fiscalColumns.map((name) => [name, `f.${name}`] as const) : []),
])}
FROM orders o${hasFiscalCalendar ? '\nLEFT JOIN customer360.fiscal_calendar f ON f.calendar_date = CAST(o.order_datetime AS date)' : ''}`;
}
