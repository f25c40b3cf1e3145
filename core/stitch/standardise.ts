import type { StitchSettings } from '../contracts/customer360.ts';
import { ident, text } from '../sql/quote.ts';
import { poBox, standardAddress } from './addresses.ts';
import { profileColumns, type Shape } from './shape.ts';

const SUFFIX = "' (JR|SR|II|III|IV)$'";

/** Letters in upper case without accents, words apart by one space. */
const words = (value: string) =>
  `nullif(trim(regexp_replace(translate(upper(strip_accents(replace(${value}, '''', ''))), 'ŁØĐÐÞ', 'LODDT'), '[^\\pL\\pN]+', ' ', 'g')), '')`;

const code = (value: string) => `nullif(trim(upper(strip_accents(${value}))), '')`;

/** Digits of a number without its country's prefix; what has fewer than seven is no number. */
function phone(value: string): string {
  const digits = `regexp_replace(${value}, '[^0-9]+', '', 'g')`;
  return `CASE WHEN length(${digits}) >= 7 THEN right(${digits}, 10) END`;
}

/** Upper case without accents and `+tag`; a text without a user part and a domain is no address. */
function email(value: string): string {
  const plain = `upper(strip_accents(trim(${value})))`;
  return `CASE WHEN contains(${value}, '+') THEN regexp_replace(${plain}, '\\+[^@]*@', '@') WHEN position('@' IN ${value}) > 1 THEN ${plain} END`;
}

const postal = (value: string) =>
  `nullif(regexp_replace(regexp_replace(upper(${value}), '[^A-Z0-9]+', '', 'g'), '^([0-9]{5})[0-9]{4}$', '\\1'), '')`;

const gender = (value: string) =>
  `CASE upper(trim(${value})) WHEN 'M' THEN 'M' WHEN 'MALE' THEN 'M' WHEN 'MAN' THEN 'M' WHEN 'F' THEN 'F' WHEN 'FEMALE' THEN 'F' WHEN 'WOMAN' THEN 'F' ELSE ${code(value)} END`;

const company = (value: string) =>
  `nullif(trim(regexp_replace(${words(value)}, ' (INC|INCORPORATED|LLC|LTD|LIMITED|CORP|CORPORATION|CO|COMPANY|GMBH|AG|PLC|PTY)$', '')), '')`;

/** First given name and last surname of a name in one field, in either order of writing. */
function fullName(value: string): { given: string; surname: string } {
  const turned = `CASE WHEN contains(${value}, ',') THEN split_part(${value}, ',', 2) || ' ' || split_part(${value}, ',', 1) ELSE ${value} END`;
  const bare = `regexp_replace(regexp_replace(${words(turned)}, '^(MR|MRS|MS|MISS|DR|PROF|SIR) ', ''), ${SUFFIX}, '')`;
  return {
    given: `nullif(split_part(${bare}, ' ', 1), '')`,
    surname: `CASE WHEN contains(${bare}, ' ') THEN split_part(${bare}, ' ', -1) END`,
  };
}

/**
 * Tables `record` (rid in the order of datasource and pk, so that no result depends on the order of rows) and, by
 * `standardiseSql`, `standard`: every tagged value in the one form that it is compared in.
 */
export function recordSql(records: string): string {
  return `CREATE TABLE record AS
SELECT (row_number() OVER (ORDER BY datasource, pk) - 1)::INTEGER AS rid, file_row_number AS row, datasource, pk
FROM read_parquet(${text(records)}, file_row_number = true)`;
}

export function standardiseSql(records: string, shape: Shape, settings: StitchSettings): string {
  const raw = (column: string) => (shape.columns.has(column) ? `s.${ident(column)}` : 'NULL::VARCHAR');
  const split = shape.columns.has('full_name') ? fullName(raw('full_name')) : { given: 'NULL', surname: 'NULL' };
  const one = (columns: string[], form: (value: string) => string) =>
    columns.length === 0 ? 'NULL::VARCHAR' : `coalesce(${columns.map((column) => form(raw(column))).join(', ')})`;
  const all = (columns: string[], form: (value: string) => string) =>
    `list_sort(list_distinct(list_filter([${columns.map((column) => form(raw(column))).join(', ')}], lambda v: v IS NOT NULL)))`;
  const key = (column: string) =>
    settings.case_sensitive_fks.includes(column) ? `nullif(trim(${raw(column)}), '')` : code(raw(column));
  const plain = [...shape.foreignKeys, ...shape.separationKeys, ...shape.blockingKeys, ...shape.evidence];
  return `CREATE TABLE standard AS
WITH text AS (
  SELECT r.rid, r.datasource,
    coalesce(${words(raw('given_name'))}, ${split.given})::VARCHAR AS given,
    coalesce(${words(raw('surname'))}, ${split.surname})::VARCHAR AS family,
    ${words(raw('generational_suffix'))} AS suffix,
    ${one(shape.emails, email)} AS email,
    ${one(shape.phones, phone)} AS phone,
    ${standardAddress(raw('address'))} AS street,
    ${standardAddress(raw('address2'))} AS unit,
    ${words(raw('city'))} AS city, ${words(raw('state'))} AS state, ${postal(raw('postal'))} AS postal,
    ${shape.columns.has('birthdate') ? 's.birthdate' : 'NULL'}::DATE AS birthdate,
    ${gender(raw('gender'))} AS gender, ${company(raw('company'))} AS company
    ${shape.emails.length > 1 ? `, ${all(shape.emails, email)} AS emails` : ''}
    ${shape.phones.length > 1 ? `, ${all(shape.phones, phone)} AS phones` : ''}
    ${plain.map((column) => `, ${key(column)} AS ${ident(column)}`).join('')}
  FROM read_parquet(${text(records)}, file_row_number = true) s JOIN record r ON r.row = s.file_row_number
)
SELECT rid, datasource, ${profileColumns(shape).map(finished).join(', ')} FROM text`;
}

/** The last word on a column that is put together from several. A name of one word has no suffix: most are spared the search. */
function finished(column: string): string {
  const without = (value: string) =>
    `CASE WHEN contains(${value}, ' ') THEN regexp_replace(${value}, ${SUFFIX}, '') ELSE ${value} END`;
  const found = (value: string) =>
    `CASE WHEN contains(${value}, ' ') THEN nullif(regexp_extract(${value}, ${SUFFIX}, 1), '') END`;
  const address = `CASE WHEN unit IS NULL THEN street ELSE concat_ws(' ', street, unit) END`;
  switch (column) {
    case 'given_name':
      return `${without('given')} AS given_name`;
    case 'surname':
      return `${without('family')} AS surname`;
    case 'generational_suffix':
      return `coalesce(CASE suffix WHEN 'JUNIOR' THEN 'JR' WHEN 'SENIOR' THEN 'SR' ELSE suffix END, ${found('family')}, ${found('given')}) AS generational_suffix`;
    case 'address':
      return `${address} AS address`;
    case 'po_box':
      return `CASE WHEN contains(${address}, 'BOX') THEN ${poBox(address)} END AS po_box`;
    default:
      return ident(column);
  }
}
