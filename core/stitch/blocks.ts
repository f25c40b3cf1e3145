import { type Rule, refinersOf } from './blocking.ts';
import { PairList, type Pairs } from './pairs.ts';
import type { Profiles } from './profiles.ts';
import { hashesOf, keysOf, mixed } from './rule-keys.ts';
import { type Entries, forEachRun, sortedEntries } from './sorted-keys.ts';

/** Keys are refined so many times before what is left of an oversized block is cut. */
export const REFINEMENTS = 3;
/** Blocks that grew to so many times their cap since a model froze which ones are refined: the model no longer fits. */
const OUTGROWN = 4;

/**
 * A rule may bring each profile together with so many others on average, and half a million pairs in any case: when the
 * values of a data set make more, it takes its smaller blocks only and refines the others.
 */
const BUDGET = 10;
const LEAST_BUDGET = 500_000;

/** A block that was refined because too many profiles share its key. */
export type Oversized = { depth: number; rule: number; key: number; n: number };

/** What a rule found. `cut` counts the keys that stayed oversized after all refinements. */
export interface RuleReport {
  rule: string;
  keys: number;
  pairs: number;
  cut: number;
  /** The value of the largest block that was refined, and how many profiles share it. */
  exploding?: { value: string; profiles: number };
}

/**
 * Which profiles meet. A key is a number made of the values of a rule's parts alone, so that it is the same in every run;
 * 0 is none.
 */
export class Blocks {
  readonly report: RuleReport[];
  readonly oversized: Oversized[];
  /** True when a block has grown far beyond its cap that the model does not refine. */
  readonly outgrown: boolean;
  readonly #size: number;
  /** By rule, the places in a profile's row of keys. */
  readonly #slots: readonly { from: number; to: number }[];
  readonly #width: number;
  /** A row of keys for each profile, as they are after refinement. */
  readonly #keys: Uint32Array;

  /** `frozen` are the blocks that a model refines, which then decide instead of the caps. */
  constructor(profiles: Profiles, rules: readonly Rule[], frozen?: readonly Oversized[]) {
    this.#size = profiles.size;
    const keys = rules.map((rule, number) => keysOf(profiles, rule, number));
    this.#slots = placesOf(keys);
    this.#width = this.#slots.at(-1)?.to ?? 0;
    this.#keys = new Uint32Array(this.#width * profiles.size);
    const refined = frozen && new Set(frozen.map(({ depth, rule, key }) => `${depth}/${rule}/${key}`));
    const [report, oversized]: [RuleReport[], Oversized[]] = [[], []];
    let outgrown = false;
    rules.forEach((rule, number) => {
      const found = settle(keys[number] ?? [], rule, number, profiles, refined);
      for (const [i, slot] of found.keys.entries()) this.#write(slot, (this.#slots[number]?.from ?? 0) + i);
      report.push({ rule: rule.name, ...found.counts });
      oversized.push(...found.oversized);
      outgrown ||= refined !== undefined && found.largest > OUTGROWN * rule.cap;
    });
    this.report = report.sort((one, other) => (one.rule < other.rule ? -1 : 1));
    this.oversized = frozen ? [...frozen] : oversized;
    this.outgrown = outgrown;
  }

  /** How many pairs meet, each once a rule: known before any pair is made. */
  get meetings(): number {
    return this.report.reduce((sum, { pairs }) => sum + pairs, 0);
  }

  /** Each pair of profiles that meet, once, under the first rule that brings them together. */
  pairs(wanted: (a: number, b: number, key: number) => boolean = () => true): Pairs {
    const found = new PairList();
    this.#slots.forEach((slots, rule) => {
      const { keys, places } = this.#entries(slots);
      const several = slots.to - slots.from;
      const profiles = several === 1 ? places : places.map((place) => Math.floor(place / several));
      forEachRun(keys, (from, to) => {
        const key = keys[from] ?? 0;
        for (let i = from; i < to; i++) {
          const a = profiles[i] ?? 0;
          for (let j = i + 1; j < to; j++) {
            const b = profiles[j] ?? 0;
            if (a !== b && wanted(a, b, key) && this.#first(rule, key, a, b)) found.add(a, b);
          }
        }
      });
    });
    return found.pairs();
  }

  /** The places of the rules that bring two profiles together. */
  rulesOf(a: number, b: number): number[] {
    return [...this.#slots.keys()].filter((rule) => this.#common(rule, a, b) !== 0);
  }

  #write(slot: Uint32Array, at: number): void {
    for (let profile = 0; profile < this.#size; profile++) this.#keys[profile * this.#width + at] = slot[profile] ?? 0;
  }

  #entries({ from, to }: { from: number; to: number }): Entries {
    const slots = Array.from({ length: to - from }, (_, i) => {
      const keys = new Uint32Array(this.#size);
      for (let profile = 0; profile < this.#size; profile++)
        keys[profile] = this.#keys[profile * this.#width + from + i] ?? 0;
      return keys;
    });
    return sortedEntries(slots);
  }

  /** No earlier rule brings the two together, and no earlier key of this one. */
  #first(rule: number, key: number, a: number, b: number): boolean {
    for (let earlier = 0; earlier < rule; earlier++) if (this.#common(earlier, a, b) !== 0) return false;
    return this.#common(rule, a, b) === key;
  }

  /** The first key of a rule that two profiles share. */
  #common(rule: number, a: number, b: number): number {
    const { from = 0, to = 0 } = this.#slots[rule] ?? {};
    const [mine, theirs] = [a * this.#width, b * this.#width];
    for (let i = from; i < to; i++) {
      const key = this.#keys[mine + i] ?? 0;
      if (key === 0) continue;
      for (let j = from; j < to; j++) if (this.#keys[theirs + j] === key) return key;
    }
    return 0;
  }
}

function placesOf(keys: readonly (readonly Uint32Array[])[]): { from: number; to: number }[] {
  let from = 0;
  return keys.map((slots) => {
    const to = from + slots.length;
    const place = { from, to };
    from = to;
    return place;
  });
}

interface Settled {
  keys: readonly Uint32Array[];
  counts: Omit<RuleReport, 'rule'>;
  oversized: Oversized[];
  largest: number;
}

/**
 * The keys of a rule after refinement: profiles of an oversized block stand under its key and their next column, those
 * without a value there among themselves. Keys that one profile has, and what is oversized to the last, are none.
 */
function settle(
  initial: readonly Uint32Array[],
  rule: Rule,
  number: number,
  profiles: Profiles,
  frozen: ReadonlySet<string> | undefined,
): Settled {
  const keys = initial.map((slot) => new Uint32Array(slot.length));
  const settled: Settled = { keys, counts: { keys: 0, pairs: 0, cut: 0 }, oversized: [], largest: 0 };
  const refiners = refinersOf(rule).slice(0, REFINEMENTS);
  const most = new MostShared(rule, profiles);
  let cap = rule.cap;
  let current: readonly Uint32Array[] = initial;
  for (let depth = 0; depth <= REFINEMENTS && current.length > 0; depth++) {
    const refiner = refiners[depth];
    const hashes = refiner === undefined ? new Uint32Array(profiles.size) : hashesOf(profiles, { column: refiner });
    const entries = sortedEntries(current);
    if (depth === 0 && frozen === undefined) cap = capWithin(entries.keys, rule.cap, profiles.size);
    const next = initial.map((slot) => new Uint32Array(slot.length));
    let refined = false;
    forEachRun(entries.keys, (from, to) => {
      const [key, n] = [entries.keys[from] ?? 0, to - from];
      const large = frozen ? frozen.has(`${depth}/${number}/${key}`) : n > cap;
      if (large) {
        settled.oversized.push({ depth, rule: number, key, n });
        if (depth === REFINEMENTS) settled.counts.cut += 1;
        if (depth === 0) most.add(n, Math.floor((entries.places[from] ?? 0) / initial.length));
        refined = true;
      } else {
        settled.counts.keys += 1;
        settled.counts.pairs += (n * (n - 1)) / 2;
        settled.largest = Math.max(settled.largest, n);
      }
      for (let i = from; i < to; i++) {
        const place = entries.places[i] ?? 0;
        const [slot, profile] = [place % initial.length, Math.floor(place / initial.length)];
        const target = large ? next[slot] : keys[slot];
        if (target) target[profile] = large ? mixed(key, hashes[profile] ?? 0) : key;
      }
    });
    current = refined ? next : [];
  }
  return { ...settled, counts: { ...settled.counts, ...most.exploding } };
}

function capWithin(keys: Uint32Array, cap: number, profiles: number): number {
  if (!Number.isFinite(cap)) return cap;
  const blocks = new Float64Array(cap + 1);
  forEachRun(keys, (from, to) => {
    if (to - from <= cap) blocks[to - from] = (blocks[to - from] ?? 0) + 1;
  });
  return affordable(blocks, cap, profiles);
}

/**
 * The largest block size up to `cap` at which all blocks of that size and less make no more pairs than a rule may. `blocks`
 * says how many there are of each size.
 */
export function affordable(blocks: Float64Array, cap: number, profiles: number): number {
  let pairs = 0;
  for (let n = 2; n <= cap; n++) {
    pairs += (blocks[n] ?? 0) * ((n * (n - 1)) / 2);
    if (pairs > Math.max(BUDGET * profiles, LEAST_BUDGET)) return n - 1;
  }
  return cap;
}

/** Remembers the largest of the blocks that are refined. */
class MostShared {
  readonly #rule: Rule;
  readonly #profiles: Profiles;
  #largest = 0;
  #example = 0;

  constructor(rule: Rule, profiles: Profiles) {
    this.#rule = rule;
    this.#profiles = profiles;
  }

  add(profiles: number, example: number): void {
    if (profiles <= this.#largest) return;
    this.#largest = profiles;
    this.#example = example;
  }

  get exploding(): Pick<RuleReport, 'exploding'> {
    if (this.#largest === 0) return {};
    const columns = this.#rule.parts.flatMap((part) => ('column' in part ? [part.column] : part.either));
    const values = columns.flatMap((name) => this.#profiles.column(name).text(this.#example) ?? []);
    return { exploding: { value: values.join(', '), profiles: this.#largest } };
  }
}
