/** The form in which two e-mail addresses are equal, as Trino SQL. */
export const comparableEmail = (value: string): string => `LOWER(TRIM(${value}))`;

/** The form in which two phone numbers are equal, as Trino SQL: their last ten digits. */
export function comparablePhone(value: string): string {
  const digits = `REGEXP_REPLACE(${value}, '[^0-9]', '')`;
  return `CASE WHEN LENGTH(${digits}) > 10 THEN SUBSTR(${digits}, LENGTH(${digits}) - 9, 10) ELSE ${digits} END`;
}
