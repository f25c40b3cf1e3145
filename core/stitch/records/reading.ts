import { type Crew, dealt, handsFor } from '../crew.ts';
import { Column, type ColumnData, marks, renumbered } from './columns.ts';
import { Dictionary } from './dictionary.ts';
import { grown } from './grown.ts';

/** Rows as text, many in a piece; and which of their columns are taken in, as that goes to another thread. */
interface ReadPart {
  pieces: readonly Uint8Array[];
  names: readonly string[];
  wanted: ReadonlySet<string>;
}

/** Reading comes first, while hands are still beginning: so many times as much must there be to wait for them. */
const WORTH = 4;

/** Columns by name, in the order of `ids`. */
export interface ReadColumns {
  ids: Int32Array;
  columns: Map<string, Column>;
}

/** Takes in so many rows as text: every hand goes through all of them, and takes some of the columns. */
export async function readPieces(
  crew: Crew,
  rows: number,
  pieces: readonly Uint8Array[],
  names: readonly string[],
): Promise<ReadColumns> {
  const parts = 1 + handsFor(crew, rows / WORTH);
  const [mine = new Set<string>(), ...others] = dealt(names, parts).map((some) => new Set(some));
  const given = crew.give(
    'read',
    others.map((wanted) => ({ pieces, names, wanted })),
  );
  const { ids, columns } = read({ pieces, names, wanted: mine });
  const theirs = (await given).flat().map(([name, column]): [string, Column] => [name, Column.from(column)]);
  const made = new Map([...columns, ...theirs]);
  return { ids, columns: new Map(names.flatMap((name) => (made.has(name) ? [[name, made.get(name) as Column]] : []))) };
}

/** A hand's part. */
export const readPart = (part: ReadPart): [string, ColumnData][] =>
  read(part).columns.map(([name, column]) => [name, column.data()]);

function read({ pieces, names, wanted }: ReadPart) {
  const reader = new ColumnReader(names, wanted);
  for (const piece of pieces) reader.read(piece);
  return reader.columns();
}

/** Takes some of the columns in as text: rows of a number and all columns, apart by `marks`, in any order. */
class ColumnReader {
  readonly #names: readonly string[];
  /** By column whether it is taken in. */
  readonly #wanted: readonly boolean[];
  #ids = new Int32Array(1 << 10);
  #codes: Int32Array[];
  readonly #dictionaries: Dictionary[];
  #rows = 0;

  constructor(names: readonly string[], wanted: ReadonlySet<string>) {
    this.#names = names;
    this.#wanted = names.map((name) => wanted.has(name));
    this.#codes = names.map(() => new Int32Array(1 << 10));
    this.#dictionaries = names.map(() => new Dictionary());
  }

  read(rows: Uint8Array): void {
    let at = 0;
    while (at < rows.length) {
      if (this.#rows === this.#ids.length) this.#widen();
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
      if (codes && this.#wanted[column])
        codes[this.#rows] = at === from ? -1 : (this.#dictionaries[column]?.add(rows, from, at) ?? -1);
    }
    return at;
  }

  #widen(): void {
    const size = 2 * this.#rows;
    this.#ids = grown(this.#ids, size);
    this.#codes = this.#codes.map((codes, column) => (this.#wanted[column] ? grown(codes, size) : codes));
  }

  /** What was read, in the order of the rows' numbers. */
  columns(): { ids: Int32Array; columns: [string, Column][] } {
    const ids = this.#ids.slice(0, this.#rows);
    const order = orderOf(ids);
    const columns = this.#names.flatMap((name, i): [string, Column][] =>
      this.#wanted[i]
        ? [[name, new Column(renumbered(order, this.#codes[i] ?? ids), this.#dictionaries[i] ?? new Dictionary())]]
        : [],
    );
    return { ids: renumbered(order, ids), columns };
  }
}

/** The places of distinct numbers in ascending order. */
function orderOf(numbers: Int32Array): Int32Array {
  const sorted = numbers.slice().sort();
  const place = new Int32Array((sorted.at(-1) ?? 0) + 1);
  for (let i = 0; i < numbers.length; i++) place[numbers[i] ?? 0] = i;
  return renumbered(sorted, place);
}
