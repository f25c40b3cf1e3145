import { type Rule, refinersOf } from '../blocking.ts';
import { REFINEMENTS } from '../blocks.ts';
import type { Profiles } from '../profiles.ts';
import { hashesOf, keysOf, mixed } from '../rule-keys.ts';

/** A key that a record has under a rule, then what becomes of it each time that its block is refined. */
export interface KeyChains {
  record: Int32Array;
  rule: Int32Array;
  /** By depth. */
  keys: Int32Array[];
}

/**
 * All keys that records may stand under, whichever blocks turn out to be oversized: they depend on the texts of a record alone,
 * so that parts of the records can be given theirs apart from each other. Keys are signed here, as engines count.
 */
export function keyChains(records: Profiles, rules: readonly Rule[]): KeyChains {
  const depths = Array.from({ length: REFINEMENTS + 1 }, (_, depth) => depth);
  const [record, rule] = [[] as number[], [] as number[]];
  const keys = depths.map(() => [] as number[]);
  rules.forEach((each, number) => {
    const refiners = refinersOf(each).map((column) => hashesOf(records, { column }));
    for (const slot of keysOf(records, each, number)) {
      for (let place = 0; place < slot.length; place++) {
        let key = slot[place] ?? 0;
        if (key === 0) continue;
        record.push(place);
        rule.push(number);
        for (const depth of depths) {
          keys[depth]?.push(key | 0);
          key = mixed(key, refiners[depth]?.[place] ?? 0);
        }
      }
    }
  });
  return {
    record: Int32Array.from(record),
    rule: Int32Array.from(rule),
    keys: keys.map((each) => Int32Array.from(each)),
  };
}

/** The number of the bucket that a block is in, by its key. */
export const bucketOf = (key: number, buckets: number): number => (((key | 0) % buckets) + buckets) % buckets;

/** The same of a signed key, in SQL. */
export const bucketSql = (key: string, buckets: number): string =>
  `MOD(MOD(${key}, ${buckets}) + ${buckets}, ${buckets})`;
