import type { Compared } from '../comparisons/comparing.ts';
import type { Labels } from '../records/labels.ts';
import type { ScoredPairs } from './supersized.ts';

/** What a label that binds two profiles scores, in hundredths. */
export const CERTAIN = 500;

/** The rows whose pattern scores so much or more. */
export function rowsFrom(pattern: Int32Array, scores: Int32Array, least: number): Int32Array {
  const rows = new Int32Array(pattern.length);
  let found = 0;
  for (let row = 0; row < pattern.length; row++) if ((scores[pattern[row] ?? 0] ?? 0) >= least) rows[found++] = row;
  return rows.slice(0, found);
}

/** The accepted pairs, and those that labels add. */
export function linksOf(pairs: Compared, scores: Int32Array, threshold: number, labels: Labels): ScoredPairs {
  const rows = rowsFrom(pairs.pattern, scores, threshold);
  const said = saidTogether(labels);
  const [a, b, score] = [0, 1, 2].map(() => new Int32Array(rows.length + said.length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    a[i] = pairs.a[row] ?? 0;
    b[i] = pairs.b[row] ?? 0;
    score[i] = scores[pairs.pattern[row] ?? 0] ?? 0;
  }
  for (const [i, [one, other]] of said.entries()) {
    a[rows.length + i] = one;
    b[rows.length + i] = other;
    score[rows.length + i] = CERTAIN;
  }
  return { a, b, score };
}

/** Each labelled profile with the first of its partition. */
function saidTogether(labels: Labels): [number, number][] {
  const first = new Map<string, number>();
  const found: [number, number][] = [];
  for (const [profile, said] of [...labels].sort(([one], [other]) => one - other)) {
    for (const { label, partition } of said) {
      const key = JSON.stringify([label, partition]);
      const one = first.get(key);
      if (one === undefined) first.set(key, profile);
      else found.push([one, profile]);
    }
  }
  return found;
}
