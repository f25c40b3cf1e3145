import type { DatabaseTable } from '../../contracts/customer360.ts';

/** The day that the table is built for; the run's, never the engine's. */
const TODAY = 'CAST(current_timestamp AS date)';

/** Periods that attributes are given for, as a condition on the orders `t`; all end with today. */
export const periods: Record<string, string> = {
  l30d: `t.order_datetime >= date_add('day', -30, ${TODAY})`,
  l3m: `t.order_datetime >= date_add('month', -3, ${TODAY})`,
  l6m: `t.order_datetime >= date_add('month', -6, ${TODAY})`,
  l12m: `t.order_datetime >= date_add('month', -12, ${TODAY})`,
  ly12m: `t.order_datetime >= date_add('month', -24, ${TODAY}) AND t.order_datetime < date_add('month', -12, ${TODAY})`,
  lifetime: 'TRUE',
};

const names = Object.keys(periods);

/** What a person prefers and how many different ones they used, by dimension. */
export const dimensions = [
  { column: 'purchase_brand', preferred: 'preferred_purchase_brand', count: 'purchase_brands' },
  { column: 'purchase_channel', preferred: 'preferred_purchase_channel', count: 'purchase_channels' },
  { column: 'store_id', preferred: 'preferred_store_id', count: 'stores' },
];

const positions = { first: 'o.place = 1', second: 'o.place = 2', latest: 'o.place = o.places' };

const positionColumns: Record<string, string> = {
  datetime: 'order_datetime',
  id: 'order_id',
  purchase_brand: 'purchase_brand',
  purchase_channel: 'purchase_channel',
  revenue: 'order_revenue',
  store_id: 'store_id',
  total_items: 'order_quantity',
};

const money = (value: string): string => `CAST(${value} AS decimal(18,4))`;

/** Columns of unified_transactions that the attributes come from. */
const orderColumns = [
  ...[
    'amp_id',
    'datasource',
    'order_id',
    'currency',
    'order_datetime',
    'purchase_brand',
    'purchase_channel',
    'store_id',
  ],
  ...['order_quantity', 'order_returned_quantity', 'order_canceled_quantity', 'order_revenue', 'net_order_revenue'],
  ...['order_returned_revenue', 'order_canceled_revenue', 'order_cost'],
];

function positionValues(): string[] {
  return Object.entries(positions).flatMap(([position, when]) =>
    Object.entries(positionColumns).map(
      ([name, column]) => `    MAX(CASE WHEN o.is_order AND ${when} THEN o.${column} END) AS ${position}_order_${name}`,
    ),
  );
}

/** Sums and counts of a period. Amounts are of the person's main currency; only orders with something bought are counted. */
function periodSums(period: string): string[] {
  const when = (condition: string, value: string) => `CASE WHEN o.in_${period} AND ${condition} THEN ${value} END`;
  const sum = (condition: string, value: string) => `COALESCE(SUM(${when(condition, value)}), 0)`;
  const values: Record<string, string> = {
    order_frequency: `COUNT(${when('o.is_order', '1')})`,
    order_revenue: sum('o.is_order AND o.is_main', 'o.order_revenue'),
    net_order_revenue: sum('o.is_main', 'o.net_order_revenue'),
    order_cost: `SUM(${when('o.is_order AND o.is_main', 'o.order_cost')})`,
    largest_order_value: `MAX(${when('o.is_order AND o.is_main', 'o.order_revenue')})`,
    largest_net_order_value: `MAX(${when('o.is_order AND o.is_main', 'o.net_order_revenue')})`,
    total_items: sum('o.is_order', 'o.order_quantity'),
    main_order_frequency: `COUNT(${when('o.is_order AND o.is_main', '1')})`,
    main_total_items: sum('o.is_order AND o.is_main', 'o.order_quantity'),
    order_returned_frequency: `COUNT(${when('o.order_returned_quantity <> 0', '1')})`,
    order_returned_revenue: sum('o.is_main', 'o.order_returned_revenue'),
    total_returned_items: sum('TRUE', 'ABS(o.order_returned_quantity)'),
    order_canceled_frequency: `COUNT(${when('o.order_canceled_quantity <> 0', '1')})`,
    order_canceled_revenue: sum('o.is_main', 'o.order_canceled_revenue'),
    total_canceled_items: sum('TRUE', 'ABS(o.order_canceled_quantity)'),
  };
  return Object.entries(values).map(([name, value]) => `    ${value} AS ${period}_${name}`);
}

const sums = `SELECT
    o.amp_id,
    MIN(CASE WHEN o.is_main THEN o.currency END) AS currency,
    MIN(CASE WHEN o.is_order AND o.place = 3 THEN o.order_datetime END) AS third_order_datetime,
${[...positionValues(), ...names.flatMap(periodSums)].join(',\n')}
  FROM orders o
  GROUP BY o.amp_id`;

/** How often a person used each value of a dimension, then the most used and the number of different ones. */
function dimensionTables({ column, preferred, count }: (typeof dimensions)[number]): string {
  const key = (period: string) =>
    `CASE WHEN v.n_${period} > 0 THEN v.n_${period} * 1000000000000 + v.latest_day * 10000000 + r.rank END`;
  return `${column}_ranks AS (
  SELECT d.value, ROW_NUMBER() OVER (ORDER BY d.value DESC) AS rank
  FROM (SELECT DISTINCT o.${column} AS value FROM orders o WHERE o.${column} IS NOT NULL) d
),
${column}_uses AS (
  SELECT o.amp_id, o.${column} AS value, MAX(date_diff('day', DATE '1970-01-01', CAST(o.order_datetime AS date))) AS latest_day,
${names.map((period) => `    COUNT(CASE WHEN o.in_${period} THEN 1 END) AS n_${period}`).join(',\n')}
  FROM orders o
  WHERE o.is_order AND o.${column} IS NOT NULL
  GROUP BY o.amp_id, o.${column}
),
${column}_choices AS (
  SELECT v.amp_id,
${names
  .map(
    (period) => `    MAX_BY(v.value, ${key(period)}) AS ${period}_${preferred},
    COUNT(CASE WHEN v.n_${period} > 0 THEN 1 END) AS ${period}_${count}`,
  )
  .join(',\n')}
  FROM ${column}_uses v
  JOIN ${column}_ranks r ON r.value = v.value
  GROUP BY v.amp_id
)`;
}

/** Averages as what is divided by what; NULL where there is nothing to divide by. */
const averages: Record<string, [amount: string, by: string]> = {
  average_order_value: ['order_revenue', 'main_order_frequency'],
  average_item_price: ['order_revenue', 'main_total_items'],
  average_net_item_price: ['net_order_revenue', 'main_total_items'],
  average_num_items: ['total_items', 'order_frequency'],
};

const amounts = [...new Set(Object.values(averages).map(([amount]) => amount))];
const divisors = [...new Set(Object.values(averages).map(([, by]) => by))];

/** Doubles first, then quotients, each in a step of its own: an engine computes a plain column once. */
function averageSteps(): string {
  const each = (columns: (period: string) => string[]) => names.flatMap(columns).join(',\n');
  const doubles = (period: string) => [
    ...amounts.map((name) => `    CAST(s.${period}_${name} AS double) AS ${period}_${name}_amount`),
    ...divisors.map((name) => `    CAST(NULLIF(s.${period}_${name}, 0) AS double) AS ${period}_${name}_count`),
  ];
  const quotients = (period: string) =>
    Object.entries(averages).map(
      ([name, [amount, by]]) => `    a.${period}_${amount}_amount / a.${period}_${by}_count AS ${period}_${name}`,
    );
  return `amounts AS (
  SELECT s.*,
${each(doubles)}
  FROM sums s
),
averages AS (
  SELECT a.*,
${each(quotients)}
  FROM amounts a
)`;
}

function periodColumns(period: string): string[] {
  const s = (name: string) => `s.${period}_${name}`;
  const plain = [
    'order_frequency',
    'total_items',
    'order_returned_frequency',
    'total_returned_items',
    'order_canceled_frequency',
    'total_canceled_items',
  ];
  const amounts = [
    'order_revenue',
    'net_order_revenue',
    'order_cost',
    'largest_order_value',
    'largest_net_order_value',
    'order_returned_revenue',
    'order_canceled_revenue',
  ];
  const columns: Record<string, string> = {};
  for (const name of Object.keys(averages)) columns[name] = money(s(name));
  for (const name of plain) columns[name] = s(name);
  for (const name of amounts) columns[name] = money(s(name));
  for (const { column, preferred, count } of dimensions) {
    columns[preferred] = `${column}_choices.${period}_${preferred}`;
    columns[count] = `COALESCE(${column}_choices.${period}_${count}, 0)`;
  }
  return Object.entries(columns).map(([name, value]) => `  ${value} AS ${period}_${name}`);
}

const day = (column: string): string => `CAST(${column} AS date)`;
const within = (days: number, from: string, to: string): string =>
  `COALESCE(date_diff('day', ${day(from)}, ${day(to)}) <= ${days}, FALSE)`;

const personColumns: Record<string, string> = {
  first_order_is_retained: within(365, 's.first_order_datetime', 's.second_order_datetime'),
  second_order_is_retained: within(365, 's.second_order_datetime', 's.third_order_datetime'),
  days_since_latest_order: `date_diff('day', ${day('s.latest_order_datetime')}, ${TODAY})`,
  first_to_latest_order_days: `date_diff('day', ${day('s.first_order_datetime')}, ${day('s.latest_order_datetime')})`,
  first_to_second_order_days: `date_diff('day', ${day('s.first_order_datetime')}, ${day('s.second_order_datetime')})`,
  early_repeat_purchaser: within(84, 's.first_order_datetime', 's.second_order_datetime'),
  one_and_done: 's.lifetime_order_frequency = 1',
  multi_purchase_brand: 'COALESCE(purchase_brand_choices.lifetime_purchase_brands, 0) > 1',
  multi_purchase_channel: 'COALESCE(purchase_channel_choices.lifetime_purchase_channels, 0) > 1',
};

const sql = `-- What each person bought: positions of orders, and sums by period. Orders are those with something bought;
-- returns and cancellations have columns of their own. Amounts are of the person's main currency, the one of most of
-- their orders: currencies never add up together. Counts are over all currencies.
WITH counted AS (
  SELECT ${orderColumns.map((column) => `t.${column}`).join(', ')},
    t.order_quantity > 0 AS is_order
  FROM customer360.unified_transactions t
  WHERE t.amp_id IS NOT NULL AND t.order_datetime < date_add('day', 1, ${TODAY})
),
mixed AS (
  SELECT c.amp_id
  FROM counted c
  GROUP BY c.amp_id
  HAVING MIN(c.currency) <> MAX(c.currency)
),
currency_places AS (
  SELECT c.amp_id, c.currency,
    ROW_NUMBER() OVER (PARTITION BY c.amp_id ORDER BY COUNT(CASE WHEN c.is_order THEN 1 END) DESC, c.currency) AS place
  FROM counted c
  JOIN mixed m ON m.amp_id = c.amp_id
  GROUP BY c.amp_id, c.currency
),
orders AS (
  SELECT ${orderColumns.map((column) => `t.${column}`).join(', ')}, t.is_order,
    COALESCE(p.currency = t.currency, TRUE) AS is_main,
    ROW_NUMBER() OVER (PARTITION BY t.amp_id, t.is_order ORDER BY t.order_datetime, t.datasource, t.order_id, t.currency) AS place,
    COUNT(*) OVER (PARTITION BY t.amp_id, t.is_order) AS places,
${names.map((period) => `    ${periods[period]} AS in_${period}`).join(',\n')}
  FROM counted t
  LEFT JOIN currency_places p ON p.amp_id = t.amp_id AND p.place = 1
),
sums AS (
  ${sums}
),
${averageSteps()},
${dimensions.map(dimensionTables).join(',\n')}
SELECT
  s.amp_id,
  s.currency,
${Object.entries(positions)
  .flatMap(([position]) => Object.keys(positionColumns).map((name) => `  s.${position}_order_${name}`))
  .join(',\n')},
${Object.entries(personColumns)
  .map(([name, value]) => `  ${value} AS ${name}`)
  .join(',\n')},
${names.flatMap(periodColumns).join(',\n')}
FROM averages s
${dimensions.map(({ column }) => `LEFT JOIN ${column}_choices ON ${column}_choices.amp_id = s.amp_id`).join('\n')}`;

export const transactionAttributes: DatabaseTable = {
  id: 'table/transaction-attributes',
  database: 'customer360',
  name: 'transaction_attributes',
  description:
    'What each person bought, by order position and period; transaction_attributes_extended without the deciles.',
  sql,
  incremental_by: 'amp_id',
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
  },
};
