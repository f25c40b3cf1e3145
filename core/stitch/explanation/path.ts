import { components } from '../clusters/components.ts';

/** An accepted pair of things, by their places. */
export interface Edge {
  a: number;
  b: number;
  score: number;
}

/**
 * The way from one thing to another whose weakest edge is strongest; of such ways the one of fewest edges, then the one
 * through the smallest places. Gives the places on it, both ends among them; undefined when no way leads there.
 */
export function strongestPath(
  size: number,
  edges: readonly Edge[],
  from: number,
  to: number,
): { places: number[]; weakest: number } | undefined {
  if (from === to) return { places: [from], weakest: Number.POSITIVE_INFINITY };
  const weakest = bottleneck(size, edges, from, to);
  if (weakest === undefined) return undefined;
  const neighbours = neighboursOf(edges.filter(({ score }) => score >= weakest));
  const steps = stepsTo(neighbours, to);
  const places = [from];
  for (let at = from; at !== to; ) {
    const left = (steps.get(at) ?? 0) - 1;
    at = (neighbours.get(at) ?? []).find((next) => steps.get(next) === left) ?? to;
    places.push(at);
  }
  return { places, weakest };
}

/** The greatest score from which on edges still connect the two. */
function bottleneck(size: number, edges: readonly Edge[], from: number, to: number): number | undefined {
  const scores = [...new Set(edges.map(({ score }) => score))].sort((one, other) => other - one);
  const connects = (least: number) => {
    const kept = edges.filter(({ score }) => score >= least);
    const of = (end: 'a' | 'b') => Int32Array.from(kept, (edge) => edge[end]);
    const component = components(size, { a: of('a'), b: of('b') });
    return component[from] === component[to];
  };
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (connects(scores[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return scores[low];
}

/** The neighbours of each thing, in the order of their places. */
function neighboursOf(edges: readonly Edge[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const add = (one: number, other: number) => {
    const known = found.get(one);
    if (known) known.push(other);
    else found.set(one, [other]);
  };
  for (const { a, b } of edges) {
    add(a, b);
    add(b, a);
  }
  for (const places of found.values()) places.sort((one, other) => one - other);
  return found;
}

/** How many edges lie between each thing and the last. */
function stepsTo(neighbours: ReadonlyMap<number, readonly number[]>, last: number): Map<number, number> {
  const steps = new Map([[last, 0]]);
  for (const place of steps.keys()) {
    for (const next of neighbours.get(place) ?? []) {
      if (!steps.has(next)) steps.set(next, (steps.get(place) ?? 0) + 1);
    }
  }
  return steps;
}
