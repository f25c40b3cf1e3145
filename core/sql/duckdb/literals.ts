import { InvalidInput, RefusedSql } from '../../errors.ts';
import { date, text, timestamp } from '../quote.ts';
import { type Fields, known, unproven } from '../tree.ts';

const LARGEST = 9_223_372_036_854_775_807n;

/** A literal of Trino with the type that Trino gives it. */
export function printLiteral(fields: Fields): string {
  known('literal', fields, 'literal_type', 'value');
  const value = String(fields.value);
  switch (fields.literal_type) {
    case 'string':
      return text(value);
    case 'number':
      return printNumber(value);
    case 'date':
      return ofCalendar(() => date(value.trim()));
    case 'timestamp':
      if (!/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$/.test(value)) {
        throw unproven(`timestamp '${value}'`, "expected one such as '2026-11-23 10:30:00', without a zone");
      }
      return ofCalendar(() => timestamp(wholeTimestamp(value)));
    default:
      throw unproven(`a ${String(fields.literal_type).replaceAll('_', ' ')} literal`);
  }
}

/** A day that the calendar doesn't have is refused as the rest of a statement is. */
function ofCalendar(print: () => string): string {
  try {
    return print();
  } catch (error) {
    throw error instanceof InvalidInput ? new RefusedSql(error.message) : error;
  }
}

function wholeTimestamp(value: string): string {
  if (value.length === 10) return `${value} 00:00:00`;
  return value.length === 16 ? `${value}:00` : value;
}

function printNumber(value: string): string {
  if (!/^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value)) throw unproven(`the number ${value}`);
  if (/^\d+$/.test(value) && BigInt(value) > LARGEST) {
    throw new RefusedSql(
      `the number ${value} is too large: expected at most ${LARGEST}, or write it with a decimal point`,
    );
  }
  return value;
}
