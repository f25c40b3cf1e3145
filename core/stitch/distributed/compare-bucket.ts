import type { StitchSettings } from '../../contracts/customer360.ts';
import { rulesOf } from '../blocking.ts';
import { Blocks } from '../blocks.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import type { Compared } from '../matching.ts';
import { Comparer, counted, type Patterns } from '../patterns.ts';
import type { Profiles } from '../profiles.ts';
import { contextOf } from '../resolve.ts';
import type { Shape } from '../shape.ts';
import type { Frozen } from '../state.ts';
import { bucketOf } from './key-chains.ts';

/** The profiles of some blocks, and how to tell these blocks from others that the same profiles stand in. */
export interface Bucket {
  profiles: Profiles;
  /** Numbers of the buckets that are here, of so many. */
  here: ReadonlySet<number>;
  of: number;
}

/** What decides how pairs compare: the settings, and what was counted over all records. */
export interface CountedOverAll {
  shape: Shape;
  settings: StitchSettings;
  frozen: Frozen;
}

/**
 * The pairs that meet in the blocks of a bucket, each under the first rule that brings it together: so in one bucket of all.
 * Keys depend on texts and on which blocks are oversized, and levels on texts and how common values are, so that a bucket says
 * of a pair what a machine that holds all profiles does.
 */
export function compareBucket(
  { profiles, here, of }: Bucket,
  { shape, settings, frozen }: CountedOverAll,
): { pairs: Compared; patterns: Patterns; counts: Float64Array } {
  const blocks = new Blocks(profiles, rulesOf(shape), frozen.blocks);
  const met = blocks.pairs((_a, _b, key) => here.has(bucketOf(key, of)));
  const comparer = new Comparer(comparisonsOf(shape), contextOf(profiles, settings, frozen));
  const pairs = { ...met, pattern: comparer.compareAll(met) };
  return { pairs, patterns: comparer.patterns, counts: counted(comparer.patterns, pairs.pattern) };
}
