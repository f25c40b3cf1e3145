import type { Profiles } from '../records/profiles.ts';
import { REFINEMENTS, type Rule, refinersOf } from './rule.ts';
import { mixed, type RuleKeys } from './rule-keys.ts';
import { type Entries, runEnd, sorted, sortedEntries } from './sorted-keys.ts';
import { ALL, sieveOf, type Wanted } from './wanted-keys.ts';

/**
 * A rule may bring each profile together with so many others on average, and half a million pairs in any case: when the
 * values of a data set make more, it takes its smaller blocks only and refines the others.
 */
const BUDGET = 10;
const LEAST_BUDGET = 500_000;

/** Pairs that a rule may make of so many profiles. */
export const budgetOf = (profiles: number): number => Math.max(BUDGET * profiles, LEAST_BUDGET);

/** A block that was refined because too many profiles share its key. */
export type Oversized = { depth: number; rule: number; key: number; n: number };

/** Which profiles a rule brings together. */
export interface RuleBlocks extends Pick<Keyed, 'slots'> {
  /** Block after block the places (profile · slots + slot) that share a key, and where each block begins; then the end. */
  places: Uint32Array;
  starts: Uint32Array;
  /** The key of each block. */
  keys: Uint32Array;
  pairs: number;
  /** Records under one key before it is refined. */
  cap: number;
  oversized: Oversized[];
  /** Keys that stayed oversized after all refinements. */
  cut: number;
  /** Profiles of the largest block that was not refined. */
  largest: number;
  /** The largest block that was: how many profiles, and one of them. */
  exploding?: { profiles: number; example: number };
}

export interface Refining {
  rule: Rule;
  /** Its place among the rules. */
  number: number;
  keys: RuleKeys;
  profiles: Profiles;
  /** The blocks that a model refines, which then decide instead of the cap. */
  frozen?: ReadonlySet<string> | undefined;
  /** All keys by default. */
  wanted?: Wanted | undefined;
  /** Pairs that it may make, where the profiles or their keys are not all there are. */
  budget?: number | undefined;
  /** The cap, where it was found before. */
  cap?: number | undefined;
}

export const frozenBlock = ({ depth, rule, key }: Pick<Oversized, 'depth' | 'rule' | 'key'>): string =>
  `${depth}/${rule}/${key}`;

/** The keys of a rule that are wanted, before any is refined. */
export interface Keyed {
  /** How many keys a profile may have under the rule. */
  slots: number;
  entries: Entries;
}

export function keyedBy({
  rule,
  number,
  keys,
  wanted = ALL,
}: Pick<Refining, 'rule' | 'number' | 'keys' | 'wanted'>): Keyed {
  const slots = keys.of(rule, number);
  return { slots: slots.length, entries: sortedEntries(slots, sieveOf(slots, wanted)) };
}

/**
 * The blocks of a rule's keys. Profiles of an oversized block stand under its key and their next column, those without a
 * value there among themselves. Keys that one profile has, and what is oversized to the last, are none.
 */
export function blocksOf(refining: Refining, { slots, entries: all }: Keyed = keyedBy(refining)): RuleBlocks {
  let entries = all;
  const refiners = refinersOf(refining.rule);
  const growing = new Growing(slots, entries, refining);
  for (let depth = 0; depth <= REFINEMENTS && entries.keys.length > 0; depth++) {
    const large = growing.take(entries, depth);
    const refiner = refiners[depth];
    const hashes = refiner === undefined ? undefined : refining.keys.hashes({ column: refiner });
    if (large.keys.length === 0) break;
    for (let i = 0; i < large.keys.length; i++) {
      const profile = Math.floor((large.places[i] ?? 0) / slots);
      large.keys[i] = mixed(large.keys[i] ?? 0, hashes?.[profile] ?? 0);
    }
    entries = sorted(large);
  }
  return growing.blocks();
}

/** Blocks as they are found. */
class Growing {
  readonly #refining: Refining;
  readonly #found: RuleBlocks;
  #filled = 0;
  #blocks = 0;

  /** No place comes twice, so all blocks have room in what the first keys take. */
  constructor(slots: number, { keys }: Entries, refining: Refining) {
    const { rule, profiles, frozen, budget = budgetOf(profiles.size) } = refining;
    const cap = refining.cap ?? (frozen ? rule.cap : capWithin(keys, rule.cap, budget));
    const most = keys.length >> 1;
    const found = {
      places: new Uint32Array(keys.length),
      starts: new Uint32Array(most + 1),
      keys: new Uint32Array(most),
    };
    this.#refining = refining;
    this.#found = { slots, ...found, cap, pairs: 0, oversized: [], cut: 0, largest: 0 };
  }

  /** Takes the blocks of sorted keys; gives the entries of those that are too large. */
  take({ keys, places }: Entries, depth: number): Entries {
    const large: number[] = [];
    let count = 0;
    for (let from = 0, to = 0; from < keys.length; from = to) {
      to = runEnd(keys, from);
      if (to - from === 1) continue;
      if (this.#isLarge(keys[from] ?? 0, to - from, depth)) {
        this.#refine(keys[from] ?? 0, to - from, depth, places[from] ?? 0);
        large.push(from);
        count += to - from;
      } else this.#keep(keys[from] ?? 0, places.subarray(from, to));
    }
    const left = { keys: new Uint32Array(count), places: new Uint32Array(count) };
    count = 0;
    for (const from of large) {
      const to = runEnd(keys, from);
      left.keys.set(keys.subarray(from, to), count);
      left.places.set(places.subarray(from, to), count);
      count += to - from;
    }
    return left;
  }

  blocks(): RuleBlocks {
    const { places, starts, keys } = this.#found;
    const [filled, blocks] = [this.#filled, this.#blocks];
    return {
      ...this.#found,
      ...{ places: places.slice(0, filled), starts: starts.slice(0, blocks + 1), keys: keys.slice(0, blocks) },
    };
  }

  #isLarge(key: number, n: number, depth: number): boolean {
    const { frozen, number } = this.#refining;
    return frozen ? frozen.has(frozenBlock({ depth, rule: number, key })) : n > this.#found.cap;
  }

  #refine(key: number, n: number, depth: number, place: number): void {
    this.#found.oversized.push({ depth, rule: this.#refining.number, key, n });
    if (depth === REFINEMENTS) this.#found.cut += 1;
    if (depth > 0 || n <= (this.#found.exploding?.profiles ?? 0)) return;
    this.#found.exploding = { profiles: n, example: Math.floor(place / this.#found.slots) };
  }

  #keep(key: number, block: Uint32Array): void {
    const [found, n] = [this.#found, block.length];
    found.keys[this.#blocks] = key;
    found.places.set(block, this.#filled);
    this.#filled += n;
    found.starts[++this.#blocks] = this.#filled;
    found.pairs += (n * (n - 1)) / 2;
    if (n > found.largest) found.largest = n;
  }
}

function capWithin(keys: Uint32Array, cap: number, budget: number): number {
  const most = Math.min(cap, keys.length);
  const blocks = new Float64Array(most + 1);
  for (let from = 0, to = 0; from < keys.length; from = to) {
    to = runEnd(keys, from);
    if (to - from <= most) blocks[to - from] = (blocks[to - from] ?? 0) + 1;
  }
  return affordable(blocks, cap, budget);
}

/**
 * The largest block size up to `cap` at which all blocks of that size and less make no more pairs than a rule may. `blocks`
 * says how many there are of each size.
 */
export function affordable(blocks: Float64Array, cap: number, budget: number): number {
  let pairs = 0;
  for (let n = 2; n < blocks.length; n++) {
    pairs += (blocks[n] ?? 0) * ((n * (n - 1)) / 2);
    if (pairs > budget) return n - 1;
  }
  return cap;
}
