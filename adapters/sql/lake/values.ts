import { columnType } from '../../../core/sql/types.ts';

/** A value that an engine gave as text or JSON, as a `ResultSet` has it: integers as numbers while JavaScript holds them exactly. */
export function jsonValue(value: unknown, engineType: string): unknown {
  if (value === null || value === undefined) return null;
  switch (columnType(engineType)) {
    case 'Boolean':
      return value === true || value === 'true';
    case 'Integer':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'Float':
      return Number.isFinite(Number(value)) ? Number(value) : String(value);
    case 'Datetime':
      return instant(String(value));
    default:
      return value;
  }
}

/** ISO 8601 UTC to the microsecond, without zeros at the end. A zone that is not UTC stays to be seen. */
function instant(value: string): string {
  const [, day, time, fraction = '', zone = 'UTC'] =
    /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(?: (.+))?$/.exec(value) ?? [];
  if (day === undefined || zone !== 'UTC') return value;
  return `${day}T${time}${fraction.replace(/\.?0+$/, '')}Z`;
}
