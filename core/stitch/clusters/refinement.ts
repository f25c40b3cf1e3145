import { type Between, isCertain, type Linkage } from './linkage.ts';

/** A component to be divided into people: `size` profiles in the order of their first records. */
export interface Component {
  size: number;
  /** What is known between two profiles, by place in the component, the smaller first. */
  pairs: readonly { a: number; b: number; between: Between }[];
  /** Clean sources of each profile, one bit each: two profiles that share one are two people. */
  sources: ArrayLike<number>;
}

/**
 * Average linkage that heeds conflicts: joins the two clusters whose union is likeliest one person, until no union is
 * likely enough. Ties go to the earlier records. Gives each profile the place of its cluster's first.
 */
export function refine(component: Component, linkage: Linkage): Int32Array {
  const { size } = component;
  const cluster = new Int32Array(size).map((_, i) => i);
  const state: State = {
    size,
    masks: new Int32Array(size).map((_, i) => component.sources[i] ?? 0),
    known: new Array(size * size).fill(undefined),
    best: new Int32Array(size).fill(NONE),
    strength: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
  };
  for (const { a, b, between } of component.pairs) state.known[a * size + b] = state.known[b * size + a] = between;
  for (let i = 0; i < size; i++) findBest(state, i);
  for (;;) {
    const pick = strongest(state);
    if (pick === NONE) return cluster;
    const other = state.best[pick] ?? pick;
    const [keep, gone] = pick < other ? [pick, other] : [other, pick];
    for (let i = 0; i < size; i++) if (cluster[i] === gone) cluster[i] = keep;
    merge(state, keep, gone, linkage);
  }
}

const NONE = -1;

/** Clusters by the place of their first profile; what is known of two lies in row and column of both. */
interface State {
  size: number;
  masks: Int32Array;
  known: (Between | undefined)[];
  /** The cluster that each is best joined with, and how strongly. */
  best: Int32Array;
  strength: Float64Array;
}

/** Looks through all that a cluster is known with for what it is best joined with. */
function findBest(state: State, i: number): void {
  state.best[i] = NONE;
  state.strength[i] = Number.NEGATIVE_INFINITY;
  for (let other = 0; other < state.size; other++) consider(state, i, other);
}

/** Takes another cluster for the best of one, where it is; of equals the earlier. */
function consider({ size, masks, known, best, strength }: State, i: number, other: number): void {
  const between = known[i * size + other];
  if (between?.strength === undefined) return;
  const more = between.strength - (strength[i] ?? 0);
  if (more < 0 || (more === 0 && other > (best[i] ?? NONE))) return;
  const clean = ((masks[i] ?? 0) & (masks[other] ?? 0)) === 0;
  if (!clean && !isCertain(between.strength)) return;
  best[i] = other;
  strength[i] = between.strength;
}

function strongest({ size, best, strength }: State): number {
  let pick = NONE;
  for (let i = 0; i < size; i++) {
    if (best[i] !== NONE && (pick === NONE || (strength[i] ?? 0) > (strength[pick] ?? 0))) pick = i;
  }
  return pick;
}

/** Folds what is known of `gone` into `keep`, and finds what is best now for the clusters that knew either. */
function merge(state: State, keep: number, gone: number, linkage: Linkage): void {
  const { size, masks, known } = state;
  masks[keep] = (masks[keep] ?? 0) | (masks[gone] ?? 0);
  known[keep * size + gone] = known[gone * size + keep] = undefined;
  state.best[gone] = NONE;
  for (let other = 0; other < size; other++) {
    const theirs = known[gone * size + other];
    if (theirs === undefined) continue;
    known[gone * size + other] = known[other * size + gone] = undefined;
    const mine = known[keep * size + other];
    const both = mine === undefined ? theirs : linkage.joined(mine, theirs);
    known[keep * size + other] = known[other * size + keep] = both;
  }
  for (let other = 0; other < size; other++) {
    if (known[keep * size + other] === undefined) continue;
    const before = state.best[other];
    if (before === keep || before === gone) findBest(state, other);
    else consider(state, other, keep);
  }
  findBest(state, keep);
}
