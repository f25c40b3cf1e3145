import type { DatabaseTable } from '../../contracts/customer360.ts';

/** Deciles rank everybody against everybody, so they are apart from what can be rebuilt person by person. */
export const transactionDeciles: DatabaseTable = {
  id: 'table/transaction-deciles',
  database: 'customer360',
  name: 'transaction_deciles',
  description:
    'Recency, frequency and monetary value of the people with orders in the last 12 months, each as a decile, 10 the best.',
  sql: `-- Amounts are ranked within their currency. Equal values are told apart by amp_id, so that deciles have equal sizes.
SELECT
  d.amp_id,
  d.l12m_recency,
  d.l12m_frequency,
  d.l12m_monetary,
  CAST(CAST(d.l12m_recency AS varchar) || CAST(d.l12m_frequency AS varchar) || CAST(d.l12m_monetary AS varchar) AS bigint) AS l12m_rfm_score
FROM (
  SELECT
    t.amp_id,
    NTILE(10) OVER (ORDER BY t.latest_order_datetime, t.amp_id) AS l12m_recency,
    NTILE(10) OVER (ORDER BY t.l12m_order_frequency, t.amp_id) AS l12m_frequency,
    NTILE(10) OVER (PARTITION BY t.currency ORDER BY t.l12m_order_revenue, t.amp_id) AS l12m_monetary
  FROM customer360.transaction_attributes t
  WHERE t.l12m_order_frequency > 0
) d`,
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
    l12m_rfm_score: {
      description: 'The three deciles written one after the other, 111 to 101010; compare the three columns instead.',
      required: false,
      unique: false,
      pii: false,
    },
  },
};

export const transactionAttributesExtended: DatabaseTable = {
  id: 'table/transaction-attributes-extended',
  database: 'customer360',
  name: 'transaction_attributes_extended',
  description: 'One row a person with orders: what they bought, by position and period, and their deciles.',
  view: true,
  sql: `SELECT
  t.*,
  d.l12m_recency,
  d.l12m_frequency,
  d.l12m_monetary,
  d.l12m_rfm_score
FROM customer360.transaction_attributes t
LEFT JOIN customer360.transaction_deciles d ON d.amp_id = t.amp_id`,
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
    currency: {
      description: 'The currency of all amounts of the row: that of most of the person’s orders.',
      required: false,
      unique: false,
      pii: false,
    },
  },
};
