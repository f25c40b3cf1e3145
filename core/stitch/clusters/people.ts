import { PairList } from '../blocking/pairs.ts';
import type { Compared } from '../comparisons/comparing.ts';
import type { Comparer } from '../comparisons/patterns.ts';
import type { Labels } from '../records/labels.ts';
import { type Pieces, unmet } from './clusters.ts';
import type { Between, Linkage } from './linkage.ts';
import { refine } from './refinement.ts';

/** What pieces are divided by. */
export interface Judges {
  comparer: Comparer;
  /** The score of a row of levels, in hundredths. */
  score: (levels: Uint8Array) => number;
  linkage: Linkage;
  /** In hundredths. */
  threshold: number;
  /** Clean sources of each profile, one bit each. */
  sources: Int32Array;
  /** What people said about profiles. */
  labels: Labels;
  /** First profiles of the pieces that are left whole, being too large to divide. */
  keep: ReadonlySet<number>;
}

/** People that pieces were found to be. */
export interface Divided {
  /** Of each member the first profile of its cluster. */
  cluster: Int32Array;
  /** The pairs that were compared because they came into one piece. */
  transitive: Compared;
}

/** Divides each piece into people. */
export function divide(pieces: Pieces, judges: Judges): Divided {
  const { members, starts, met, metStarts } = pieces;
  const cluster = new Int32Array(members.length);
  const place = new Int32Array(judges.comparer.size);
  const told = evidenceOf(judges);
  const [transitive, patterns] = [new PairList(), [] as number[]];
  for (let n = 0; n + 1 < starts.length; n++) {
    const [from, to] = [starts[n] ?? 0, starts[n + 1] ?? 0];
    const [first, last] = [metStarts[n] ?? 0, metStarts[n + 1] ?? 0];
    const group = members.subarray(from, to);
    const seen = Array.from(met.pattern.subarray(first, last));
    cluster.fill(group[0] ?? 0, from, to);
    if (judges.keep.has(group[0] ?? 0) || undisputed(group, seen, judges, told)) continue;
    for (let i = 0; i < group.length; i++) place[group[i] ?? 0] = i;
    const known: Pair[] = [];
    for (let row = first; row < last; row++) {
      const { between } = told(met.pattern[row] ?? 0);
      known.push({ a: place[met.a[row] ?? 0] ?? 0, b: place[met.b[row] ?? 0] ?? 0, between });
    }
    const missing = unmet(group.length, known);
    for (const [a, b] of missing) {
      const [one, other] = [group[a] ?? 0, group[b] ?? 0];
      const pattern = judges.comparer.compare(one, other);
      transitive.add(one, other);
      patterns.push(pattern);
      seen.push(pattern);
      known.push({ a, b, between: told(pattern).between });
    }
    if (missing.length === 0 || !undisputed(group, seen, judges, told))
      cluster.set(refined(group, known, judges), from);
  }
  return { cluster, transitive: { ...transitive.pairs(), pattern: Int32Array.from(patterns) } };
}

/** What is known of a pair of a piece, by place in it. */
interface Pair {
  a: number;
  b: number;
  between: Between;
}

/** What a pattern says. */
interface Evidence {
  accepted: boolean;
  between: Between;
}

type Told = (pattern: number) => Evidence;

/** Finds out what patterns say, once for each. */
function evidenceOf({ comparer, score, linkage, threshold }: Judges): Told {
  const known: Evidence[] = [];
  return (pattern) => {
    const before = known[pattern];
    if (before !== undefined) return before;
    const levels = comparer.patterns.levels(pattern);
    const accepted = score(levels) >= threshold;
    const evidence = { accepted, between: linkage.between(levels, accepted) };
    known[pattern] = evidence;
    return evidence;
  };
}

/** Every pair of the piece is known and was accepted, no source says otherwise and nobody labelled any of it. */
function undisputed(group: Int32Array, known: readonly number[], { sources, labels }: Judges, told: Told): boolean {
  if (known.length < (group.length * (group.length - 1)) / 2) return false;
  for (const pattern of known) if (!told(pattern).accepted) return false;
  let seen = 0;
  for (let i = 0; i < group.length; i++) {
    const profile = group[i] ?? 0;
    const mask = sources[profile] ?? 0;
    if ((seen & mask) !== 0 || labels.has(profile)) return false;
    seen |= mask;
  }
  return true;
}

/** Of each profile of a piece the first of its cluster. */
function refined(group: Int32Array, known: readonly Pair[], judges: Judges): Int32Array {
  const pairs = withLabels(group, known, judges);
  const sources = group.map((profile) => judges.sources[profile] ?? 0);
  return refine({ size: group.length, sources, pairs }, judges.linkage).map((place) => group[place] ?? 0);
}

/** A label on a pair stands in the place of whatever else is known of it. */
function withLabels(group: Int32Array, known: readonly Pair[], judges: Judges): readonly Pair[] {
  const said = labelled(group, judges);
  if (said.length === 0) return known;
  const settled = new Set(said.map(({ a, b }) => a * group.length + b));
  return [...said, ...known.filter(({ a, b }) => !settled.has(a * group.length + b))];
}

/** Pairs that labels bind (same label and partition) or part (same label, another partition). */
function labelled(group: Int32Array, { labels, linkage }: Judges): Pair[] {
  if (labels.size === 0) return [];
  const found: Pair[] = [];
  const marked = [...group.keys()].filter((i) => labels.has(group[i] ?? -1));
  for (const [n, a] of marked.entries()) {
    for (const b of marked.slice(n + 1)) {
      const theirs = labels.get(group[b] ?? -1) ?? [];
      for (const mine of labels.get(group[a] ?? -1) ?? []) {
        const other = theirs.find((each) => each.label === mine.label);
        if (other !== undefined) found.push({ a, b, between: linkage.labelled(other.partition === mine.partition) });
      }
    }
  }
  return found;
}
