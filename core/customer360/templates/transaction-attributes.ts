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

/** Orders that columns of their own tell of. */
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

/** Numbers of unified_transactions that the attributes come from. */
const orderNumbers = [
  ...['order_quantity', 'order_returned_quantity', 'order_canceled_quantity', 'order_revenue', 'net_order_revenue'],
  ...['order_returned_revenue', 'order_canceled_revenue', 'order_cost'],
];

/** Orders of days to come don't count. */
const counts = `t.order_datetime < date_add('day', 1, ${TODAY})`;

/** The first orders of each person and the latest; only those few are gathered, and only their columns sorted. */
function positionTables(): string {
  const carried = [...new Set(Object.values(positionColumns))].map((column) => `t.${column}`).join(', ');
  const values = Object.entries(positions).flatMap(([position, when]) =>
    Object.entries(positionColumns).map(
      ([name, column]) => `    MAX(CASE WHEN ${when} THEN o.${column} END) AS ${position}_order_${name}`,
    ),
  );
  return `placed AS (
  SELECT p.person, ${carried},
    ROW_NUMBER() OVER (PARTITION BY p.person ORDER BY t.order_datetime, t.datasource, t.order_id, t.currency) AS place,
    COUNT(*) OVER (PARTITION BY p.person) AS places
  FROM people p
  JOIN customer360.unified_transactions t ON t.amp_id = p.amp_id
  WHERE t.order_quantity > 0 AND ${counts}
),
positions AS (
  SELECT o.person,
    MIN(CASE WHEN o.place = 3 THEN o.order_datetime END) AS third_order_datetime,
${values.join(',\n')}
  FROM placed o
  WHERE o.place <= 3 OR o.place = o.places
  GROUP BY o.person
)`;
}

/** Sums and counts of a period. Amounts are of the person's main currency; only orders with something bought are counted. */
function periodSums(): Record<string, string> {
  const when = (condition: string, value: string) => `CASE WHEN ${condition} THEN ${value} END`;
  const sum = (condition: string, value: string) => `SUM(${when(condition, value)})`;
  return {
    order_frequency: `COUNT(${when('o.is_order', '1')})`,
    order_revenue: sum('o.is_order AND o.is_main', 'o.order_revenue'),
    net_order_revenue: sum('o.is_main', 'o.net_order_revenue'),
    order_cost: sum('o.is_order AND o.is_main', 'o.order_cost'),
    largest_order_value: `MAX(${when('o.is_order AND o.is_main', 'o.order_revenue')})`,
    largest_net_order_value: `MAX(${when('o.is_order AND o.is_main', 'o.net_order_revenue')})`,
    total_items: sum('o.is_order', 'o.order_quantity'),
    main_order_frequency: `COUNT(${when('o.is_order AND o.is_main', '1')})`,
    main_total_items: sum('o.is_order AND o.is_main', 'o.order_quantity'),
    order_returned_frequency: `COUNT(${when('o.order_returned_quantity <> 0', '1')})`,
    order_returned_revenue: sum('o.is_main', 'o.order_returned_revenue'),
    total_returned_items: 'SUM(ABS(o.order_returned_quantity))',
    order_canceled_frequency: `COUNT(${when('o.order_canceled_quantity <> 0', '1')})`,
    order_canceled_revenue: sum('o.is_main', 'o.order_canceled_revenue'),
    total_canceled_items: 'SUM(ABS(o.order_canceled_quantity))',
  };
}

/** Sums that are NULL where there is nothing to sum; the others are 0 there. */
const unknownOfNothing = ['order_cost', 'largest_order_value', 'largest_net_order_value'];

/** One table a period, of the orders in it alone: most are in none of the short ones. */
const periodTable = (period: string): string => `${period}_sums AS (
  SELECT o.person,
${Object.entries(periodSums())
  .map(([name, value]) => `    ${value} AS ${name}`)
  .join(',\n')}
  FROM orders o
  WHERE o.in_${period}
  GROUP BY o.person
)`;

function sumsTable(): string {
  const values = names.flatMap((period) =>
    Object.keys(periodSums()).map((name) => {
      const value = `${period}_sums.${name}`;
      return `    ${unknownOfNothing.includes(name) ? value : `COALESCE(${value}, 0)`} AS ${period}_${name}`;
    }),
  );
  return `sums AS (
  SELECT
    people.amp_id, people.person, COALESCE(main.currency, people.currency) AS currency, positions.third_order_datetime,
${Object.keys(positions)
  .flatMap((position) => Object.keys(positionColumns).map((name) => `    positions.${position}_order_${name}`))
  .join(',\n')},
${values.join(',\n')}
  FROM people
  LEFT JOIN main_currencies main ON main.person = people.person
  LEFT JOIN positions ON positions.person = people.person
${names.map((period) => `  LEFT JOIN ${period}_sums ON ${period}_sums.person = people.person`).join('\n')}
)`;
}

/** How often a person used each value of a dimension, then the most used and the number of different ones. */
function dimensionTables({ column, preferred, count }: (typeof dimensions)[number]): string {
  const key = (period: string) =>
    `CASE WHEN v.n_${period} > 0 THEN v.n_${period} * 1000000000000 + v.latest_day * 10000000 + r.rank END`;
  return `${column}_uses AS (
  SELECT o.person, o.${column} AS value, MAX(o.day) AS latest_day,
${names.map((period) => `    COUNT(CASE WHEN o.in_${period} THEN 1 END) AS n_${period}`).join(',\n')}
  FROM orders o
  WHERE o.is_order AND o.${column} IS NOT NULL
  GROUP BY o.person, o.${column}
),
${column}_choices AS (
  SELECT v.person,
${names
  .map(
    (period) => `    MAX_BY(r.value, ${key(period)}) AS ${period}_${preferred},
    COUNT(CASE WHEN v.n_${period} > 0 THEN 1 END) AS ${period}_${count}`,
  )
  .join(',\n')}
  FROM ${column}_uses v
  JOIN ${column}_ranks r ON r.value = v.value
  GROUP BY v.person
)`;
}

const ranksTable = ({ column }: (typeof dimensions)[number]): string => `${column}_ranks AS (
  SELECT d.value, ROW_NUMBER() OVER (ORDER BY d.value DESC) AS rank
  FROM (SELECT DISTINCT t.${column} AS value FROM customer360.unified_transactions t WHERE t.${column} IS NOT NULL) d
)`;

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
WITH people AS (
  SELECT g.amp_id, g.currency, g.currency <> g.another AS is_mixed, ROW_NUMBER() OVER (ORDER BY g.amp_id) AS person
  FROM (
    SELECT t.amp_id, MIN(t.currency) AS currency, MAX(t.currency) AS another
    FROM customer360.unified_transactions t
    WHERE t.amp_id IS NOT NULL AND ${counts}
    GROUP BY t.amp_id
  ) g
),
main_currencies AS (
  SELECT c.person, c.currency
  FROM (
    SELECT p.person, t.currency,
      ROW_NUMBER() OVER (PARTITION BY p.person ORDER BY COUNT(CASE WHEN t.order_quantity > 0 THEN 1 END) DESC, t.currency) AS place
    FROM people p
    JOIN customer360.unified_transactions t ON t.amp_id = p.amp_id
    WHERE p.is_mixed AND ${counts}
    GROUP BY p.person, t.currency
  ) c
  WHERE c.place = 1
),
${dimensions.map(ranksTable).join(',\n')},
orders AS (
  SELECT p.person, ${orderNumbers.map((column) => `t.${column}`).join(', ')}, t.order_quantity > 0 AS is_order,
    COALESCE(m.currency = t.currency, TRUE) AS is_main,
    date_diff('day', DATE '1970-01-01', CAST(t.order_datetime AS date)) AS day,
${dimensions.map(({ column }) => `    t.${column}`).join(',\n')},
${names.map((period) => `    ${periods[period]} AS in_${period}`).join(',\n')}
  FROM people p
  JOIN customer360.unified_transactions t ON t.amp_id = p.amp_id
  LEFT JOIN main_currencies m ON m.person = p.person
  WHERE ${counts}
),
${positionTables()},
${names.map(periodTable).join(',\n')},
${sumsTable()},
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
${dimensions.map(({ column }) => `LEFT JOIN ${column}_choices ON ${column}_choices.person = s.person`).join('\n')}`;

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
