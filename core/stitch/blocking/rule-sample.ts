import { Patterns } from '../comparisons/patterns.ts';
import type { Profiles } from '../records/profiles.ts';
import type { Rule } from './blocking.ts';
import type { Pairs } from './pairs.ts';
import { blocksOf, budgetOf, type RuleBlocks } from './rule-blocks.ts';
import { RuleKeys } from './rule-keys.ts';

/** Pairs of a sample, and by which rules of a pool each one meets. */
export interface RuleSample {
  /** The share of all keys that the sample is of, a power of one half. */
  share: number;
  /** Distinct, by place. */
  pairs: Pairs;
  /** By pair the number of its history: a row that says of each rule whether the two meet by it. */
  history: Int32Array;
  histories: Patterns;
}

/** A sample brings about so many pairs together, each once a rule. */
const MEETINGS = 200_000;
/** Of so many profiles or fewer all keys are tried before it is known how many pairs they make. */
const TRIED = 1 << 13;
/** Bits of a table of keys that are looked for. */
const SOUGHT = 20;

/** A sample of all profiles that there are; undefined when the whole pool makes no more pairs than `enough`. */
export function ruleSample(
  profiles: Profiles,
  pool: readonly Rule[],
  enough: number,
  keys = new RuleKeys(profiles),
): RuleSample | undefined {
  const blocks = drawBlocks({ profiles, pool, keys, of: profiles.size }, enough);
  return blocks && historiesOf(blocks, { profiles, pool, keys });
}

/** Whole blocks that were drawn from those of a pool. */
export interface DrawnBlocks extends Pick<RuleSample, 'share' | 'pairs'> {
  /** By rule the records under one key before it is refined. */
  caps: number[];
}

/** What blocks are drawn from. */
interface Drawing {
  profiles: Profiles;
  pool: readonly Rule[];
  keys: RuleKeys;
  /** How many profiles there are of which these are all that have a key in the first sample. */
  of: number;
}

/** The share of all keys that is tried before it is known how many pairs they make. */
export const firstShare = (profiles: number): number => 2 ** -Math.max(0, Math.ceil(Math.log2(profiles / TRIED)));

/** Keys below this are in a sample. */
export const keyLimit = (share: number): number => share * 2 ** 32;

/**
 * Draws blocks, not pairs: a block is in the sample when its key is among the first of all possible keys. A key is made of
 * values alone, so the sample is the same whatever the order of records, and a block in it is there whole.
 */
export function drawBlocks(drawing: Drawing, enough: number): DrawnBlocks | undefined {
  let share = firstShare(drawing.of);
  let blocks = sampled(drawing, share);
  const meetings = blocks.reduce((sum, { pairs }) => sum + pairs, 0);
  if (meetings <= share * enough) return undefined;
  if (meetings > MEETINGS) {
    share *= 2 ** -Math.ceil(Math.log2(meetings / MEETINGS));
    blocks = sampled(drawing, share);
  }
  return { share, pairs: distinct(blocks, drawing.profiles.size), caps: blocks.map(({ cap }) => cap) };
}

function sampled({ profiles, pool, keys, of }: Drawing, share: number): RuleBlocks[] {
  const limit = keyLimit(share);
  const budget = share * budgetOf(of);
  return pool.map((rule, number) => {
    const slots = keys.of(rule, number);
    for (const slot of slots) {
      for (let i = 0; i < slot.length; i++) if ((slot[i] ?? 0) >= limit) slot[i] = 0;
    }
    return blocksOf(slots, { rule, number, keys, profiles, budget });
  });
}

/** The pairs of all blocks, each once, in their order. */
function distinct(blocks: readonly RuleBlocks[], size: number): Pairs {
  const all = new Float64Array(blocks.reduce((sum, { pairs }) => sum + pairs, 0));
  let count = 0;
  for (const { places, starts, slots } of blocks) {
    const profiles = slots === 1 ? places : places.map((place) => Math.floor(place / slots));
    for (let block = 1; block < starts.length; block++) {
      const end = starts[block] ?? 0;
      for (let i = starts[block - 1] ?? 0; i < end; i++) {
        for (let j = i + 1; j < end; j++) all[count++] = (profiles[i] ?? 0) * size + (profiles[j] ?? 0);
      }
    }
  }
  all.sort();
  const ofTwo = all.filter((pair, i) => pair !== all[i - 1] && Math.floor(pair / size) !== pair % size);
  return {
    a: Int32Array.from(ofTwo, (pair) => Math.floor(pair / size)),
    b: Int32Array.from(ofTwo, (pair) => pair % size),
  };
}

interface Meeting extends Pick<Drawing, 'profiles' | 'pool' | 'keys'> {
  /** The blocks that are oversized under the caps of the sample, where not all profiles are here to tell. */
  oversized?: ReadonlySet<string>;
}

/** By which rules the pairs of drawn blocks meet: those keys that two have in common are blocked as a whole run would. */
export function historiesOf({ share, pairs, caps }: DrawnBlocks, meeting: Meeting): RuleSample {
  const { profiles, pool, keys, oversized: frozen } = meeting;
  const { a, b } = pairs;
  const rows = new Uint8Array(a.length * pool.length);
  pool.forEach((rule, number) => {
    const slots = keys.of(rule, number);
    keepSought(slots, pairs);
    const cap = caps[number] ?? rule.cap;
    const numbers = numbered(blocksOf(slots, { rule, number, keys, profiles, cap, frozen }), profiles.size);
    for (let pair = 0; pair < a.length; pair++) {
      if (shared(numbers, a[pair] ?? 0, b[pair] ?? 0) !== 0) rows[pair * pool.length + number] = 1;
    }
  });
  const histories = new Patterns(pool.length);
  const history = new Int32Array(a.length);
  for (let pair = 0; pair < a.length; pair++)
    history[pair] = histories.add(rows.subarray(pair * pool.length, (pair + 1) * pool.length));
  return { share, pairs, history, histories };
}

/** Takes away all keys but those that two of a pair have in common (and a few more, since only their last bits are noted). */
function keepSought(slots: readonly Uint32Array[], { a, b }: Pairs): void {
  const sought = new Uint8Array(1 << SOUGHT);
  const mask = sought.length - 1;
  for (let pair = 0; pair < a.length; pair++) {
    const key = shared(slots, a[pair] ?? 0, b[pair] ?? 0);
    if (key !== 0) sought[key & mask] = 1;
  }
  for (const slot of slots) {
    for (let i = 0; i < slot.length; i++) if (sought[(slot[i] ?? 0) & mask] === 0) slot[i] = 0;
  }
}

/** The first number that two have in common; 0 when there is none. */
function shared(slots: readonly Uint32Array[], one: number, other: number): number {
  for (const mine of slots) {
    const number = mine[one] ?? 0;
    if (number === 0) continue;
    for (const theirs of slots) if (theirs[other] === number) return number;
  }
  return 0;
}

/** The number of each profile's block, slot by slot; 0 where it is in none. */
function numbered({ places, starts, slots }: RuleBlocks, size: number): Uint32Array[] {
  const numbers = Array.from({ length: slots }, () => new Uint32Array(size));
  for (let block = 1; block < starts.length; block++) {
    const end = starts[block] ?? 0;
    for (let i = starts[block - 1] ?? 0; i < end; i++) {
      const place = places[i] ?? 0;
      const slot = numbers[place % slots];
      if (slot) slot[Math.floor(place / slots)] = block;
    }
  }
  return numbers;
}
