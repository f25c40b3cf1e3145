import { components, groups } from './components.ts';

/** How often a supersized component is divided again before it is left as it is (reference §3.8). */
const MAX_DEPTH = 4;

export interface ScoredPairs {
  a: Int32Array;
  b: Int32Array;
  /** Hundredths. */
  score: Int32Array;
}

/**
 * Divides components larger than `limit` by asking for ever stronger links: `threshold`, then 4.00, 4.33 and so on.
 * Gives each profile its piece, named by the smallest number in it, and the pieces that stayed too large.
 */
export function pieces(
  size: number,
  pairs: ScoredPairs,
  threshold: number,
  limit: number,
): { piece: Int32Array; supersized: Set<number> } {
  let piece = components(size, pairs);
  let large = oversized(piece, limit);
  for (let depth = 1; depth <= MAX_DEPTH && large.size > 0; depth++) {
    const bar = Math.max(threshold, 400) + Math.round(((depth - 1) * 100) / 3);
    const kept = { a: [] as number[], b: [] as number[] };
    for (let i = 0; i < pairs.a.length; i++) {
      const [a, b] = [pairs.a[i] ?? 0, pairs.b[i] ?? 0];
      if (large.has(piece[a] ?? a) ? (pairs.score[i] ?? 0) >= bar && piece[a] === piece[b] : piece[a] === piece[b]) {
        kept.a.push(a);
        kept.b.push(b);
      }
    }
    piece = components(size, { a: Int32Array.from(kept.a), b: Int32Array.from(kept.b) });
    large = oversized(piece, limit);
  }
  return { piece, supersized: large };
}

function oversized(piece: Int32Array, limit: number): Set<number> {
  const { members, starts } = groups(piece);
  const found = new Set<number>();
  for (let g = 0; g + 1 < starts.length; g++) {
    const first = starts[g] ?? 0;
    if ((starts[g + 1] ?? 0) - first > limit) found.add(members[first] ?? 0);
  }
  return found;
}
