import type { Column } from '../records/columns.ts';
import type { Profiles } from '../records/profiles.ts';
import { jaroWinkler, jaroWinklerAtMost, lettersIn } from './similarity.ts';

export const MISSING = 0;
export const DIFFER = 1;

/** One grade of agreement. */
export interface Level {
  name: string;
  /** Out of the order of strength; its weight is not held between its neighbours'. */
  apart?: boolean;
  /** Of a value cut short: it says nothing of two clusters where others of their values are whole. */
  cut?: boolean;
}

/** What the levels of two profiles depend on beside their own values. */
export interface Context {
  profiles: Profiles;
  nicknames: ReadonlyMap<string, ReadonlySet<string>>;
  /** By the number of a column's text, how common it is: 0 when fewer than four profiles hold it, 1 when fewer than eight … */
  bands(column: string): Uint8Array;
}

/** The level of two profiles, told by their places. It is the same whichever comes first. */
export type Grade = (a: number, b: number) => number;

/**
 * One piece of evidence. Levels are numbered 0 missing, 1 differ, then `levels` from weak to strong, then equality, one
 * level for each band of how common the value is, from common to rare.
 */
export interface Comparison {
  name: string;
  levels: Level[];
  equal?: { column: string; bands: number };
  /** A household is thought to share it before the data says so. */
  household: boolean;
  /** A difference is what people are told parts two records that are not accepted. */
  conflict: boolean;
  grade(context: Context): Grade;
}

/** How many levels a comparison has. */
export const levelCount = (comparison: Comparison) => 2 + comparison.levels.length + (comparison.equal?.bands ?? 0);

/** The level of equality on a value of a band. */
export function equalLevel({ levels, equal }: Pick<Comparison, 'levels' | 'equal'>, band: number): number {
  const bands = equal?.bands ?? 0;
  return 1 + levels.length + bands - Math.min(band, bands - 1);
}

/** The level of equality on each of a column's texts, by number. */
export function equalLevels(comparison: Pick<Comparison, 'levels' | 'equal'>, context: Context): Uint8Array {
  const bands = context.bands(comparison.equal?.column ?? '');
  return bands.map((band) => equalLevel(comparison, band));
}

const CACHED = 1 << 16;

/**
 * Jaro-Winkler of a column's texts by their numbers, 0 where the letters that they have tell that it is less than `least`, as
 * they do of most strangers. What was just computed is remembered, since few names make most pairs.
 */
export function likeness(column: Column, least: number): (a: number, b: number) => number {
  const [mine, theirs] = [column.spans(), column.spans()];
  const letters = new Int32Array(column.dictionary.size).map((_, code) => lettersIn(mine(code)));
  const [firsts, seconds] = [new Int32Array(CACHED).fill(-1), new Int32Array(CACHED)];
  const found = new Float64Array(CACHED);
  return (a, b) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const [one, other] = [mine(low), theirs(high)];
    if (jaroWinklerAtMost(one, other, letters[low] ?? 0, letters[high] ?? 0) < least) return 0;
    const slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 16;
    if (firsts[slot] === low && seconds[slot] === high) return found[slot] ?? 0;
    const alike = jaroWinkler(one, other);
    firsts[slot] = low;
    seconds[slot] = high;
    found[slot] = alike;
    return alike;
  };
}
