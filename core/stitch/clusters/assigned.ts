import type { StitchSettings } from '../../contracts/customer360.ts';
import { thresholdOf } from '../model/decide.ts';
import type { Collapsed } from '../records/duplicates.ts';
import { components, groups } from './components.ts';
import { pieces, type ScoredPairs } from './supersized.ts';

/** Components of linked profiles, and the pieces of those that are supersized: of each profile the first of its own. */
export interface Linked {
  component: Int32Array;
  piece: Int32Array;
  /** First profiles of the pieces that stayed too large. */
  supersized: ReadonlySet<number>;
}

export const linked = (size: number, links: ScoredPairs, settings: StitchSettings): Linked => ({
  component: components(size, links),
  ...pieces(size, links, thresholdOf(settings), settings.supersized_cluster_min_size),
});

/** What chains of links brought together, before stronger ones were asked for, and after. */
export function chained({ component, supersized }: Linked, most: number): string[] {
  const { starts } = groups(component);
  let largest = 0;
  for (let g = 0; g + 1 < starts.length; g++) largest = Math.max(largest, (starts[g + 1] ?? 0) - (starts[g] ?? 0));
  const chain = `${largest.toLocaleString('en')} profiles are linked in one chain, more than ${most}: only stronger links were kept`;
  const stayed = `${supersized.size} clusters stayed above ${most} profiles and count as nobody`;
  return [...(largest > most ? [chain] : []), ...(supersized.size > 0 ? [stayed] : [])];
}

/** Of each record the number of its profile's, component's and cluster's first record; and of its supersized one, else -1. */
export interface Assigned {
  profile: Int32Array;
  component: Int32Array;
  cluster: Int32Array;
  supersized: Int32Array;
}

interface Found extends Linked {
  /** Of each profile the first of its cluster. */
  cluster: Int32Array;
  /** Profiles of several records that say too little to be one person. */
  weak: ReadonlySet<number>;
}

/** Duplicates of a profile that says too little to be one person are people of their own, unless something else bound them. */
export function assigned({ profiles, profile }: Collapsed, found: Found): Assigned {
  const alone = new Uint8Array(profiles.size).fill(1);
  for (let place = 0; place < alone.length; place++) {
    const first = found.component[place] ?? place;
    if (first !== place) alone[first] = alone[place] = 0;
  }
  const id = (place: number) => profiles.ids[place] ?? 0;
  const records = profile.length;
  const all = { profile: new Int32Array(records), component: new Int32Array(records) };
  const more = { cluster: new Int32Array(records), supersized: new Int32Array(records).fill(-1) };
  for (let record = 0; record < records; record++) {
    const place = profile[record] ?? 0;
    const own = alone[place] === 1 && found.weak.has(place);
    const piece = found.piece[place] ?? place;
    all.profile[record] = id(place);
    all.component[record] = own ? record : id(found.component[place] ?? place);
    more.cluster[record] = own ? record : id(found.cluster[place] ?? place);
    if (alone[place] === 0 && found.supersized.has(piece)) more.supersized[record] = id(piece);
  }
  return { ...all, ...more };
}
