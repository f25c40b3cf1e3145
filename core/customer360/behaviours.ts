import type { ColumnType } from '../contracts/types.ts';
import { columnOfTag } from '../semantics/registry.ts';
import { ident, text } from '../sql/quote.ts';
import { comparableEmail, comparablePhone } from './contact-addresses.ts';
import { type KeyOptions, personOf } from './foreign-keys.ts';
import { flag, selectList, type TaggedTable, tablesTagged, tagged, tagsOf, valueAs } from './tagged-tables.ts';

type Columns = Record<string, ColumnType | 'Money' | 'flag'>;

/** Tags of a group that the tables carry beside the known ones, as column → type: all text. */
function ownColumns(tables: readonly TaggedTable[], prefix: string, known: Columns): Columns {
  const names = tables
    .flatMap(tagsOf)
    .filter((tag) => tag.startsWith(prefix))
    .map(columnOfTag)
    .filter((name) => !(name in known));
  return Object.fromEntries([...new Set(names)].sort().map((name) => [name, 'String' as const]));
}

/** The columns of a group of tags from one table, as the alias `t` gives them. */
function groupValues(table: TaggedTable, prefix: string, columns: Columns): [string, string][] {
  return Object.entries(columns).map(([name, type]) => {
    const column = tagged(table, `${prefix}${name.replaceAll('_', '-')}`);
    return [name, type === 'flag' ? flag(column) : valueAs(column, type)];
  });
}

const eventColumns: Columns = {
  brand: 'String',
  email: 'String',
  event_datetime: 'Datetime',
  event_type: 'String',
  region: 'String',
  send_id: 'String',
  campaign_id: 'String',
  campaign_name: 'String',
  treatment_id: 'String',
  treatment_name: 'String',
};

const loyaltyColumns: Columns = {
  loyalty_id: 'String',
  is_opted_in: 'flag',
  latest_opted_in_datetime: 'Datetime',
  latest_opt_out_datetime: 'Datetime',
  latest_update_datetime: 'Datetime',
  birthdate: 'Date',
  email: 'String',
  current_balance: 'Money',
  current_balance_expiration_datetime: 'Datetime',
  current_tier: 'String',
  current_tier_start_datetime: 'Datetime',
  current_tier_expiration_datetime: 'Datetime',
  lifetime_balance: 'Money',
  next_tier: 'String',
  sign_up_channel: 'String',
  sign_up_method: 'String',
  spend_to_keep_tier: 'Money',
  spend_to_next_tier: 'Money',
};

const loyaltyEventColumns: Columns = {
  loyalty_id: 'String',
  event_datetime: 'Datetime',
  event_type: 'String',
  event_description: 'String',
  email: 'String',
  accrual_amount: 'Money',
  accrual_datetime: 'Datetime',
  award_id: 'String',
  current_point_balance: 'Money',
  previous_point_balance: 'Money',
  current_tier: 'String',
  previous_tier: 'String',
  tier_start_datetime: 'Datetime',
  tier_end_datetime: 'Datetime',
  expiration_datetime: 'Datetime',
  order_id: 'String',
  order_datetime: 'Datetime',
  redemption_amount: 'Money',
  redemption_datetime: 'Datetime',
  reservation_id: 'String',
  reservation_datetime: 'Datetime',
};

/** Tables of one group, one under the other; with the person where the group belongs to people. */
function unionSql(tables: readonly TaggedTable[], prefix: string, known: Columns, keys?: KeyOptions): string {
  const sources = tablesTagged(tables, prefix);
  const columns = { ...known, ...ownColumns(sources, prefix, known) };
  return sources
    .map((table) => {
      const person = keys === undefined ? undefined : personOf(table, keys);
      return `SELECT
${selectList([
  ...(person === undefined ? [] : [['amp_id', person.ampId] as const]),
  ['datasource', text(table.name)],
  ['pk', 't."_pk"'],
  ...groupValues(table, prefix, columns),
])}
FROM domain.${ident(table.name)} t${person?.joins ?? ''}`;
    })
    .join('\nUNION ALL\n');
}

export const productCatalogSql = (tables: readonly TaggedTable[]): string =>
  unionSql(tables, 'pc/', { product_id: 'String', product_msrp: 'Money' });

export const emailEventsSql = (tables: readonly TaggedTable[]): string =>
  unionSql(tables, 'email-event/', eventColumns);

export const loyaltySql = (tables: readonly TaggedTable[], keys: KeyOptions): string =>
  unionSql(tables, 'loy/', loyaltyColumns, keys);

export const loyaltyEventsSql = (tables: readonly TaggedTable[], keys: KeyOptions): string =>
  unionSql(tables, 'loy-event/', loyaltyEventColumns, keys);

/** The calendar by day, with the end of each fiscal week. */
export function fiscalCalendarSql(tables: readonly TaggedTable[]): string {
  const known: Columns = {
    calendar_date: 'Date',
    fiscal_year: 'String',
    fiscal_quarter: 'String',
    fiscal_month: 'String',
    fiscal_week_number: 'String',
    fiscal_week_start: 'Date',
    day_of_week: 'String',
    holiday_sale_name: 'String',
  };
  return `SELECT
  d.calendar_date, d.fiscal_year, d.fiscal_quarter, d.fiscal_month, d.fiscal_week_number, d.fiscal_week_start,
  MAX(d.calendar_date) OVER (PARTITION BY d.fiscal_week_start) AS fiscal_week_end, d.day_of_week, d.holiday_sale_name
FROM (
${unionSql(tables, 'fiscal/', known)}
) d`;
}

/** How one kind of consent is told: the tags of its rows, its address, and the records' column it is compared with. */
interface Consent {
  prefix: string;
  address: string;
  opted: string;
  profile: 'email' | 'phone';
  details: string[];
  /** The form in which two addresses are equal. */
  comparable: (value: string) => string;
}

const emailConsent: Consent = {
  prefix: 'email-opt/',
  address: 'email',
  opted: 'is_email_opted_in',
  profile: 'email',
  details: ['brand', 'region', 'email_program', 'email_frequency', 'language_preference'],
  comparable: comparableEmail,
};

const smsConsent: Consent = {
  prefix: 'sms-opt/',
  address: 'phone',
  opted: 'is_sms_opted_in',
  profile: 'phone',
  details: ['brand', 'region', 'sms_program', 'sms_frequency', 'language_preference'],
  comparable: comparablePhone,
};

/**
 * The present consent of each address, brand, region and program, once for every person whose records have the address;
 * rows of one key are decided by the one updated last. Addresses of nobody stay, without a person.
 */
function consentSql(tables: readonly TaggedTable[], consent: Consent, hasPeople: boolean): string {
  const { address, opted, details, comparable } = consent;
  const program = details[2] ?? '';
  const columns: Columns = { [address]: 'String', [opted]: 'flag' };
  for (const name of details) columns[name] = 'String';
  const rows = tablesTagged(tables, consent.prefix).map(
    (table) => `  SELECT
${selectList([['datasource', text(table.name)], ['pk', 't."_pk"'], ['updated', 't."_updated"'], ...groupValues(table, consent.prefix, columns)])}
  FROM domain.${ident(table.name)} t`,
  );
  const key = ['brand', 'region', program].map((name) => `r.${name}`).join(', ');
  const people = `
LEFT JOIN (
  SELECT DISTINCT c.amp_id, ${comparable(`SPLIT_PART(c.${consent.profile}, ',', 1)`)} AS address
  FROM customer360.unified_coalesced c
  WHERE c.${consent.profile} IS NOT NULL
) p ON p.address = o.address`;
  return `SELECT
${selectList([
  ['amp_id', hasPeople ? 'p.amp_id' : 'CAST(NULL AS varchar)'],
  [address, 'o.address'],
  ...details.map((name) => [name, `o.${name}`] as const),
  [opted, `o.${opted}`],
])}
FROM (
  SELECT r.*, ${comparable(`r.${address}`)} AS address,
    ROW_NUMBER() OVER (PARTITION BY ${comparable(`r.${address}`)}, ${key} ORDER BY r.updated DESC, r.datasource, r.pk) AS place
  FROM (
${rows.join('\nUNION ALL\n')}
  ) r
  WHERE r.${address} IS NOT NULL
) o${hasPeople ? people : ''}
WHERE o.place = 1`;
}

export const emailOptStatusSql = (tables: readonly TaggedTable[], hasPeople: boolean): string =>
  consentSql(tables, emailConsent, hasPeople);

export const smsOptStatusSql = (tables: readonly TaggedTable[], hasPeople: boolean): string =>
  consentSql(tables, smsConsent, hasPeople);
