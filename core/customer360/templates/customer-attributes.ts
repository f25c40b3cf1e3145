import type { DatabaseTable } from '../../contracts/customer360.ts';
import { comparableEmail, comparablePhone } from '../contact-addresses.ts';

const TODAY = 'CAST(current_timestamp AS date)';

/** Which consent tables there are; without one, whoever has an address is contactable. */
export interface ConsentTables {
  hasEmailConsent: boolean;
  hasSmsConsent: boolean;
}

/** A consent table folded to what customers are told apart by: their present address, and any of theirs. */
function consent(table: string, address: string, opted: string, comparable: string): string {
  return `,
${address}_consents AS (
  SELECT m.amp_id,
    MAX(CASE WHEN o.${opted} AND o.${address} = ${comparable} THEN 1 ELSE 0 END) = 1 AS contactable,
    MAX(CASE WHEN o.${opted} THEN 1 ELSE 0 END) = 1 AS opted_in
  FROM customer360.merged_customers m
  JOIN customer360.${table} o ON o.amp_id = m.amp_id
  GROUP BY m.amp_id
)`;
}

const churnStates = [
  { upTo: 60, from: 0, state: 'Active' },
  { upTo: 120, from: 60, state: 'Cooling down' },
  { upTo: 240, from: 120, state: 'At risk' },
  { upTo: 365, from: 240, state: 'Highly at risk' },
  { upTo: 730, from: 365, state: 'Lost' },
];

const churn = (then: (state: (typeof churnStates)[number]) => string): string =>
  `CASE
${churnStates.map((state) => `    WHEN t.days_since_latest_order <= ${state.upTo} THEN ${then(state)}`).join('\n')}
  END`;

const contact = (has: boolean, address: string, otherwise: string): string =>
  has ? `COALESCE(${address}_consents.contactable, FALSE)` : otherwise;

const optedIn = (has: boolean, address: string): string =>
  has ? `COALESCE(${address}_consents.opted_in, FALSE)` : 'CAST(NULL AS boolean)';

const consentJoin = (has: boolean, address: string): string =>
  has ? `\nLEFT JOIN ${address}_consents ON ${address}_consents.amp_id = m.amp_id` : '';

function sql({ hasEmailConsent, hasSmsConsent }: ConsentTables): string {
  return `-- What marketers filter people by. is_business, is_employee, is_gift_giver and is_test_account are yours to write.
WITH percentiles AS (
  SELECT r.currency,
    MIN(CASE WHEN r.place * 1000 >= r.people * 990 THEN r.revenue END) AS reseller_revenue,
    MIN(CASE WHEN r.place * 1000 >= r.people * 995 THEN r.revenue END) AS outlier_revenue
  FROM (
    SELECT t.currency, t.lifetime_order_revenue AS revenue,
      ROW_NUMBER() OVER (PARTITION BY t.currency ORDER BY t.lifetime_order_revenue, t.amp_id) AS place,
      COUNT(*) OVER (PARTITION BY t.currency) AS people
    FROM customer360.transaction_attributes t
    WHERE t.lifetime_order_frequency > 0
  ) r
  GROUP BY r.currency
),
crowds AS (
  SELECT DISTINCT c.amp_id
  FROM (
    SELECT u.amp_id, COUNT(*) OVER (PARTITION BY u.supersized_id) AS records
    FROM customer360.unified_coalesced u
    WHERE u.is_supersized
  ) c
  WHERE c.records > 50
),
buyers AS (
  SELECT h.amp_id,
    ROW_NUMBER() OVER (PARTITION BY h.household_id, t.currency ORDER BY t.lifetime_order_revenue DESC, h.amp_id) AS place
  FROM customer360.merged_households h
  JOIN customer360.transaction_attributes t ON t.amp_id = h.amp_id
  WHERE t.lifetime_order_frequency > 0
)${hasEmailConsent ? consent('email_opt_status', 'email', 'is_email_opted_in', comparableEmail('m.email')) : ''}${hasSmsConsent ? consent('sms_opt_status', 'phone', 'is_sms_opted_in', comparablePhone('m.phone')) : ''}
SELECT
  m.amp_id,
  m.address_completion = 4 AS contactable_address,
  ${contact(hasEmailConsent, 'email', 'm.email_completion > 0')} AS contactable_email,
  ${contact(hasSmsConsent, 'phone', 'm.phone_completion > 0')} AS contactable_phone,
  m.phone_completion > 0 OR m.email_completion > 0 AS contactable_paid_social,
  m.phone_completion > 0 OR m.email_completion > 0 OR m.address_completion > 0 AS contactable_global,
  CASE
    WHEN date_diff('day', CAST(t.first_order_datetime AS date), ${TODAY}) <= 30 THEN 'New'
    WHEN t.days_since_latest_order <= 365 THEN 'Active'
    WHEN t.days_since_latest_order <= 730 THEN 'Lapsed'
    WHEN t.days_since_latest_order > 730 THEN 'Dormant'
    ELSE 'Prospect'
  END AS historical_purchaser_lifecycle_status,
  ${churn(({ state }) => `'${state}'`)} AS churn_trigger,
  ${churn(({ from }) => (from === 0 ? 't.latest_order_datetime' : `date_add('day', ${from}, t.latest_order_datetime)`))} AS churn_trigger_start_datetime,
  CAST(NULL AS boolean) AS is_business,
  CAST(NULL AS boolean) AS is_employee,
  CAST(NULL AS boolean) AS is_gift_giver,
  CAST(NULL AS boolean) AS is_test_account,
  COALESCE(t.lifetime_order_revenue > p.outlier_revenue, FALSE) AS is_outlier,
  COALESCE(c.amp_id IS NOT NULL AND t.lifetime_order_revenue > p.reseller_revenue, FALSE) AS is_reseller,
  COALESCE(b.place = 1, FALSE) AS is_primary_buyer_household,
  COALESCE(t.lifetime_order_frequency, 0) >= 1 AS is_purchaser,
  COALESCE(t.lifetime_order_frequency, 0) < 1 AS is_prospect,
  m.phone_completion = 0 AND m.email_completion = 0 AND m.address_completion = 0 AND m.name_completion = 0 AS is_no_pii_amp_id,
  ${optedIn(hasEmailConsent, 'email')} AS is_opted_into_email,
  ${optedIn(hasSmsConsent, 'phone')} AS is_opted_into_sms
FROM customer360.merged_customers m
LEFT JOIN customer360.transaction_attributes t ON t.amp_id = m.amp_id
LEFT JOIN percentiles p ON p.currency = t.currency
LEFT JOIN crowds c ON c.amp_id = m.amp_id
LEFT JOIN buyers b ON b.amp_id = m.amp_id${consentJoin(hasEmailConsent, 'email')}${consentJoin(hasSmsConsent, 'phone')}`;
}

export const customerAttributes = (consents: ConsentTables): DatabaseTable => ({
  id: 'table/customer-attributes',
  database: 'customer360',
  name: 'customer_attributes',
  description:
    'One row a person: how they can be reached, where they are in their life as a customer, and what stands out.',
  sql: sql(consents),
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
  },
});
