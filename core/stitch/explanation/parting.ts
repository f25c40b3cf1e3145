import { pathWithin } from './accepted-path.ts';
import { type Piece, piecesBetween } from './pieces.ts';
import { sharesPerson, type World } from './recompute.ts';
import { type Found, pruned, type Search } from './search.ts';

/** A combination of more pieces explains nothing any more. */
const MOST_PIECES = 6;

/**
 * Which pieces of evidence, taken away, part two records of one person: each by itself, of those that the pairs on a path
 * between them agree on; else a combination. The combination is found greedily: of the pieces on the strongest path that
 * is left, the one without which the next path is weakest, until there is none; then pieces that were not needed are put back.
 */
export async function whatParts(search: Search, path: readonly number[]): Promise<Found> {
  const { world, basis, one, other } = search;
  const pairs = [...stepsOf(path), [one, other] as const];
  const { tried, single } = await search.alone(piecesBetween(world, basis, pairs));
  const combination = single.length > 0 ? [] : await pruned(search, await greedy(search));
  return { tried, single, combination };
}

/** The pairs on a path. */
const stepsOf = (path: readonly number[]): [number, number][] =>
  path.slice(1).map((place, at) => [path[at] ?? place, place]);

async function greedy(search: Search): Promise<Piece[]> {
  const { basis, one, other } = search;
  const taken: Piece[] = [];
  let left = search.world;
  while (taken.length < MOST_PIECES && search.affords()) {
    const found = await search.computed(left);
    const path = (found && pathWithin(found, one, other)?.places) ?? [one, other];
    const best = await weakening(search, left, piecesBetween(left, basis, stepsOf(path)));
    if (best === undefined) return [];
    taken.push(best.piece);
    left = best.piece.apply(left);
    if (best.weakest === undefined) return taken;
  }
  return [];
}

/** The piece without which the strongest path is weakest; `weakest` is undefined when the two are parted. */
async function weakening(search: Search, world: World, pieces: Iterable<Piece>) {
  let best: { piece: Piece; weakest: number | undefined } | undefined;
  for (const piece of pieces) {
    if (!search.affords()) break;
    const weakest = await weakestWithout(search, world, piece);
    if (weakest === undefined) return { piece, weakest };
    if (best === undefined || weakest < (best.weakest ?? 0)) best = { piece, weakest };
  }
  return best;
}

async function weakestWithout(search: Search, world: World, piece: Piece): Promise<number | undefined> {
  const { one, other } = search;
  const found = await search.computed(piece.apply(world));
  if (found === undefined) return Number.POSITIVE_INFINITY;
  return sharesPerson(found, one, other) ? pathWithin(found, one, other)?.weakest : undefined;
}
