import type { StitchSettings } from '../../contracts/customer360.ts';
import type { EvidenceHop } from '../../contracts/explanation.ts';
import type { RecordKey } from '../../contracts/record-key.ts';
import { CERTAIN } from '../clusters/links.ts';
import { strongestPath } from './path.ts';

/** A pair as `unified_scores` and `stitch_scores` publish it. */
export interface PublishedPair {
  one: RecordKey;
  other: RecordKey;
  /** 0 to 5. */
  score: number;
  match_type: EvidenceHop['match_type'];
}

/** The strongest path of published pairs from one record to another, each turned that way; undefined when they don't lead there. */
export function publishedPath(
  pairs: readonly PublishedPair[],
  from: RecordKey,
  to: RecordKey,
): PublishedPair[] | undefined {
  const places = placesOf([from, to, ...pairs.flatMap(({ one, other }) => [one, other])]);
  const at = (key: RecordKey) => places.get(textOfKey(key)) ?? 0;
  const edges = pairs.map(({ one, other, score }) => ({ a: at(one), b: at(other), score }));
  const found = strongestPath(places.size, edges, at(from), at(to));
  if (found === undefined) return undefined;
  const strongest = new Map<string, PublishedPair>();
  for (const pair of [...pairs].sort((x, y) => x.score - y.score)) {
    strongest.set(`${at(pair.one)} ${at(pair.other)}`, pair);
    strongest.set(`${at(pair.other)} ${at(pair.one)}`, { ...pair, one: pair.other, other: pair.one });
  }
  return found.places.slice(1).flatMap((place, step) => strongest.get(`${found.places[step]} ${place}`) ?? []);
}

export const textOfKey = ({ datasource, pk }: RecordKey): string => JSON.stringify([datasource, pk]);

/** Keys by place, in one order whatever the order of the pairs. */
const placesOf = (keys: readonly RecordKey[]): Map<string, number> =>
  new Map([...new Set(keys.map(textOfKey))].sort().map((key, place) => [key, place]));

/** Pairs that labels bind, each record with the first of its partition: no score of theirs is published. */
export function labelPairs(labels: StitchSettings['labels'], isMember: (key: RecordKey) => boolean): PublishedPair[] {
  const first = new Map<string, RecordKey>();
  return labels.filter(isMember).flatMap(({ label, partition, datasource, pk }) => {
    const group = JSON.stringify([label, partition]);
    const one = first.get(group);
    if (one === undefined) first.set(group, { datasource, pk });
    return one ? [{ one, other: { datasource, pk }, score: CERTAIN / 100, match_type: 'label' as const }] : [];
  });
}

/** The records nearest to some by published pairs, step by step, so many at most; the stronger pair first. */
export function nearest(pairs: readonly PublishedPair[], starts: readonly RecordKey[], most: number): RecordKey[] {
  const found = new Map(starts.map((key) => [textOfKey(key), key]));
  const next = new Map<string, RecordKey[]>();
  const add = (from: RecordKey, to: RecordKey) => {
    const known = next.get(textOfKey(from));
    if (known) known.push(to);
    else next.set(textOfKey(from), [to]);
  };
  for (const { one, other } of [...pairs].sort((x, y) => y.score - x.score)) {
    add(one, other);
    add(other, one);
  }
  for (const key of found.keys()) {
    for (const neighbour of next.get(key) ?? []) {
      if (found.size >= most) return [...found.values()];
      found.set(textOfKey(neighbour), neighbour);
    }
  }
  return [...found.values()];
}
