import { ident } from '../../../core/sql/quote.ts';
import type { AvroType, Logical } from './avro-schema.ts';
import { DURATION_SIZE, isInstant } from './avro-values.ts';

/** Types that a file's columns take in all. Types that others name are repeated, by which a short schema may stand for a great many. */
const MOST_TYPES = 10_000;

/** The SQL types of a record's fields as an ingest query sees them, as `AvroReader` says their values; undefined of other schemas. */
export function avroColumns(schema: AvroType): ReadonlyMap<string, string> | undefined {
  if (schema.kind !== 'record' || schema.fields.length === 0) return undefined;
  const types = new SqlTypes();
  return new Map(schema.fields.map(({ name, type }) => [name, types.of(type, [schema])]));
}

const DURATION = 'STRUCT(months BIGINT, days BIGINT, milliseconds BIGINT)';

class SqlTypes {
  #types = 0;

  /** What may be of several types, or is within itself, is JSON. */
  of(type: AvroType, around: readonly AvroType[]): string {
    this.#types += 1;
    if (this.#types > MOST_TYPES || around.includes(type)) return 'JSON';
    const within = [...around, type];
    switch (type.kind) {
      case 'record': {
        const entries = type.fields.map((field) => `${ident(field.name)} ${this.of(field.type, within)}`);
        return entries.length === 0 ? 'JSON' : `STRUCT(${entries.join(', ')})`;
      }
      case 'array':
        return `${this.of(type.items, within)}[]`;
      case 'map':
        return `MAP(VARCHAR, ${this.of(type.items, within)})`;
      case 'union':
        return oneOf(type.branches.filter(({ kind }) => kind !== 'null').map((branch) => this.of(branch, within)));
      case 'enum':
        return 'VARCHAR';
      case 'fixed':
        return type.logical?.name === 'duration' && type.size === DURATION_SIZE ? DURATION : 'VARCHAR';
      default:
        return plain(type.kind, type.logical);
    }
  }
}

function oneOf(types: string[]): string {
  const [first = 'VARCHAR', ...others] = new Set(types);
  if (others.length === 0) return first;
  return [first, ...others].every((type) => type === 'BIGINT' || type === 'DOUBLE') ? 'DOUBLE' : 'JSON';
}

function plain(kind: string, logical: Logical | undefined): string {
  if (kind === 'boolean') return 'BOOLEAN';
  if (kind === 'float' || kind === 'double') return 'DOUBLE';
  if (kind === 'int' || kind === 'long') return logical !== undefined && isInstant(logical) ? 'VARCHAR' : 'BIGINT';
  return 'VARCHAR';
}
