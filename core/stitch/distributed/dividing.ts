import { chosen, isOpen, type Pieces } from '../clusters/clusters.ts';
import { type Divides, divideAll } from '../clusters/dividing.ts';
import { type Compared, comparerOf, comparesOf } from '../comparisons/comparing.ts';
import type { Patterns } from '../comparisons/patterns.ts';
import type { Crew } from '../crew.ts';
import { Profiles } from '../records/profiles.ts';
import { contextOf } from '../resolve.ts';
import type { CountedOverAll } from './compare-bucket.ts';

/** Profiles whose texts are in memory at once. */
export const TOGETHER = 500_000;

/** The profiles of groups of places, ascending, group after group: their numbers are these places. */
export type ProfilesAt = (groups: readonly Int32Array[]) => AsyncIterable<Profiles>;

/** What divides pieces on one machine, without its profiles. */
interface Dividing extends Omit<Divides, 'compares'>, Omit<CountedOverAll, 'rules'> {
  /** Of all pairs; those of further ones are added. */
  patterns: Patterns;
  profiles: ProfilesAt;
}

/**
 * Divides pieces into people, some at a time, and says so in `cluster`, which has the first profile of each one's cluster.
 * Texts are read of those pieces alone that have pairs which are yet to be compared. Gives these pairs.
 */
export async function dividePieces(
  crew: Crew,
  dividing: Dividing,
  pieces: Pieces,
  cluster: Int32Array,
): Promise<Compared[]> {
  const found: Compared[] = [];
  const divide = async (batch: Pieces, profiles: Profiles) =>
    found.push(await divideBatch(crew, dividing, { batch, profiles, cluster }));
  for (const numbers of batchesOf(pieces, false)) {
    const batch = chosen(pieces, numbers);
    await divide(batch, new Profiles(batch.members.slice().sort(), new Map()));
  }
  const open = [...batchesOf(pieces, true)];
  let next = 0;
  for await (const profiles of dividing.profiles(open.map((numbers) => membersOf(pieces, numbers))))
    await divide(chosen(pieces, open[next++] ?? []), profiles);
  return found;
}

const membersOf = (pieces: Pieces, numbers: readonly number[]): Int32Array => chosen(pieces, numbers).members.sort();

/** Numbers of the pieces that are open, or of those that aren't, as many as may be in memory at once. */
function* batchesOf(pieces: Pieces, open: boolean): Generator<number[]> {
  let [numbers, size] = [[] as number[], 0];
  for (let n = 0; n + 1 < pieces.starts.length; n++) {
    if (isOpen(pieces, n) !== open) continue;
    numbers.push(n);
    size += (pieces.starts[n + 1] ?? 0) - (pieces.starts[n] ?? 0);
    if (size < TOGETHER) continue;
    yield numbers;
    [numbers, size] = [[], 0];
  }
  if (numbers.length > 0) yield numbers;
}

interface Batch {
  batch: Pieces;
  /** By their places. */
  profiles: Profiles;
  cluster: Int32Array;
}

/** Divides some pieces as one machine does that holds these profiles and no others. */
async function divideBatch(crew: Crew, dividing: Dividing, { batch, profiles, cluster }: Batch): Promise<Compared> {
  const { shape, settings, frozen, model, patterns } = dividing;
  const compares = comparesOf({ shape, settings }, profiles, contextOf(profiles, settings, frozen).bands);
  const comparer = comparerOf(compares);
  comparer.patterns.addAll(patterns.rows());
  const here = (places: Int32Array) => places.map((place) => profiles.place(place));
  const there = (own: Int32Array) => own.map((place) => profiles.ids[place] ?? 0);
  const own = {
    ...batch,
    members: here(batch.members),
    met: { ...batch.met, a: here(batch.met.a), b: here(batch.met.b) },
  };
  const labels = new Map(
    Array.from(profiles.ids).flatMap((place, i) => {
      const said = dividing.labels.get(place);
      return said ? [[i, said] as const] : [];
    }),
  );
  const sources = profiles.ids.map((place) => dividing.sources[place] ?? 0);
  const keep = new Set(Array.from(profiles.ids.keys()).filter((i) => dividing.keep.has(profiles.ids[i] ?? 0)));
  const divided = await divideAll(crew, { compares, model, sources, labels, keep }, comparer, own);
  for (const [i, first] of divided.cluster.entries()) cluster[batch.members[i] ?? 0] = profiles.ids[first] ?? 0;
  const numbers = patterns.addAll(comparer.patterns.rows());
  const { a, b, pattern } = divided.transitive;
  return { a: there(a), b: there(b), pattern: pattern.map((number) => numbers[number] ?? 0) };
}
