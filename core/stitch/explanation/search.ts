import type { Resolution } from '../resolve.ts';
import type { Piece } from './pieces.ts';
import { type Basis, recompute, sharesPerson, type World } from './recompute.ts';

/** Pairs that all recomputations of one search may compare together: a few seconds' work. */
const MOST_PAIRS = 4_000_000;
/** What one record costs besides, in pairs. */
const A_RECORD = 50;

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
  #left = MOST_PAIRS;

  constructor(world: World, basis: Basis, ends: { one: number; other: number }, together: boolean) {
    this.world = world;
    this.basis = basis;
    this.one = ends.one;
    this.other = ends.other;
    this.together = together;
  }

  /** Whether the answer is another one in a world that differs. */
  async turns(world: World): Promise<boolean> {
    const found = await this.computed(world);
    return found !== undefined && sharesPerson(found, this.one, this.other) !== this.together;
  }

  /** Which pieces turn the answer by themselves, and how many there was time to try. */
  async alone(pieces: Iterable<Piece>): Promise<{ tried: number; single: Piece[] }> {
    const single: Piece[] = [];
    let tried = 0;
    for (const piece of pieces) {
      if (!this.affords()) break;
      tried++;
      if (await this.turns(piece.apply(this.world))) single.push(piece);
    }
    return { tried, single };
  }

  /** Whether there is work left to do. */
  affords(): boolean {
    return this.#left > 0;
  }

  /** The people of a world, noted as work done; undefined when its records outgrow the model. */
  async computed(world: World): Promise<Resolution | undefined> {
    const found = await recompute(world, this.basis);
    const compared = found?.judged.reduce((sum, { pairs }) => sum + pairs.a.length, 0) ?? 0;
    this.#left -= compared + A_RECORD * world.records.length;
    return found;
  }
}

/** A combination without the pieces that it can do without. */
export async function pruned(search: Search, pieces: readonly Piece[]): Promise<Piece[]> {
  let kept = [...pieces];
  for (const piece of pieces) {
    const fewer = kept.filter((one) => one !== piece);
    if (fewer.length > 0 && search.affords() && (await search.turns(applied(search.world, fewer)))) kept = fewer;
  }
  return kept;
}

/** A world after several pieces. */
export const applied = (world: World, pieces: readonly Piece[]): World =>
  pieces.reduce((before, piece) => piece.apply(before), world);
