import type { Piece } from './pieces.ts';
import { type Basis, recompute, sharesPerson, type World } from './recompute.ts';

/** Records that all recomputations of one search may take together: a few seconds' work. */
const MOST_WORK = 100_000;

/** What a search found: pieces that turn the answer by themselves, or a combination that does. */
export interface Found {
  tried: number;
  single: readonly Piece[];
  combination: readonly Piece[];
}

/** A search for what would turn the answer about two records of a world, within a bound of work. */
export class Search {
  readonly world: World;
  readonly basis: Basis;
  /** Places of the two. */
  readonly one: number;
  readonly other: number;
  /** Whether the two are one person as things are. */
  readonly together: boolean;
  #left = MOST_WORK;

  constructor(world: World, basis: Basis, ends: { one: number; other: number }, together: boolean) {
    this.world = world;
    this.basis = basis;
    this.one = ends.one;
    this.other = ends.other;
    this.together = together;
  }

  /** Whether the answer is another one in a world that differs. */
  turns(world: World): boolean {
    this.spend();
    const found = recompute(world, this.basis);
    return found !== undefined && sharesPerson(found, this.one, this.other) !== this.together;
  }

  /** Which pieces turn the answer by themselves, and how many there was time to try. */
  alone(pieces: readonly Piece[]): { tried: number; single: Piece[] } {
    const single: Piece[] = [];
    let tried = 0;
    for (const piece of pieces) {
      if (!this.affords()) break;
      tried++;
      if (this.turns(piece.apply(this.world))) single.push(piece);
    }
    return { tried, single };
  }

  /** Whether there is work left to do. */
  affords(): boolean {
    return this.#left > 0;
  }

  /** Takes note of one recomputation. */
  spend(): void {
    this.#left -= this.world.records.length;
  }
}

/** A combination without the pieces that it can do without. */
export function pruned(search: Search, pieces: readonly Piece[]): Piece[] {
  let kept = [...pieces];
  for (const piece of pieces) {
    const fewer = kept.filter((one) => one !== piece);
    if (fewer.length > 0 && search.affords() && search.turns(applied(search.world, fewer))) kept = fewer;
  }
  return kept;
}

/** A world after several pieces. */
export const applied = (world: World, pieces: readonly Piece[]): World =>
  pieces.reduce((before, piece) => piece.apply(before), world);
