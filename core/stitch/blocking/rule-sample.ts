import { Patterns } from '../comparisons/patterns.ts';
import { alone, type Crew } from '../crew.ts';
import type { Profiles } from '../records/profiles.ts';
import { blocksOfRules, keysOfRules } from './blocks-of-rules.ts';
import type { Pairs } from './pairs.ts';
import type { Rule } from './rule.ts';
import { blocksOf, budgetOf, type Keyed, type Oversized, type RuleBlocks } from './rule-blocks.ts';
import { RuleKeys } from './rule-keys.ts';
import { keysBelow } from './sorted-keys.ts';
import { keyLimit, shared } from './wanted-keys.ts';

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

/** A sample of all profiles that there are; undefined when the whole pool makes no more pairs than `enough`. */
export async function ruleSample(
  profiles: Profiles,
  pool: readonly Rule[],
  enough: number,
  keys = new RuleKeys(profiles),
  crew = alone,
): Promise<RuleSample | undefined> {
  const among = { crew, profiles, pool, keys };
  const blocks = await drawBlocks({ ...among, of: profiles.size }, enough);
  return blocks && historiesOf(blocks, among);
}

/** Whole blocks that were drawn from those of a pool. */
export interface DrawnBlocks extends Pick<RuleSample, 'share' | 'pairs'> {
  /** By rule the records under one key before it is refined. */
  caps: number[];
}

interface Among {
  crew: Crew;
  profiles: Profiles;
  pool: readonly Rule[];
  keys: RuleKeys;
}

/** What blocks are drawn from. */
interface Drawing extends Among {
  /** How many profiles there are of which these are all that have a key in the first sample. */
  of: number;
}

/** The share of all keys that is tried before it is known how many pairs they make. */
export const firstShare = (profiles: number): number => 2 ** -Math.max(0, Math.ceil(Math.log2(profiles / TRIED)));

/**
 * Draws blocks, not pairs: a block is in the sample when its key is among the first of all possible keys. A key is made of
 * values alone, so the sample is the same whatever the order of records, and a block in it is there whole.
 */
export async function drawBlocks(
  { crew, profiles, pool, keys, of }: Drawing,
  enough: number,
): Promise<DrawnBlocks | undefined> {
  let share = firstShare(of);
  const keyed = await keysOfRules(crew, profiles, keys, { rules: pool, wanted: { share } });
  const within = (share: number) =>
    pool.map((rule, number) => {
      const { slots, entries } = keyed[number] as Keyed;
      const first = { slots, entries: keysBelow(entries, keyLimit(share)) };
      return blocksOf({ rule, number, keys, profiles, budget: share * budgetOf(of) }, first);
    });
  let blocks = within(share);
  const meetings = blocks.reduce((sum, { pairs }) => sum + pairs, 0);
  if (meetings <= share * enough) return undefined;
  if (meetings > MEETINGS) {
    share *= 2 ** -Math.ceil(Math.log2(meetings / MEETINGS));
    blocks = within(share);
  }
  return { share, pairs: distinct(blocks, profiles.size), caps: blocks.map(({ cap }) => cap) };
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
    a: new Int32Array(ofTwo.map((pair) => Math.floor(pair / size))),
    b: new Int32Array(ofTwo.map((pair) => pair % size)),
  };
}

interface Meeting extends Among {
  /** The blocks that are oversized under the caps of the sample, where not all profiles are here to tell. */
  oversized?: readonly Oversized[];
}

/** By which rules the pairs of drawn blocks meet: those keys that two have in common are blocked as a whole run would. */
export async function historiesOf({ share, pairs, caps }: DrawnBlocks, meeting: Meeting): Promise<RuleSample> {
  const { crew, profiles, pool, keys, oversized: frozen } = meeting;
  const { a, b } = pairs;
  const rules = await blocksOfRules(crew, profiles, keys, { rules: pool, wanted: { pairs }, caps, frozen });
  const width = pool.length;
  const rows = new Uint8Array(a.length * width);
  for (const [rule, blocks] of rules.entries()) {
    const numbers = numbered(blocks, profiles.size);
    for (let pair = 0; pair < a.length; pair++)
      if (shared(numbers, a[pair] ?? 0, b[pair] ?? 0) !== 0) rows[pair * width + rule] = 1;
  }
  const histories = new Patterns(width);
  const history = new Int32Array(a.length);
  for (let pair = 0; pair < a.length; pair++)
    history[pair] = histories.add(rows.subarray(pair * width, (pair + 1) * width));
  return { share, pairs, history, histories };
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
