import { listOf, textOf } from '../records/columns.ts';
import type { StandardRecord } from '../records/standard-record.ts';

/** The columns that fields of the evidence are made of, where that is not one column of their name. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'emails'],
  phone: ['phone', 'phones'],
  address: ['address', 'street', 'po_box', 'city', 'state', 'postal'],
};

const columnsOf = (field: string): readonly string[] => COLUMNS[field] ?? [field];

/** The values of a field that a record holds: several where it has several, of an address its street, else its area. */
export function valuesOf(record: StandardRecord, field: string): string[] {
  if (field === 'address') {
    const value = textOf(record.street) ?? textOf(record.postal) ?? textOf(record.city);
    return value === undefined ? [] : [value];
  }
  const texts = columnsOf(field).flatMap((column) => textOf(record[column]) ?? []);
  return [...new Set(texts.flatMap(listOf))];
}

/** The values that two records agree on: those they share, else, as they are alike, those of both. */
export function agreedValues(one: StandardRecord, other: StandardRecord, field: string): string[] {
  const [mine, theirs] = [valuesOf(one, field), valuesOf(other, field)];
  const shared = mine.filter((value) => theirs.includes(value));
  return (shared.length > 0 ? shared : [...new Set([...mine, ...theirs])]).sort();
}

/** A record as it is without some values of a field; a further address takes the place of one that is gone. */
export function without(record: StandardRecord, field: string, values: readonly string[]): StandardRecord {
  const left = field === 'email' || field === 'phone' ? valuesOf(record, field).filter((v) => !values.includes(v)) : [];
  const kept = Object.fromEntries(Object.entries(record).filter(([column]) => !columnsOf(field).includes(column)));
  const [first] = left;
  return first === undefined ? kept : { ...kept, [field]: first, [`${field}s`]: left };
}

/** A record with another's value of a field. */
export function withValueOf(record: StandardRecord, field: string, other: StandardRecord): StandardRecord {
  const theirs = columnsOf(field).flatMap((column) => (other[column] == null ? [] : [[column, other[column]]]));
  return { ...without(record, field, valuesOf(record, field)), ...Object.fromEntries(theirs) };
}
