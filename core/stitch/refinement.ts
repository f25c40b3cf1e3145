import type { Between, Linkage } from './linkage.ts';

/** A component to be divided into people: `size` profiles in the order of their first records. */
export interface Component {
  size: number;
  /** What is known between two profiles, by place in the component, the smaller first. */
  pairs: { a: number; b: number; between: Between }[];
  /** Clean sources of each profile, one bit each: two profiles that share one are two people. */
  sources: ArrayLike<number>;
}

/**
 * Average linkage that heeds conflicts: joins the two clusters whose union is likeliest one person, until no union is
 * likely enough. Ties go to the earlier records. Gives each profile the place of its cluster's first.
 */
export function refine(component: Component, linkage: Linkage): Int32Array {
  const { size } = component;
  const cluster = Int32Array.from({ length: size }, (_, i) => i);
  const masks = Int32Array.from({ length: size }, (_, i) => component.sources[i] ?? 0);
  const known = Array.from({ length: size }, () => new Map<number, Between>());
  for (const { a, b, between } of component.pairs) {
    known[a]?.set(b, between);
    known[b]?.set(a, between);
  }
  const best = Array.from({ length: size }, (_, i) => bestOf(i, known, masks));
  for (;;) {
    const pick = strongest(best);
    if (pick < 0) return cluster;
    const other = best[pick]?.other ?? pick;
    const [keep, gone] = pick < other ? [pick, other] : [other, pick];
    for (let i = 0; i < size; i++) if (cluster[i] === gone) cluster[i] = keep;
    masks[keep] = (masks[keep] ?? 0) | (masks[gone] ?? 0);
    const touched = merge(keep, gone, known, linkage);
    best[gone] = undefined;
    best[keep] = bestOf(keep, known, masks);
    for (const each of touched) best[each] = bestOf(each, known, masks);
  }
}

interface Best {
  other: number;
  strength: number;
}

function bestOf(i: number, known: Map<number, Between>[], masks: Int32Array): Best | undefined {
  let found: Best | undefined;
  for (const [other, between] of known[i] ?? []) {
    const { strength } = between;
    if (strength === undefined) continue;
    const clean = ((masks[i] ?? 0) & (masks[other] ?? 0)) === 0;
    if (!clean && !between.bound && between.said !== 'together') continue;
    if (found === undefined || strength > found.strength || (strength === found.strength && other < found.other)) {
      found = { other, strength };
    }
  }
  return found;
}

function strongest(best: (Best | undefined)[]): number {
  let pick = -1;
  best.forEach((each, i) => {
    if (each !== undefined && (pick < 0 || each.strength > (best[pick]?.strength ?? 0))) pick = i;
  });
  return pick;
}

/** Folds what is known of `gone` into `keep`; returns the clusters that knew either. */
function merge(keep: number, gone: number, known: Map<number, Between>[], linkage: Linkage): number[] {
  const mine = known[keep] ?? new Map<number, Between>();
  mine.delete(gone);
  for (const [other, between] of known[gone] ?? []) {
    if (other === keep) continue;
    const have = mine.get(other);
    const both = have === undefined ? between : linkage.joined(have, between);
    mine.set(other, both);
    known[other]?.delete(gone);
    known[other]?.set(keep, both);
  }
  known[gone]?.clear();
  return [...mine.keys()];
}
