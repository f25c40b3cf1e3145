/** A query that a new tenant begins with. */
interface StartingQuery {
  id: `query/${string}`;
  name: string;
  folder: 'Stitch QA' | 'Transactions QA';
  sql: string;
}

const stitch = (id: string, name: string, sql: string): StartingQuery => ({
  id: `query/${id}`,
  name,
  folder: 'Stitch QA',
  sql,
});
const transactions = (id: string, name: string, sql: string): StartingQuery => ({
  id: `query/${id}`,
  name,
  folder: 'Transactions QA',
  sql,
});

const valued = ['email', 'phone', 'given_name', 'surname', 'address', 'postal'];
/** One row a record and value of a column that people are matched by. */
const values = valued
  .map(
    (column) =>
      `  SELECT '${column}' AS semantic, UPPER(${column}) AS value, amp_id FROM customer360.unified_coalesced WHERE ${column} IS NOT NULL`,
  )
  .join('\n  UNION ALL\n');

/** Is Stitch right? After the query folder "Stitch QA" of reference §3.14. */
const stitchQueries: StartingQuery[] = [
  stitch(
    'null-amp-ids',
    'Records without an AmpID',
    `-- Expected: 0.
SELECT COUNT(*) AS records
FROM customer360.unified_coalesced
WHERE amp_id IS NULL`,
  ),
  stitch(
    'statistics-combined',
    'Records and people over all sources',
    `SELECT COUNT(*) AS records, COUNT(DISTINCT amp_id) AS people,
  CAST(100 * (COUNT(*) - COUNT(DISTINCT amp_id)) AS double) / COUNT(*) AS percent_duplicates
FROM customer360.unified_coalesced`,
  ),
  stitch(
    'statistics-separated',
    'Records and people by source',
    `-- People of one source only are new to the company through it.
WITH sources AS (
  SELECT amp_id, COUNT(DISTINCT datasource) AS sources
  FROM customer360.unified_coalesced
  GROUP BY amp_id
)
SELECT u.datasource, COUNT(*) AS records, COUNT(DISTINCT u.amp_id) AS people,
  COUNT(DISTINCT CASE WHEN s.sources = 1 THEN u.amp_id END) AS people_of_this_source_only,
  CAST(100 * (COUNT(*) - COUNT(DISTINCT u.amp_id)) AS double) / COUNT(*) AS percent_duplicates
FROM customer360.unified_coalesced u
JOIN sources s ON s.amp_id = u.amp_id
GROUP BY u.datasource
ORDER BY records DESC, u.datasource`,
  ),
  stitch(
    'cluster-sizes',
    'People by their number of records',
    `SELECT records, COUNT(*) AS people
FROM (
  SELECT amp_id, COUNT(*) AS records
  FROM customer360.unified_coalesced
  GROUP BY amp_id
) AS sizes
GROUP BY records
ORDER BY records`,
  ),
  stitch(
    'denormalized-records',
    'People of more than 50 records',
    `-- A source with a row an order, or one account that many people use.
SELECT amp_id, COUNT(*) AS records, COUNT(DISTINCT datasource) AS sources,
  COUNT(DISTINCT UPPER(email)) AS emails, COUNT(DISTINCT UPPER(surname)) AS surnames
FROM customer360.unified_coalesced
GROUP BY amp_id
HAVING COUNT(*) > 50
ORDER BY records DESC, amp_id`,
  ),
  stitch(
    'connections-across-sources',
    'People that two sources share',
    `WITH members AS (
  SELECT DISTINCT amp_id, datasource
  FROM customer360.unified_coalesced
)
SELECT a.datasource AS source1, b.datasource AS source2, COUNT(*) AS people
FROM members a
JOIN members b ON b.amp_id = a.amp_id AND a.datasource < b.datasource
GROUP BY a.datasource, b.datasource
ORDER BY people DESC, source1, source2`,
  ),
  stitch(
    'duplicate-keys',
    'People with several records of one source',
    `-- None are expected of a source that has been deduplicated.
SELECT datasource, records, COUNT(*) AS people
FROM (
  SELECT datasource, amp_id, COUNT(*) AS records
  FROM customer360.unified_coalesced
  GROUP BY datasource, amp_id
  HAVING COUNT(*) > 1
) AS repeated
GROUP BY datasource, records
ORDER BY datasource, records`,
  ),
  stitch(
    'match-categories',
    'Pairs of records by how they match',
    `SELECT match_category, match_type, COUNT(*) AS pairs, COUNT(DISTINCT amp_id) AS people
FROM customer360.unified_scores
GROUP BY match_category, match_type
ORDER BY pairs DESC, match_category, match_type`,
  ),
  stitch(
    'weakest-matches',
    'People held together by the weakest pairs',
    `SELECT s.amp_id, MIN(s.score) AS weakest, COUNT(*) AS pairs
FROM customer360.unified_scores s
GROUP BY s.amp_id
ORDER BY weakest, pairs DESC, s.amp_id
LIMIT 100`,
  ),
  stitch(
    'split-clusters',
    'Groups of alike records that were divided into several people',
    `SELECT component_id, COUNT(DISTINCT amp_id) AS people, COUNT(*) AS records
FROM customer360.unified_coalesced
GROUP BY component_id
HAVING COUNT(DISTINCT amp_id) > 1
ORDER BY people DESC, component_id
LIMIT 100`,
  ),
  stitch(
    'common-values',
    'The most common values',
    `-- A value of very many people is nobody's own: a bad value, or one that a form fills in.
SELECT semantic, value, COUNT(*) AS records, COUNT(DISTINCT amp_id) AS people
FROM (
${values}
) AS v
GROUP BY semantic, value
ORDER BY people DESC, semantic, value
LIMIT 200`,
  ),
  stitch(
    'many-amp-ids',
    'Addresses of several people',
    `SELECT semantic, value, COUNT(DISTINCT amp_id) AS people, MIN(amp_id) AS one_amp_id, MAX(amp_id) AS another_amp_id
FROM (
${values}
) AS v
WHERE semantic IN ('email', 'phone')
GROUP BY semantic, value
HAVING COUNT(DISTINCT amp_id) > 1
ORDER BY people DESC, semantic, value
LIMIT 200`,
  ),
  stitch(
    'many-semantic-values',
    'People of several names and addresses',
    `SELECT amp_id, semantic, COUNT(DISTINCT value) AS different_values
FROM (
${values}
) AS v
GROUP BY amp_id, semantic
HAVING COUNT(DISTINCT value) > 3
ORDER BY different_values DESC, amp_id, semantic
LIMIT 200`,
  ),
  stitch(
    'detailed-examples',
    'Pairs of records side by side',
    `SELECT s.amp_id, s.score, s.match_category, s.match_type, a.datasource AS source_a, b.datasource AS source_b,
  a.given_name AS given_name_a, b.given_name AS given_name_b, a.surname AS surname_a, b.surname AS surname_b,
  a.email AS email_a, b.email AS email_b, a.phone AS phone_a, b.phone AS phone_b,
  a.birthdate AS birthdate_a, b.birthdate AS birthdate_b, a.address AS address_a, b.address AS address_b
FROM customer360.unified_scores s
JOIN customer360.unified_coalesced a ON a.datasource = s.source1 AND a.pk = s.pk1
JOIN customer360.unified_coalesced b ON b.datasource = s.source2 AND b.pk = s.pk2
WHERE s.match_type <> 'trivial_duplicate'
ORDER BY s.score, s.amp_id, s.pk1, s.pk2
LIMIT 200`,
  ),
  stitch(
    'bad-values',
    'Values that were kept out of matching',
    `SELECT semantic, value, num_values, num_proxy
FROM stitch.stitch_bad_values
WHERE num_values IS NOT NULL
ORDER BY num_proxy DESC, semantic, value`,
  ),
];

/** Are orders whole? */
const transactionQueries: StartingQuery[] = [
  transactions(
    'orders-without-a-person',
    'Orders without a person',
    `SELECT datasource, COUNT(*) AS orders, COUNT(CASE WHEN amp_id IS NULL THEN 1 END) AS without_a_person
FROM customer360.unified_transactions
GROUP BY datasource
ORDER BY datasource`,
  ),
  transactions(
    'orders-by-month',
    'Orders and revenue by month',
    `SELECT DATE_TRUNC('month', order_datetime) AS month, currency, COUNT(*) AS orders, SUM(order_revenue) AS revenue,
  SUM(order_returned_revenue) AS returned
FROM customer360.unified_transactions
GROUP BY DATE_TRUNC('month', order_datetime), currency
ORDER BY month, currency`,
  ),
  transactions(
    'revenue-of-returns',
    'Returns and cancellations of the wrong sign',
    `-- Expected: none. Revenue of what came back is negative.
SELECT datasource, order_id, product_id, item_quantity, item_revenue, is_return, is_cancellation
FROM customer360.unified_itemized_transactions
WHERE (is_return OR is_cancellation) AND item_revenue > 0
ORDER BY datasource, order_id, product_id
LIMIT 100`,
  ),
  transactions(
    'orders-of-tomorrow',
    'Orders of the future',
    `-- Expected: none. They are left out of what is said of people until their day has come.
SELECT datasource, order_id, order_datetime
FROM customer360.unified_transactions
WHERE order_datetime > current_timestamp
ORDER BY order_datetime, datasource, order_id
LIMIT 100`,
  ),
];

/** The queries of a new tenant: questions that show whether Stitch and the orders are right, to be copied and changed. */
export const startingQueries: readonly StartingQuery[] = [...stitchQueries, ...transactionQueries];
