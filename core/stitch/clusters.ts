import { groups, rowsBy } from './components.ts';
import { PairList, type Pairs } from './pairs.ts';

/** A piece of so many profiles at most has all its pairs compared, so that this grows with the records, not their square. */
const COMPLETE = 50;

/** Of pairs in the order of their coming, the rows of those within a piece of two profiles and more. */
export function rowsWithin(piece: Int32Array, { a, b }: Pairs): Int32Array {
  const rows = new Int32Array(a.length);
  let found = 0;
  for (let row = 0; row < a.length; row++) if (piece[a[row] ?? 0] === piece[b[row] ?? 0]) rows[found++] = row;
  return rows.slice(0, found);
}

/** The pairs within pieces that no rule brought together; `known` are those that one did. */
export function unmet(piece: Int32Array, known: Pairs): Pairs {
  const { members, starts } = groups(piece);
  const byFirst = rowsBy(known.a, piece.length);
  const found = new PairList();
  for (let g = 0; g + 1 < starts.length; g++) {
    const group = members.subarray(starts[g], starts[g + 1]);
    if (group.length < 3 || group.length > COMPLETE) continue;
    for (const [i, one] of group.entries()) {
      const rows = byFirst.rows.subarray(byFirst.starts[one], byFirst.starts[one + 1]);
      const others = new Set(rows.map((row) => known.b[row] ?? 0));
      for (const other of group.subarray(i + 1)) if (!others.has(other)) found.add(one, other);
    }
  }
  return found.pairs();
}

/** Tables of pairs that scored, by how they came to be compared. */
export const scoredTableSql = [
  'CREATE TABLE scored_pair (a INTEGER, b INTEGER, score INTEGER, transitive INTEGER)',
  `CREATE VIEW scored AS SELECT a, b, score, CASE WHEN transitive = 0 THEN 'scored' ELSE 'scored_transitive' END AS match_type FROM scored_pair`,
];
