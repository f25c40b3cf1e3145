import type { Counterfactual } from '../../contracts/explanation.ts';
import { InternalError } from '../../errors.ts';
import type { Resolution } from '../resolve.ts';
import { type Piece, told } from './pieces.ts';
import { type Basis, recompute, sharesPerson, type World } from './recompute.ts';
import { type Found, Search } from './search.ts';

/** Two records of a world, and whether that is all of their components. */
export interface Case {
  world: World;
  basis: Basis;
  one: number;
  other: number;
  complete: boolean;
}

/** The people of a case as they are. */
export interface Recalled extends Case {
  found: Resolution;
  /** What the run said of the two. */
  together: boolean;
}

/** Computes a case once more. */
export async function recalled(asked: Case): Promise<Recalled> {
  const { world, basis, one, other } = asked;
  const together = world.records[one]?.amp_id === world.records[other]?.amp_id;
  const found = await recompute(world, basis);
  if (found === undefined)
    throw new InternalError(`${world.records.length} records outgrow the model that resolved them`);
  return { ...asked, found, together };
}

/** What would turn the answer about two records, provided that what is computed is what the run said. */
export async function counterfactualOf(
  asked: Recalled,
  find: (search: Search) => Promise<Found>,
): Promise<Counterfactual> {
  const { world, basis, found, one, other, together, complete } = asked;
  const otherwise = countOtherwise(world, found);
  const counts = { records: world.records.length, complete, as_run: otherwise === 0 };
  if (sharesPerson(found, one, other) !== together) {
    const note = `computed once more, the two are ${together ? 'two people' : 'one person'}, which is not what the run says: nothing was tried`;
    return { ...counts, note, tried: 0, single: [], combination: [] };
  }
  const search = new Search(world, basis, { one, other }, together);
  const { tried, single, combination } = await find(search);
  const all = (pieces: readonly Piece[]) => pieces.map((piece) => told(piece, world));
  const notes = limits(asked, otherwise, search);
  const note = notes.length > 0 ? { note: notes.join('; ') } : {};
  return { ...counts, ...note, tried, single: all(single), combination: all(combination) };
}

function limits({ world, complete }: Case, otherwise: number, search: Search): string[] {
  return [
    ...(complete
      ? []
      : [`of a larger component, the ${world.records.length} records nearest to the two were computed`]),
    ...(otherwise > 0 ? [`${otherwise} of these records come out with others than in the run`] : []),
    ...(search.affords() ? [] : ['the search ended early: there was more to try than seconds suffice for']),
  ];
}

/** Records whose computed person is not the one of the run. */
function countOtherwise({ records }: World, { assigned: { cluster } }: Resolution): number {
  const [ids, firsts] = [new Map<number, string>(), new Map<string, number>()];
  return records.filter(({ amp_id }, place) => {
    const first = cluster[place] ?? place;
    if (!ids.has(first)) ids.set(first, amp_id);
    if (!firsts.has(amp_id)) firsts.set(amp_id, first);
    return ids.get(first) !== amp_id || firsts.get(amp_id) !== first;
  }).length;
}
