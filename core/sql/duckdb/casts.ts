import { type Fields, known, type Node, unproven } from '../tree.ts';
import type { Printer } from './printer.ts';
import { isZoned, zoned } from './zones.ts';

interface TypeFields {
  data_type: string;
  length?: number | null;
  precision?: number | null;
  scale?: number | null;
  timezone?: boolean;
}

const INTEGERS: Record<string, string> = {
  tiny_int: 'TINYINT',
  small_int: 'SMALLINT',
  int: 'INTEGER',
  big_int: 'BIGINT',
};
const HALF_MILLISECOND = "INTERVAL '500 microseconds'";

/**
 * CAST and TRY_CAST. Text is first checked against what Trino reads, since DuckDB reads more and rounds otherwise;
 * the macros turn what Trino refuses into text that no cast takes.
 */
export function printCast(fields: Fields, printer: Printer, tries: boolean): string {
  known('cast', fields, 'this', 'to');
  const to = fields.to as TypeFields;
  const source = fields.this as Node;
  const cast = tries ? 'TRY_CAST' : 'CAST';
  if (isZoned(source)) return castZoned(to, zoned(source, printer));
  return printer.once(printer.expression(source), (value) => convert(to, value, cast));
}

/** Literals whose type is plain to see: they need none of what reads text, which takes the engine a while to bind. */
const IS_WHOLE = /^\d+$/;
const IS_TYPED = /^(?:\d+(?:\.\d*)?|(?:DATE|TIMESTAMP) '[^']*')$/;

function convert(to: TypeFields, value: string, cast: string): string {
  const integer = INTEGERS[to.data_type];
  if (integer !== undefined) {
    const rounded = IS_WHOLE.test(value) ? value : `trino_rounded(${value}, k := trino_kind(${value}))`;
    return ofText(value, integer, cast, 'integer', rounded);
  }
  switch (to.data_type) {
    case 'var_char':
      if (value === 'NULL') return 'CAST(NULL AS VARCHAR)';
      return to.length == null ? `trino_varchar(${value})` : `trino_varchar_of(${value}, ${to.length})`;
    case 'boolean':
      return ofText(value, 'BOOLEAN', cast, 'boolean');
    case 'double':
      return ofText(value, 'DOUBLE', cast, 'double');
    case 'decimal':
      return toDecimal(to, value, cast);
    case 'date':
      return ofText(value, 'DATE', cast, 'date');
    case 'timestamp':
      return toTimestamp(to, value, cast);
    default:
      throw unproven(`cast to ${to.data_type.replaceAll('_', ' ')}`);
  }
}

/** A cast whose text goes through the macro `trino_<kind>_text`. */
function ofText(value: string, type: string, cast: string, kind: string, other = value): string {
  if (IS_TYPED.test(value)) return `${cast}(${other} AS ${type})`;
  return (
    `(CASE WHEN typeof(${value}) = 'VARCHAR' THEN ${cast}(trino_${kind}_text(${value}) AS ${type}) ` +
    `ELSE ${cast}(${other} AS ${type}) END)`
  );
}

/** Doubles become decimals through their shortest text, as in Trino: 1.005 is 1.01 with two digits, not 1.00. */
function toDecimal(to: TypeFields, value: string, cast: string): string {
  if (to.precision == null)
    throw unproven('decimal without precision', 'write decimal(38, 0), or the digits that you need');
  const type = `DECIMAL(${to.precision}, ${to.scale ?? 0})`;
  if (IS_TYPED.test(value)) return `${cast}(${value} AS ${type})`;
  return (
    `(CASE WHEN typeof(${value}) IN ('VARCHAR', 'DOUBLE') THEN ${cast}(trino_decimal_text(${value}) AS ${type}) ` +
    `ELSE ${cast}(${value} AS ${type}) END)`
  );
}

function toTimestamp(to: TypeFields, value: string, cast: string): string {
  if (to.timezone === true) throw unproven('timestamp with time zone', 'this engine keeps no zones');
  const precise = ofText(value, 'TIMESTAMP', cast, 'timestamp');
  if (to.precision === 6) return precise;
  if (to.precision != null && to.precision !== 3) throw unproven(`timestamp(${to.precision})`);
  return `date_trunc('millisecond', ${precise} + ${HALF_MILLISECOND})`;
}

function castZoned(to: TypeFields, local: string): string {
  if (to.data_type === 'date') return `CAST(${local} AS DATE)`;
  if (to.data_type === 'timestamp' && to.timezone !== true) return toTimestamp(to, local, 'CAST');
  throw unproven('a cast of a time in a zone', 'cast it to timestamp or date');
}
