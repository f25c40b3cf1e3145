import { numberOf, REFINEMENTS, type Rule, refinersOf } from '../blocking/rule.ts';
import { frozenBlock, type Oversized } from '../blocking/rule-blocks.ts';
import { mixed, RuleKeys } from '../blocking/rule-keys.ts';
import type { Profiles } from '../records/profiles.ts';

/** How often a key may have been refined. */
export const depths: readonly number[] = Array.from({ length: REFINEMENTS + 1 }, (_, depth) => depth);

/** A key that a record has under a rule, then what becomes of it each time that its block is refined. */
export interface KeyChains {
  record: Int32Array;
  rule: Int32Array;
  /** By depth. */
  keys: Int32Array[];
}

/**
 * All keys that records may stand under, whichever blocks turn out to be oversized: they depend on the texts of a record alone,
 * so that parts of the records can be given theirs apart from each other. Where a model knows the oversized blocks, the first
 * key is the one that the record stands under at last. Keys are signed here, as engines count.
 */
export function keyChains(records: Profiles, rules: readonly Rule[], oversized?: readonly Oversized[]): KeyChains {
  const refined = oversized && new Set(oversized.map(frozenBlock));
  const keys = new RuleKeys(records);
  const [record, number] = [[] as number[], [] as number[]];
  const found = depths.map(() => [] as number[]);
  rules.forEach((rule, place) => {
    const refiners = refinersOf(rule);
    const hashes = refiners.map((column) => keys.hashes({ column }));
    const settled = (chain: number[]) =>
      refined ? chain.findIndex((key, depth) => !refined.has(frozenBlock({ depth, rule: place, key }))) : 0;
    for (const slot of keys.of(rule, place)) {
      for (let row = 0; row < slot.length; row++) {
        const first = slot[row] ?? 0;
        if (first === 0) continue;
        const chain = [first];
        for (let depth = 0; depth < REFINEMENTS; depth++)
          chain.push(mixed(chain[depth] ?? 0, hashes[depth]?.[row] ?? 0));
        const from = settled(chain);
        if (from < 0) continue;
        record.push(row);
        number.push(numberOf(rule, place));
        for (const depth of depths) found[depth]?.push((chain[Math.min(from + depth, REFINEMENTS)] ?? 0) | 0);
      }
    }
  });
  return {
    record: Int32Array.from(record),
    rule: Int32Array.from(number),
    keys: found.map((each) => Int32Array.from(each)),
  };
}

/** The number of the bucket that a block is in, by its key. */
export const bucketOf = (key: number, buckets: number): number => (((key | 0) % buckets) + buckets) % buckets;

/** The same of a signed key, in SQL. */
export const bucketSql = (key: string, buckets: number): string =>
  `MOD(MOD(${key}, ${buckets}) + ${buckets}, ${buckets})`;
