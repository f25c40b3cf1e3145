import type { StitchSettings } from '../contracts/customer360.ts';
import { ident, text } from '../sql/quote.ts';
import { profileColumns, type Shape } from './shape.ts';

const list = (values: string) => values.trim().split('|');

/** Placeholders in any column (reference §3.4). */
const EVERYWHERE = list(
  'BLOCKED|COLLECT|DECLINE|DECLINED|DECLINES|DENIED|EMPTY|INFO|N/A|N A|NAME|NONE|NONE GIVEN|NO VALUE|NOT AVAILABLE|NOT GIVEN|NOTAVAILABLE|NULL|REFUSED|TBD|TDB|TEST|TRAVEL|UNKNOWN',
);

/** By column of a standardised record; `email_user` and `email_domain` are the parts of `email`. */
const BY_COLUMN: Record<string, string[]> = {
  address: list('GENERAL DELIVERY|NEED ADDRESS|NO ADDRESS GIVEN|P O BOX|PO BOX|UNLISTED|YOUR STREET ADDRESS'),
  birthdate: list('1899-12-31|1900-01-01|1920-01-01'),
  city: list('NA|NAN|NEED CITY|NO|NO ADDRESS'),
  state: list('NA|NAN|NEED STATE|NO'),
  postal: list('00000|11111|1111|111|11|1|NA|NAN|NO'),
  given_name: list('BLOCK|CARDHOLDER|CONTACT|GIFT|GUEST|GUESTS|NO NAME|PREPAID|RESERVED|USE|VISA'),
  surname: list('CARDHOLDER|CONTACT|GUESTS|NO NAME|RESERVED|USE'),
  phone: [
    ...Array.from({ length: 10 }, (_, digit) => String(digit).repeat(10)),
    ...list('0000000001|1234567890|1234567891'),
  ],
  email_user: list(
    '0000000000|123|1234|99|ABC|ABC123|ADMIN|BOOKING|CLIENT|CLIENTS|CONFIRMATION|CONFIRMATIONS|CONTACT|CUSTOMERSERVICE|CUSTOMERSERVICES|DECLINE|DECLINED|DENIED|EMAIL|EXAMPLE|FAKENAME|GUEST|GUESTS|HELP|HELPS|HOTELHELP|HOTELPARTNER|HOTELPARTNERS|INFO|JUNK|MAIL|ME|N@A|NAME|NO|NOEMAIL|NOMAIL|NONE|NONENONE|NOREPLY|NOTHANKS|NOTHANKYOU|ONLINERESERVATION|ONLINERESERVATIONS|OPERATION|OPERATIONS|QUERIES|QUERY|REFUSED|RES|RESERVAS|RESERVATION|RESERVATIONS|ROOMRESERVATION|ROOMRESERVATIONS|SAMPLE|SAMPLES|SERVICE|SHOP|TEST|TESTING|TESTEMAIL|TRAVEL|TRAVELS|VENDOR|VENDORS|XXX',
  ),
  email_domain: list('NOEMAIL.COM|NOMAIL.COM|EMAIL.TST'),
};

/** A value that goes with more than so many others is nobody's own. */
const AUTOMATIC = [
  { column: 'email', value: 'email', proxy: 'given_name', limit: 20 },
  { column: 'email', value: 'email', proxy: 'surname', limit: 20 },
  { column: 'phone', value: 'phone', proxy: 'given_name', limit: 20 },
  { column: 'address', value: "concat_ws('|', address, city, state)", proxy: 'given_name', limit: 40 },
];

/** Columns of which it is told, in `blv_<column>`, that a record's value was bad. */
export const flagged = ['address', 'email', 'given_name', 'phone', 'surname'];

/** Semantics as settings and tags spell them, to columns. */
const columnOf = (semantic: string) => semantic.replaceAll('-', '_');

/** Columns in which a value may be bad: texts, and the birth date. */
const judged = (shape: Shape) =>
  profileColumns(shape).filter((column) => !['street', 'po_box', 'emails', 'phones'].includes(column));

/** Table `bad_list` of what is known to be bad beforehand: semantic, datasource (`*` = any), value. */
export function badListSql(shape: Shape, settings: StitchSettings): string {
  const rows = [
    ...judged(shape).flatMap((column) =>
      column === 'birthdate' ? [] : EVERYWHERE.map((value) => [column, '*', value]),
    ),
    ...Object.entries(BY_COLUMN).flatMap(([column, values]) => values.map((value) => [column, '*', value])),
    ...settings.bad_values.map((bad) => [columnOf(bad.semantic), bad.datasource, bad.value.trim().toUpperCase()]),
  ];
  const values = rows.map((row) => `(${row.map((value) => text(value ?? '')).join(', ')})`).join(', ');
  return `CREATE TABLE bad_list AS SELECT DISTINCT * FROM (VALUES ${values}) AS b(semantic, datasource, value)`;
}

/** Table `bad_auto` of values that the data itself shows to be shared: semantic, value, num_values, num_proxy. */
export function automaticBadSql(): string {
  const found = AUTOMATIC.map(
    ({ column, value, proxy, limit }) =>
      `SELECT ${text(column)} AS semantic, value, count(*) AS num_values, count(DISTINCT ${proxy}) AS num_proxy
FROM (SELECT ${value} AS value, ${proxy} FROM standard WHERE ${column} IS NOT NULL)
WHERE value IN (SELECT ${value} FROM standard WHERE ${column} IS NOT NULL GROUP BY 1 HAVING count(*) > ${limit})
GROUP BY value HAVING count(DISTINCT ${proxy}) > ${limit}`,
  );
  return `CREATE TABLE bad_auto AS SELECT semantic, value, max(num_values)::BIGINT AS num_values, max(num_proxy)::BIGINT AS num_proxy
FROM (${found.join(' UNION ALL ')}) GROUP BY semantic, value`;
}

/** Table `bad_value`: the bad values of each source, from both lists, so that one equality join finds them. */
export function badValueSql(): string {
  return `CREATE TABLE bad_value AS SELECT DISTINCT semantic, d.datasource, value
FROM (SELECT semantic, datasource, value FROM bad_list UNION ALL SELECT semantic, '*', value FROM bad_auto) b
JOIN (SELECT DISTINCT datasource FROM record) d ON b.datasource IN ('*', d.datasource)`;
}

/** Table `clean`: standardised records without bad values, which of them were bad, and a hash of what is left. */
export function cleanSql(shape: Shape): string {
  const columns = profileColumns(shape);
  const joined = judged(shape);
  const join = (semantic: string, value: string) =>
    `LEFT JOIN (SELECT datasource, value FROM bad_value WHERE semantic = ${text(semantic)}) AS ${ident(`bad_${semantic}`)}
  ON ${ident(`bad_${semantic}`)}.datasource = s.datasource AND ${ident(`bad_${semantic}`)}.value = ${value}`;
  const joins = [
    ...joined.map((column) => join(column, column === 'birthdate' ? 's.birthdate::VARCHAR' : `s.${ident(column)}`)),
    join('email_user', "split_part(s.email, '@', 1)"),
    join('email_domain', "split_part(s.email, '@', 2)"),
    `LEFT JOIN bad_auto AS bad_place ON bad_place.semantic = 'address' AND bad_place.value = concat_ws('|', s.address, s.city, s.state)`,
  ];
  const good = columns.map(
    (column) => `CASE WHEN NOT ${isBad(column)} THEN s.${ident(column)} END AS ${ident(column)}`,
  );
  return `CREATE TABLE clean AS SELECT *, ${contentHash(columns)} FROM (
SELECT s.rid, s.datasource, ${good.join(', ')}, ${flagged.map((column) => `${isBad(column)} AS blv_${column}`).join(', ')}
FROM standard s ${joins.join('\n')})`;
}

function isBad(column: string): string {
  const hit = (semantic: string) => `${ident(`bad_${semantic}`)}.value IS NOT NULL`;
  if (['address', 'street', 'po_box'].includes(column)) return `(${hit('address')} OR ${hit('place')})`;
  if (column === 'email' || column === 'emails')
    return `(${hit('email')} OR ${hit('email_user')} OR ${hit('email_domain')})`;
  return column === 'phones' ? `(${hit('phone')})` : `(${hit(column)})`;
}

/** What a record says, in 128 bits. */
export function contentHash(columns: readonly string[]): string {
  const all = `concat_ws(chr(31), ${columns.map((column) => `coalesce(${ident(column)}::VARCHAR, chr(30))`).join(', ')})`;
  return `md5_number(${all}) AS content_hash`;
}
