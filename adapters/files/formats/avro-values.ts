import type { AvroType, Logical } from './avro-schema.ts';

/** Values within one record, and how deep they may be: beyond them the bytes are no honest record. */
const [MOST_VALUES, DEEPEST] = [4_000_000, 64];

/** Reads values of Avro's binary encoding one after the other; throws an Error when the bytes are none. */
export class AvroReader {
  readonly #bytes: Buffer;
  #at = 0;
  #values = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  /** One record, as `jsonText` takes it. */
  record(type: AvroType): unknown {
    this.#values = 0;
    return this.#value(type, 0);
  }

  /** A whole number of 64 bits, seven in a byte, its sign in the lowest. */
  long(): bigint {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
      shift += 7n;
      if (shift > 63n) throw new Error('a number has more than 64 bits');
    }
    return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
  }

  /** A length or a count, which is never beyond what is left of the bytes by much. */
  size(): number {
    const size = this.long();
    if (size < 0n || size > BigInt(this.#bytes.length - this.#at))
      throw new Error(`a length of ${size} is beyond the end`);
    return Number(size);
  }

  bytes(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('the bytes end within a value');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error('the bytes end within a value');
    this.#at += 1;
    return byte;
  }

  #value(type: AvroType, depth: number): unknown {
    this.#values += 1;
    if (this.#values > MOST_VALUES) throw new Error(`a record has more than ${MOST_VALUES} values`);
    if (depth > DEEPEST) throw new Error(`a record is more than ${DEEPEST} levels deep`);
    switch (type.kind) {
      case 'record':
        return new Map(type.fields.map((field) => [field.name, this.#value(field.type, depth + 1)]));
      case 'union':
        return this.#value(this.#oneOf(type.branches, 'branch'), depth + 1);
      case 'enum':
        return this.#oneOf(type.symbols, 'symbol');
      case 'array':
        return this.#blocks(() => this.#value(type.items, depth + 1));
      case 'map':
        return new Map(this.#blocks(() => [this.#text(), this.#value(type.items, depth + 1)] as const));
      case 'fixed':
        return asLogical(this.bytes(type.size), type.logical);
      default:
        return asLogical(this.#primitive(type.kind), type.logical);
    }
  }

  #primitive(kind: string): unknown {
    if (kind === 'null') return null;
    if (kind === 'boolean') return this.#oneOf([false, true], 'boolean', this.#byte());
    if (kind === 'int' || kind === 'long') return this.long();
    if (kind === 'float') return shortest(this.bytes(4).readFloatLE(0));
    if (kind === 'double') return this.bytes(8).readDoubleLE(0);
    return kind === 'string' ? this.#text() : this.bytes(this.size());
  }

  #text(): string {
    return TEXT.decode(this.bytes(this.size()));
  }

  #oneOf<T>(choices: readonly T[], what: string, index = Number(this.long())): T {
    if (index < 0 || index >= choices.length) throw new Error(`there is no ${what} ${index}`);
    return choices[index] as T;
  }

  /** Items in blocks, each with their count before it; a negative one is followed by the bytes of the block. */
  #blocks<T>(item: () => T): T[] {
    const items: T[] = [];
    for (let count = this.long(); count !== 0n; count = this.long()) {
      if (count < 0n) this.long();
      const many = count < 0n ? -count : count;
      for (let n = 0n; n < many; n += 1n) items.push(item());
    }
    return items;
  }
}

/** The number of the fewest digits that is this float. */
function shortest(float: number): number {
  const digits = [6, 7, 8].find((count) => Math.fround(Number(float.toPrecision(count))) === float);
  return digits === undefined ? float : Number(float.toPrecision(digits));
}

const TEXT = new TextDecoder('utf-8', { fatal: true });

const perSecond: Readonly<Record<string, [perSecond: bigint, digits: number]>> = {
  millis: [1000n, 3],
  micros: [1_000_000n, 6],
  nanos: [1_000_000_000n, 9],
};
const DAY_SECONDS = 86_400n;

/** Bytes of a duration: months, days and milliseconds. */
export const DURATION_SIZE = 12;

/** Whole numbers that are said as the text of a date or a time. */
export const isInstant = ({ name }: Logical): boolean => name === 'date' || INSTANT.test(name);

const INSTANT = /^(timestamp|local-timestamp|time)-(millis|micros|nanos)$/;

/** What a value stands for; itself when its logical type is unknown or doesn't fit, as the specification has it. */
function asLogical(value: unknown, logical: Logical | undefined): unknown {
  if (logical === undefined) return value;
  const { name, scale } = logical;
  if (Buffer.isBuffer(value)) {
    if (name === 'decimal') return decimalText(value, scale);
    if (name === 'uuid' && value.length === 16) return uuidText(value.toString('hex'));
    if (name === 'duration' && value.length === DURATION_SIZE) return durationOf(value);
    return value;
  }
  if (typeof value !== 'bigint') return value;
  if (name === 'date') return instantText(value * DAY_SECONDS, '').slice(0, 10);
  const [, kind = '', unit = ''] = INSTANT.exec(name) ?? [];
  const [per, digits] = perSecond[unit] ?? [];
  if (per === undefined || digits === undefined) return value;
  const seconds = value / per - (value % per < 0n ? 1n : 0n);
  const fraction = `.${String(value - seconds * per).padStart(digits, '0')}`;
  const text = instantText(seconds, fraction);
  if (kind === 'time') return text.slice(11);
  return kind === 'timestamp' ? `${text}Z` : text;
}

/** `2024-05-01 10:00:00` and the fraction; years beyond those of dates give the bare number. */
function instantText(seconds: bigint, fraction: string): string {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return String(seconds);
  return `${date.toISOString().slice(0, -5).replace('T', ' ')}${fraction}`;
}

function decimalText(bytes: Buffer, scale: number): string {
  const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

const uuidText = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const durationOf = (bytes: Buffer): Map<string, number> =>
  new Map(['months', 'days', 'milliseconds'].map((unit, n) => [unit, bytes.readUInt32LE(n * 4)]));
