import type { Span } from '../comparisons/similarity.ts';
import { Dictionary, type DictionaryData } from './dictionary.ts';
import { grown, shared } from './grown.ts';

/** What stands between the columns of a row, between rows, and between the values of one column. */
export const marks = { column: 31, row: 30, value: 29 } as const;

const VALUE = String.fromCharCode(marks.value);

/** The values of a column that holds several, from their one text. */
export const listOf = (text: string): string[] => text.split(VALUE);

/** Its counterpart. */
export const textOf = (value: string | readonly string[] | null | undefined): string | undefined =>
  value == null || typeof value === 'string' ? (value ?? undefined) : value.join(VALUE);

/** What is made of a text; undefined and the empty text are none. */
type Make = (text: string) => string | undefined;

/** A column as plain data: of each row of the grid the place that holds its codes, and the texts behind them. */
export interface ColumnData {
  grid: Int32Array;
  width: number;
  at: number;
  texts: DictionaryData;
}

/** A column of records: the number of each one's text, -1 where there is none. */
export class Column {
  readonly dictionary: Dictionary;
  #codes: Int32Array | undefined;
  #grid: Int32Array;
  #width = 1;
  #at = 0;

  constructor(codes: Int32Array, dictionary: Dictionary) {
    this.dictionary = dictionary;
    this.#codes = codes;
    this.#grid = codes;
  }

  /** A column of another thread's. */
  static from({ grid, width, at, texts }: ColumnData): Column {
    const column = new Column(grid, Dictionary.from(texts));
    if (width > 1) column.#codes = undefined;
    column.#width = width;
    column.#at = at;
    return column;
  }

  data(): ColumnData {
    return { grid: this.#grid, width: this.#width, at: this.#at, texts: this.dictionary.data() };
  }

  get codes(): Int32Array {
    this.#codes ??= this.#column();
    return this.#codes;
  }

  #column(): Int32Array {
    const codes = new Int32Array(this.#grid.length / this.#width);
    for (let record = 0; record < codes.length; record++) codes[record] = this.code(record);
    return codes;
  }

  /** Lays the codes of columns side by side, record by record: comparing two records then reads two places of memory, not two a column. */
  static laidOut(columns: readonly Column[]): void {
    const [width, size] = [columns.length, columns[0]?.codes.length ?? 0];
    const grid = shared.integers(width * size);
    columns.forEach((column, at) => {
      const { codes } = column;
      for (let record = 0; record < size; record++) grid[record * width + at] = codes[record] ?? -1;
      column.#grid = grid;
      column.#codes = undefined;
      column.dictionary.settle();
      column.#width = width;
      column.#at = at;
    });
  }

  /** A column without a value in any of so many records. */
  static empty(size: number): Column {
    return new Column(new Int32Array(size).fill(-1), new Dictionary());
  }

  static of(texts: readonly (string | undefined)[]): Column {
    const dictionary = new Dictionary();
    return new Column(
      Int32Array.from(texts, (text) => (text ? dictionary.addText(text) : -1)),
      dictionary,
    );
  }

  code(record: number): number {
    return this.#grid[record * this.#width + this.#at] ?? -1;
  }

  text(record: number): string | undefined {
    const code = this.code(record);
    return code < 0 ? undefined : this.dictionary.text(code);
  }

  /** No record has a value. */
  get isEmpty(): boolean {
    return this.dictionary.size === 0;
  }

  /** Finds the letters of a text. It gives one span, written over each time: two texts are compared by two of these. */
  spans(): (code: number) => Span {
    const { letters, starts } = this.dictionary.letters();
    const span: Span = { letters, from: 0, to: 0 };
    return (code) => {
      span.from = starts[code] ?? 0;
      span.to = starts[code + 1] ?? 0;
      return span;
    };
  }

  /** What is made of each text, once for each text. */
  derived(make: Make): Column {
    const dictionary = new Dictionary();
    const made = new Int32Array(this.dictionary.size);
    for (let code = 0; code < made.length; code++) {
      const text = make(this.dictionary.text(code));
      made[code] = text === undefined || text === '' ? -1 : dictionary.addText(text);
    }
    return new Column(renumbered(this.codes, made), dictionary);
  }

  /** Of these records, in this order. */
  taking(records: Int32Array): Column {
    return new Column(renumbered(records, this.codes), this.dictionary);
  }

  /** How many records hold each text. */
  holders(): Int32Array {
    return heldBy(this.codes, this.dictionary.size);
  }
}

/** How many records have each of so many numbers; -1 is none. By place: `for … of` takes five times as long over numbers. */
export function heldBy(codes: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (let record = 0; record < codes.length; record++) {
    const code = codes[record] ?? -1;
    if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** The new numbers of old ones; -1 stays. */
export function renumbered(codes: Int32Array, numbers: Int32Array): Int32Array {
  const found = shared.integers(codes.length);
  for (let i = 0; i < found.length; i++) {
    const code = codes[i] ?? -1;
    found[i] = code < 0 ? -1 : (numbers[code] ?? -1);
  }
  return found;
}

/** What is made of the texts of several columns together, once for each combination of them that a record has. */
export function combined(
  columns: readonly Column[],
  make: (texts: readonly (string | undefined)[]) => string | undefined,
): Column {
  const size = columns[0]?.codes.length ?? 0;
  const { numbers, firsts } = combinations(
    columns.map(({ codes }) => codes),
    size,
  );
  const dictionary = new Dictionary();
  const made = firsts.map((record) => {
    const text = make(columns.map((column) => column.text(record)));
    return text === undefined || text === '' ? -1 : dictionary.addText(text);
  });
  return new Column(renumbered(numbers, made), dictionary);
}

/** The first value that a record has in any of the columns. */
export function firstOf(columns: readonly Column[]): Column {
  const filled = columns.filter((column) => !column.isEmpty);
  const [only = columns[0]] = filled;
  if (only === undefined) throw new RangeError('the first of no columns: expected one at least');
  return filled.length < 2 ? only : combined(filled, (texts) => texts.find((text) => text !== undefined));
}

/** Numbers the combinations of codes that so many records have, and tells the first record of each. */
export function combinations(codes: readonly Int32Array[], size: number): { numbers: Int32Array; firsts: Int32Array } {
  let slots = new Int32Array(1 << Math.max(4, Math.ceil(Math.log2(size + 1)))).fill(-1);
  let firsts = new Int32Array(slots.length >> 1);
  let count = 0;
  const numbers = new Int32Array(size);
  const slotOf = (record: number) => {
    const mask = slots.length - 1;
    let slot = combinationHash(codes, record) & mask;
    for (let known = slots[slot] ?? -1; known >= 0; known = slots[slot] ?? -1) {
      if (sameCodes(codes, firsts[known] ?? 0, record)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const widen = () => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    firsts = grown(firsts, slots.length >> 1);
    for (let known = 0; known < count; known++) slots[slotOf(firsts[known] ?? 0)] = known;
  };
  for (let record = 0; record < size; record++) {
    const slot = slotOf(record);
    const known = slots[slot] ?? -1;
    numbers[record] = known < 0 ? count : known;
    if (known >= 0) continue;
    slots[slot] = count;
    firsts[count++] = record;
    if (count === firsts.length) widen();
  }
  return { numbers, firsts: firsts.slice(0, count) };
}

function combinationHash(codes: readonly Int32Array[], record: number): number {
  let hash = 0;
  for (let i = 0; i < codes.length; i++) {
    hash = Math.imul(hash ^ (codes[i]?.[record] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

function sameCodes(codes: readonly Int32Array[], one: number, other: number): boolean {
  for (let i = 0; i < codes.length; i++) if (codes[i]?.[one] !== codes[i]?.[other]) return false;
  return true;
}
