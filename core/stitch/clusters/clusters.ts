import type { Compared } from '../comparisons/comparing.ts';
import { groups } from './components.ts';

/** A piece of so many profiles at most has all its pairs compared, so that this grows with the records, not their square. */
const COMPLETE = 50;

/** Pieces of two profiles and more: of piece `n` the profiles lie from `starts[n]` to `starts[n + 1]`, and so the pairs that met. */
export interface Pieces {
  members: Int32Array;
  starts: Int32Array;
  met: Compared;
  metStarts: Int32Array;
}

/** Lays out pieces, of which each profile knows its own by the smallest number in it, with the pairs that met within them. */
export function laidOut(piece: Int32Array, { a, b, pattern }: Compared): Pieces {
  const { members, starts } = groups(piece);
  const number = new Int32Array(piece.length).fill(-1);
  for (let n = 0; n + 1 < starts.length; n++) number[members[starts[n] ?? 0] ?? 0] = n;
  const pieceOf = (row: number) => {
    const root = piece[a[row] ?? 0] ?? 0;
    return root === piece[b[row] ?? 0] ? (number[root] ?? -1) : -1;
  };
  const metStarts = new Int32Array(starts.length);
  for (let row = 0; row < a.length; row++) {
    const n = pieceOf(row);
    if (n >= 0) metStarts[n + 1] = (metStarts[n + 1] ?? 0) + 1;
  }
  for (let n = 1; n < metStarts.length; n++) metStarts[n] = (metStarts[n] ?? 0) + (metStarts[n - 1] ?? 0);
  const next = metStarts.slice();
  const rows = new Int32Array(metStarts.at(-1) ?? 0);
  for (let row = 0; row < a.length; row++) {
    const n = pieceOf(row);
    if (n < 0) continue;
    const at = next[n] ?? 0;
    rows[at] = row;
    next[n] = at + 1;
  }
  return { members, starts, met: taken({ a, b, pattern }, rows), metStarts };
}

/** Some of the pairs. */
export function taken({ a, b, pattern }: Compared, rows: Int32Array): Compared {
  const of = (column: Int32Array) => rows.map((row) => column[row] ?? 0);
  return { a: of(a), b: of(b), pattern: of(pattern) };
}

/** Some of the pieces, by number. */
export function chosen(pieces: Pieces, numbers: readonly number[]): Pieces {
  const { met } = pieces;
  const rows = (starts: Int32Array) => {
    const all = numbers.map((n) => [starts[n] ?? 0, starts[n + 1] ?? 0] as const);
    const ends = Int32Array.from([0, ...all.map(([from, to]) => to - from)]);
    for (let n = 1; n < ends.length; n++) ends[n] = (ends[n] ?? 0) + (ends[n - 1] ?? 0);
    const places = new Int32Array(ends.at(-1) ?? 0);
    for (const [n, [from, to]] of all.entries())
      for (let row = from; row < to; row++) places[(ends[n] ?? 0) + row - from] = row;
    return { places, ends };
  };
  const [members, pairs] = [rows(pieces.starts), rows(pieces.metStarts)];
  return {
    members: members.places.map((row) => pieces.members[row] ?? 0),
    starts: members.ends,
    met: taken(met, pairs.places),
    metStarts: pairs.ends,
  };
}

/** The pieces from one to another. */
export function some({ members, starts, met, metStarts }: Pieces, from: number, to: number): Pieces {
  const begins = (of: Int32Array) => of.slice(from, to + 1).map((start) => start - (of[from] ?? 0));
  const rows = (of: Int32Array) => of.slice(metStarts[from], metStarts[to]);
  return {
    members: members.slice(starts[from], starts[to]),
    starts: begins(starts),
    met: { a: rows(met.a), b: rows(met.b), pattern: rows(met.pattern) },
    metStarts: begins(metStarts),
  };
}

/** Whether a piece has pairs that are yet to be compared. */
export function isOpen({ starts, metStarts }: Pieces, n: number): boolean {
  const size = (starts[n + 1] ?? 0) - (starts[n] ?? 0);
  const met = (metStarts[n + 1] ?? 0) - (metStarts[n] ?? 0);
  return mayBeOpen(size) && met < (size * (size - 1)) / 2;
}

/** Two profiles of a piece met; of too many not all are compared. */
const mayBeOpen = (size: number): boolean => size >= 3 && size <= COMPLETE;

/** The pairs of a piece, by place in it, that no rule brought together; `met` are those that one did. */
export function unmet(size: number, met: readonly { a: number; b: number }[]): [number, number][] {
  const found: [number, number][] = [];
  if (!mayBeOpen(size)) return found;
  const known = new Uint8Array(size * size);
  for (const { a, b } of met) known[a * size + b] = 1;
  for (let a = 0; a < size; a++) for (let b = a + 1; b < size; b++) if (known[a * size + b] === 0) found.push([a, b]);
  return found;
}

/** Tables of pairs that scored, by how they came to be compared. */
export const scoredTableSql = [
  'CREATE TABLE scored_pair (a INTEGER, b INTEGER, score INTEGER, transitive INTEGER)',
  `CREATE VIEW scored AS SELECT a, b, score, CASE WHEN transitive = 0 THEN 'scored' ELSE 'scored_transitive' END AS match_type FROM scored_pair`,
];
