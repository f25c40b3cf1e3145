import { countedFindings, type Finding } from '../blocking/measured-rules.ts';
import { Patterns } from '../comparisons/patterns.ts';

/** Pairs of one pattern that the same rules found. */
export interface Tally {
  pattern: number;
  rules: Uint8Array;
  pairs: number;
}

/** Of pairs the patterns, and what rules had to do with them, counted together: which pairs are accepted is not known yet. */
export function talliesOf(pattern: Int32Array, { rows, finding }: { rows: Patterns; finding: Int32Array }): Tally[] {
  const found = new Map<number, Tally>();
  for (let pair = 0; pair < pattern.length; pair++) {
    const [of, row] = [pattern[pair] ?? 0, finding[pair] ?? 0];
    const key = of * rows.size + row;
    const tally = found.get(key);
    if (tally) tally.pairs += 1;
    else found.set(key, { pattern: of, rules: rows.levels(row).slice(), pairs: 1 });
  }
  return [...found.values()];
}

/** How many pairs have each of so many patterns. */
export function countsOf(tallies: readonly Tally[], patterns: number): Float64Array {
  const counts = new Float64Array(patterns);
  for (const { pattern, pairs } of tallies) counts[pattern] = (counts[pattern] ?? 0) + pairs;
  return counts;
}

/** What found so many rules' pairs, each finding once. */
export function together(found: readonly Finding[], rules: number): Finding[] {
  const rows = new Patterns(rules);
  const numbers = found.map((each) => rows.add(each.rules));
  const counts = new Float64Array(rows.size);
  for (const [i, number] of numbers.entries()) counts[number] = (counts[number] ?? 0) + (found[i]?.pairs ?? 0);
  return countedFindings(rows, counts);
}
