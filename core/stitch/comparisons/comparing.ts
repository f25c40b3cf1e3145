import type { StitchSettings } from '../../contracts/customer360.ts';
import type { Pairs } from '../blocking/pairs.ts';
import { nicknames } from '../cleaning/nicknames.ts';
import { type Crew, type Part, partsOf } from '../crew.ts';
import { joined } from '../records/grown.ts';
import { Profiles, type ProfilesData } from '../records/profiles.ts';
import type { Shape } from '../records/shape.ts';
import { countedColumns } from '../records/values.ts';
import { Comparer } from './patterns.ts';
import { comparisonsOf } from './registry.ts';

/** Pairs of profiles, and the pattern of each. */
export interface Compared extends Pairs {
  pattern: Int32Array;
}

/** Pairs one part after another. */
export function joinedPairs(parts: readonly Compared[]): Compared {
  const all = (column: keyof Compared) => joined(parts.map((part) => part[column]));
  return { a: all('a'), b: all('b'), pattern: all('pattern') };
}

/** What pairs of a run are compared by, as it goes to another thread. */
export interface Compares {
  shape: Shape;
  settings: StitchSettings;
  profiles: ProfilesData;
  bands: ReadonlyMap<string, Uint8Array>;
}

export const comparesOf = (
  { shape, settings }: Pick<Compares, 'shape' | 'settings'>,
  profiles: Profiles,
  bands: (column: string) => Uint8Array,
): Compares => ({
  ...{ shape, settings },
  profiles: profiles.data(),
  bands: new Map(countedColumns(shape).map((column) => [column, bands(column)])),
});

/** The comparer of another thread's profiles. */
export function comparerOf({ shape, settings, profiles, bands }: Compares): Comparer {
  const none = new Uint8Array();
  return new Comparer(comparisonsOf(shape, settings.rules), {
    profiles: Profiles.from(profiles),
    nicknames: nicknames(settings),
    bands: (column) => bands.get(column) ?? none,
  });
}

/** Compares pairs, each hand a part of them. `compares` is what `comparer` was made of. */
export async function compareAll(crew: Crew, compares: Compares, comparer: Comparer, pairs: Pairs): Promise<Compared> {
  const [mine, ...others] = partsOf(crew, pairs.a.length);
  const given = crew.give(
    'compare',
    others.map((part) => ({ compares, pairs: within(pairs, part) })),
  );
  const pattern = new Int32Array(pairs.a.length);
  pattern.set(comparer.compareAll({ a: pairs.a.subarray(0, mine.to), b: pairs.b.subarray(0, mine.to) }));
  for (const [i, { found, patterns }] of (await given).entries()) {
    const numbers = comparer.patterns.addAll(patterns);
    pattern.set(
      found.map((number) => numbers[number] ?? 0),
      others[i]?.from ?? 0,
    );
  }
  return { ...pairs, pattern };
}

const within = ({ a, b }: Pairs, { from, to }: Part): Pairs => ({ a: a.slice(from, to), b: b.slice(from, to) });

/** A hand's part: the pattern of each pair, and the levels of those patterns, one after another. */
export function comparePart({ compares, pairs }: { compares: Compares; pairs: Pairs }): {
  found: Int32Array;
  patterns: Uint8Array;
} {
  const comparer = comparerOf(compares);
  return { found: comparer.compareAll(pairs), patterns: comparer.patterns.rows() };
}
