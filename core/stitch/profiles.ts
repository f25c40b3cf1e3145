import { Dictionary } from './dictionary.ts';
import type { Span } from './similarity.ts';

/** What stands between the columns of a row, between rows, and between the values of one column. */
export const marks = { column: 31, row: 30, value: 29 } as const;

/** The values of a column that holds several, from their one text. */
export const listOf = (text: string): string[] => text.split(String.fromCharCode(marks.value));

/** Its counterpart. */
export const textOf = (value: string | readonly string[] | null | undefined): string | undefined =>
  value == null || typeof value === 'string' ? (value ?? undefined) : value.join(String.fromCharCode(marks.value));

type Row = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** A column of the profiles: the number of each one's text, -1 where there is none. */
export class Column {
  readonly codes: Int32Array;
  readonly dictionary: Dictionary;

  constructor(codes: Int32Array, dictionary: Dictionary) {
    this.codes = codes;
    this.dictionary = dictionary;
  }

  code(profile: number): number {
    return this.codes[profile] ?? -1;
  }

  text(profile: number): string | undefined {
    const code = this.code(profile);
    return code < 0 ? undefined : this.dictionary.text(code);
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

  /** What is made of each text, once for each text; undefined is none. */
  derived(make: (text: string) => string | undefined): Column {
    const dictionary = new Dictionary();
    const made = Int32Array.from({ length: this.dictionary.size }, (_, code) => {
      const text = make(this.dictionary.text(code));
      return text === undefined || text === '' ? -1 : dictionary.addText(text);
    });
    return new Column(
      this.codes.map((code) => made[code] ?? -1),
      dictionary,
    );
  }

  /** The same for the texts themselves: a column by their numbers instead of by profiles. */
  each(make: (text: string) => string | undefined): Column {
    const codes = Int32Array.from({ length: this.dictionary.size }, (_, code) => code);
    return new Column(codes, this.dictionary).derived(make);
  }

  /** How many profiles hold each text. */
  holders(): Int32Array {
    const counts = new Int32Array(this.dictionary.size);
    for (const code of this.codes) if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  }
}

/** What Stitch compares: profiles in the order of their first records, column by column. */
export class Profiles {
  /** The number of each profile's first record, ascending. */
  readonly ids: Int32Array;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(ids: Int32Array, columns: ReadonlyMap<string, Column>) {
    this.ids = ids;
    this.#columns = columns;
  }

  get size(): number {
    return this.ids.length;
  }

  /** The place of the profile with a number. */
  place(id: number): number {
    let [from, to] = [0, this.size];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.ids[middle] ?? 0) < id) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** A column that the run lacks has no values. */
  column(name: string): Column {
    return this.#columns.get(name) ?? new Column(new Int32Array(this.size).fill(-1), new Dictionary());
  }

  /** Few profiles, as records of texts. */
  static of(rows: readonly Row[], columns: readonly string[]): Profiles {
    const ids = Int32Array.from(rows, (_, i) => i);
    const read = columns.map((name): [string, Column] => {
      const dictionary = new Dictionary();
      const codes = Int32Array.from(rows, (row) => {
        const text = textOf(row[name]);
        return text ? dictionary.addText(text) : -1;
      });
      return [name, new Column(codes, dictionary)];
    });
    return new Profiles(ids, new Map(read));
  }
}

/** Takes profiles in as text: rows of a number and the columns, apart by `marks`, in any order. */
export class ProfileReader {
  readonly #names: readonly string[];
  readonly #ids: Int32Array;
  readonly #codes: Int32Array[];
  readonly #dictionaries: Dictionary[];
  #rows = 0;

  constructor(names: readonly string[], size: number) {
    this.#names = names;
    this.#ids = new Int32Array(size);
    this.#codes = names.map(() => new Int32Array(size));
    this.#dictionaries = names.map(() => new Dictionary());
  }

  read(rows: Uint8Array): void {
    let at = 0;
    while (at < rows.length) {
      let id = 0;
      for (let digit = rows[at] ?? 0; digit >= 48; digit = rows[++at] ?? 0) id = 10 * id + digit - 48;
      at = this.#readRow(rows, at);
      this.#ids[this.#rows++] = id;
      at++;
    }
  }

  #readRow(rows: Uint8Array, start: number): number {
    let at = start;
    for (let column = 0; column < this.#names.length; column++) {
      const from = ++at;
      for (let byte = rows[at]; byte !== undefined && byte !== marks.column && byte !== marks.row; byte = rows[at])
        at++;
      const codes = this.#codes[column];
      if (codes) codes[this.#rows] = at === from ? -1 : (this.#dictionaries[column]?.add(rows, from, at) ?? -1);
    }
    return at;
  }

  profiles(): Profiles {
    const ids = this.#ids.slice().sort();
    const row = new Int32Array((ids.at(-1) ?? 0) + 1);
    this.#ids.forEach((id, place) => {
      row[id] = place;
    });
    const sorted = (column: Int32Array) => ids.map((id) => column[row[id] ?? 0] ?? 0);
    const columns = this.#names.map((name, i): [string, Column] => [
      name,
      new Column(sorted(this.#codes[i] ?? new Int32Array()), this.#dictionaries[i] ?? new Dictionary()),
    ]);
    return new Profiles(ids, new Map(columns));
  }
}
