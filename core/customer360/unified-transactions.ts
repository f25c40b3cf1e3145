import { itemColumn, transactionTables } from './itemized-transactions.ts';
import { selectList, type TaggedTable } from './tagged-tables.ts';

const BOUGHT = 'NOT i.is_return AND NOT i.is_cancellation';
const RETURNED = 'i.is_return';
/** A line that is both is a return, so that nothing is taken off twice. */
const CANCELED = 'i.is_cancellation AND NOT i.is_return';

/** What a column of orders is made of: an aggregate over the lines `i`; left out where no source has its item. */
interface OrderColumn {
  name: string;
  aggregate?: string | undefined;
  type: 'plain' | 'text' | 'amount' | 'total';
}

const total = (item: string, when: string): string => `SUM(CASE WHEN ${when} THEN i.${item} END)`;
const largest = (item: string, when: string): string => `MAX(CASE WHEN ${when} THEN i.${item} END)`;

function orderColumns(tables: readonly TaggedTable[]): OrderColumn[] {
  const sources = transactionTables(tables);
  const ifTold = (item: string, aggregate: string) =>
    sources.some((table) => itemColumn(table, item) !== undefined) ? aggregate : undefined;
  const shared = (name: string): OrderColumn => ({ name, aggregate: ifTold(name, `MIN(i.${name})`), type: 'text' });
  const sum = (name: string, item: string, when: string, type: 'amount' | 'total'): OrderColumn => ({
    name,
    aggregate: ifTold(item, total(item, when)),
    type,
  });
  const most = (name: string): OrderColumn => ({ name, aggregate: ifTold(name, largest(name, BOUGHT)), type: 'total' });
  return [
    { name: 'amp_id', aggregate: 'MIN(i.amp_id)', type: 'plain' },
    { name: 'datasource', aggregate: 'i.datasource', type: 'plain' },
    { name: 'order_id', aggregate: 'i.order_id', type: 'plain' },
    { name: 'currency', aggregate: 'i.currency', type: 'plain' },
    { name: 'order_datetime', aggregate: 'MIN(i.order_datetime)', type: 'plain' },
    ...['customer_id', 'purchase_brand', 'purchase_channel', 'digital_channel', 'store_id', 'payment_method'].map(
      shared,
    ),
    { name: 'order_quantity', aggregate: `COALESCE(${total('item_quantity', BOUGHT)}, 0)`, type: 'plain' },
    { name: 'order_returned_quantity', aggregate: `COALESCE(${total('item_quantity', RETURNED)}, 0)`, type: 'plain' },
    { name: 'order_canceled_quantity', aggregate: `COALESCE(${total('item_quantity', CANCELED)}, 0)`, type: 'plain' },
    sum('order_revenue', 'item_revenue', BOUGHT, 'total'),
    sum('order_returned_revenue', 'item_revenue', RETURNED, 'total'),
    sum('order_canceled_revenue', 'item_revenue', CANCELED, 'total'),
    most('order_discount_amount'),
    sum('order_subtotal', 'item_subtotal', BOUGHT, 'amount'),
    sum('order_list_price', 'item_list_price', BOUGHT, 'amount'),
    sum('order_cost', 'item_cost', BOUGHT, 'amount'),
    sum('order_profit', 'item_profit', BOUGHT, 'amount'),
    sum('order_tax_amount', 'item_tax_amount', BOUGHT, 'amount'),
    most('order_shipping_amount'),
    sum('sum_item_discount_amount', 'item_discount_amount', BOUGHT, 'amount'),
  ];
}

/** The value of an order's column, from the aggregates `o`. A total is 0 where there is nothing to add. */
function orderValue({ name, aggregate, type }: OrderColumn): string {
  const value = aggregate === undefined ? 'NULL' : `o.${name}`;
  if (type === 'text') return aggregate === undefined ? 'CAST(NULL AS varchar)' : value;
  if (type === 'amount') return `CAST(${value} AS decimal(18,4))`;
  return type === 'total' ? `COALESCE(CAST(${value} AS decimal(18,4)), CAST(0 AS decimal(18,4)))` : value;
}

const fiscalColumns = ['fiscal_year', 'fiscal_quarter', 'fiscal_month', 'fiscal_week_number', 'fiscal_week_start'];

/** One row an order and currency, with what was bought, returned and canceled of it. */
export function unifiedTransactionsSql(tables: readonly TaggedTable[], hasFiscalCalendar: boolean): string {
  const columns = orderColumns(tables);
  const aggregates = columns.flatMap(({ name, aggregate }) =>
    aggregate === undefined ? [] : [[name, aggregate] as const],
  );
  const fiscal = hasFiscalCalendar ? fiscalColumns.map((name) => [name, `f.${name}`] as const) : [];
  const calendar = '\nLEFT JOIN customer360.fiscal_calendar f ON f.calendar_date = CAST(t.order_datetime AS date)';
  return `WITH sums AS (
SELECT
${selectList(aggregates)}
FROM customer360.unified_itemized_transactions i
WHERE i.order_id IS NOT NULL
GROUP BY i.datasource, i.order_id, i.currency
), orders AS (
SELECT
${selectList(columns.map((column) => [column.name, orderValue(column)] as const))}
FROM sums o
), netted AS (
SELECT t.*,
  t.order_revenue + t.order_returned_revenue + t.order_canceled_revenue - t.order_discount_amount AS net,
  CAST(t.order_discount_amount AS double) AS discount,
  CAST(NULLIF(t.order_subtotal, 0) AS double) AS undiscounted
FROM orders t
)
SELECT
${selectList([
  ...columns.map(({ name }) => [name, `t.${name}`] as const),
  ['sum_item_revenue', 't.order_revenue'],
  ['net_order_revenue', 'CAST(t.net AS decimal(18,4))'],
  ['order_discount_percent', 't.discount / t.undiscounted'],
  ...fiscal,
])}
FROM netted t${hasFiscalCalendar ? calendar : ''}`;
}
