import type { Resolution } from '../resolve.ts';
import { type Edge, strongestPath } from './path.ts';
import { firstOf, profileOf } from './recompute.ts';

/** Records on the way from one to another, both among them, and the score of the weakest pair, in hundredths. */
export interface AcceptedPath {
  places: number[];
  weakest: number;
}

/** The strongest path between two records through accepted pairs of their person. */
export function pathWithin(found: Resolution, one: number, other: number): AcceptedPath | undefined {
  const { cluster } = found.assigned;
  return pathOver(found, one, other, (profile) => cluster[firstOf(found, profile)] === cluster[one]);
}

/** The same through all of their component. */
export const pathAcross = (found: Resolution, one: number, other: number): AcceptedPath | undefined =>
  pathOver(found, one, other, () => true);

function pathOver(
  found: Resolution,
  one: number,
  other: number,
  within: (profile: number) => boolean,
): AcceptedPath | undefined {
  const { links, collapsed } = found;
  const [from, to] = [profileOf(found, one), profileOf(found, other)];
  if (from === to) return { places: [one, other], weakest: Number.POSITIVE_INFINITY };
  const edges = Array.from(links.a, (a, at): Edge => ({ a, b: links.b[at] ?? 0, score: links.score[at] ?? 0 }));
  const kept = edges.filter(({ a, b }) => within(a) && within(b));
  const path = strongestPath(collapsed.profiles.size, kept, from, to);
  if (path === undefined) return undefined;
  const between = path.places.slice(1, -1).map((profile) => firstOf(found, profile));
  return { places: [one, ...between, other], weakest: path.weakest };
}
