import { InvalidInput } from '../errors.ts';

/** A name as an identifier, in DuckDB and in Trino. */
export function ident(name: string): string {
  if (name === '' || name.includes('\0')) {
    throw new InvalidInput(`${JSON.stringify(name)} can't be a name in SQL: expected one or more characters, none NUL`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names joined by dots, such as a database, a schema and a table. */
export const qualified = (...names: string[]): string => names.map(ident).join('.');

/** A string as a literal, in DuckDB and in Trino. */
export function text(value: string): string {
  if (value.includes('\0')) throw new InvalidInput(`${JSON.stringify(value)} holds a NUL character: SQL text can't`);
  return `'${value.replaceAll("'", "''")}'`;
}

/** A plain value as a literal that both engines give the same type: fractions are doubles, never decimals. */
export function literal(value: string | number | bigint | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  return Number.isFinite(value) ? value.toExponential() : `CAST(${text(String(value))} AS DOUBLE)`;
}

/** A calendar date, such as `2026-11-23`, as a literal. */
export function date(value: string): string {
  if (!isDay(value)) {
    throw new InvalidInput(`${JSON.stringify(value)} is no date: expected one such as 2026-11-23`);
  }
  return `DATE '${value}'`;
}

/** An instant in ISO 8601 UTC, to the microsecond at most, as a literal of a timestamp without zone. */
export function timestamp(value: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?Z?$/.exec(value);
  const [, day, hour, minute, second, fraction] = match ?? [];
  if (day === undefined || !isDay(day)) {
    throw new InvalidInput(`${JSON.stringify(value)} is no instant: expected UTC such as 2026-11-23T10:30:00Z`);
  }
  return `TIMESTAMP '${day} ${hour}:${minute}:${second}.${(fraction ?? '').padEnd(6, '0')}'`;
}

/** True of a day that the calendar has: JavaScript alone would move 2026-02-30 into March. */
function isDay(value: string): boolean {
  const midnight = new Date(`${value}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && midnight.toJSON()?.startsWith(value) === true;
}
