import { groups, rowsBy } from './components.ts';
import type { Between, Linkage } from './linkage.ts';
import type { Compared } from './matching.ts';
import { refine } from './refinement.ts';

export interface PeopleInput {
  /** The piece of each profile, named by its smallest number. */
  piece: Int32Array;
  /** All known pairs within the pieces. */
  pairs: Compared;
  /** By pattern, in hundredths. */
  scores: Int32Array;
  /** Clean sources of each profile, one bit each. */
  sources: Int32Array;
  /** In hundredths. */
  threshold: number;
  linkage: Linkage;
  levels: (pattern: number) => Uint8Array;
  /** What people said about profiles: label and partition. */
  labels: ReadonlyMap<number, readonly { label: string; partition: string }[]>;
  /** Pieces that are left whole, being too large to divide. */
  keep: ReadonlySet<number>;
}

/** Divides each piece into people. Gives each profile the smallest number of its cluster. */
export function people(input: PeopleInput): Int32Array {
  const { piece, pairs } = input;
  const cluster = Int32Array.from(piece);
  const { members, starts } = groups(piece);
  const place = new Int32Array(piece.length);
  for (let g = 0; g + 1 < starts.length; g++) {
    for (let i = starts[g] ?? 0; i < (starts[g + 1] ?? 0); i++) place[members[i] ?? 0] = i - (starts[g] ?? 0);
  }
  const byPiece = rowsBy(
    pairs.a.map((profile) => piece[profile] ?? 0),
    piece.length,
  );
  const shared: Between[] = [];
  for (let g = 0; g + 1 < starts.length; g++) {
    const group = members.subarray(starts[g], starts[g + 1]);
    const first = group[0] ?? 0;
    const rows = byPiece.rows.subarray(byPiece.starts[first], byPiece.starts[first + 1]);
    if (input.keep.has(first) || undisputed(group, rows, input)) continue;
    const found = refine(
      {
        size: group.length,
        sources: group.map((profile) => input.sources[profile] ?? 0),
        pairs: evidence(
          group,
          Array.from(rows, (row) => known(row, place, input, shared)),
          input,
        ),
      },
      input.linkage,
    );
    group.forEach((profile, i) => {
      cluster[profile] = group[found[i] ?? i] ?? profile;
    });
  }
  return cluster;
}

type Known = { a: number; b: number; between: Between };

/** Every pair of the piece was accepted, no source says otherwise and nobody labelled any of it. */
function undisputed(
  group: Int32Array,
  rows: Int32Array,
  { pairs, scores, sources, threshold, labels }: PeopleInput,
): boolean {
  if (rows.length < (group.length * (group.length - 1)) / 2) return false;
  let seen = 0;
  for (const profile of group) {
    const mask = sources[profile] ?? 0;
    if ((seen & mask) !== 0 || labels.has(profile)) return false;
    seen |= mask;
  }
  return rows.every((row) => (scores[pairs.pattern[row] ?? 0] ?? 0) >= threshold);
}

function known(row: number, place: Int32Array, input: PeopleInput, shared: Between[]): Known {
  const { pairs, scores, levels, linkage, threshold } = input;
  const pattern = pairs.pattern[row] ?? 0;
  const between = shared[pattern] ?? linkage.between(levels(pattern), (scores[pattern] ?? 0) >= threshold);
  shared[pattern] = between;
  return { a: place[pairs.a[row] ?? 0] ?? 0, b: place[pairs.b[row] ?? 0] ?? 0, between };
}

/** A label on a pair stands in the place of whatever else is known of it. */
function evidence(group: Int32Array, known: Known[], input: PeopleInput): Known[] {
  const said = labelled(group, input);
  if (said.length === 0) return known;
  const settled = new Set(said.map(({ a, b }) => a * group.length + b));
  return [...said, ...known.filter(({ a, b }) => !settled.has(a * group.length + b))];
}

/** Pairs that labels bind (same label and partition) or part (same label, another partition). */
function labelled(group: Int32Array, { labels, linkage }: PeopleInput): Known[] {
  const found: Known[] = [];
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
