import type { StitchSettings } from '../../contracts/customer360.ts';
import { Blocks } from '../blocking/blocks.ts';
import { findingsOf } from '../blocking/measured-rules.ts';
import type { Rule } from '../blocking/rule.ts';
import type { Compared } from '../comparisons/comparing.ts';
import { Comparer, type Patterns } from '../comparisons/patterns.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import type { Frozen } from '../model/state.ts';
import type { Profiles } from '../records/profiles.ts';
import type { Shape } from '../records/shape.ts';
import { contextOf } from '../resolve.ts';
import { bucketOf } from './key-chains.ts';
import { type Tally, talliesOf } from './tallies.ts';

/** The profiles of some blocks, and how to tell these blocks from others that the same profiles stand in. */
export interface Bucket {
  profiles: Profiles;
  /** Numbers of the buckets that are here, of so many. */
  here: ReadonlySet<number>;
  of: number;
}

/** What decides how pairs meet and compare: settings and rules, and what was counted over all records. */
export interface CountedOverAll {
  shape: Shape;
  settings: StitchSettings;
  rules: readonly Rule[];
  frozen: Frozen;
}

/**
 * The pairs that meet in the blocks of a bucket, each under the first rule that brings it together: so in one bucket of all.
 * Keys depend on texts and on which blocks are oversized, and levels on texts and how common values are, so that a bucket says
 * of a pair what a machine that holds all profiles does.
 */
export function compareBucket(
  { profiles, here, of }: Bucket,
  { shape, settings, rules, frozen }: CountedOverAll,
): { pairs: Compared; patterns: Patterns; tallies: Tally[] } {
  const blocks = new Blocks(profiles, rules, frozen.blocks);
  const met = blocks.pairs((_a, _b, key) => here.has(bucketOf(key, of)));
  const comparer = new Comparer(comparisonsOf(shape, settings.rules), contextOf(profiles, settings, frozen));
  const pairs = { ...met, pattern: comparer.compareAll(met) };
  const found = findingsOf({ profiles, rules, blocks }, met);
  return { pairs, patterns: comparer.patterns, tallies: talliesOf(pairs.pattern, found) };
}
