import type { Profiles } from '../records/profiles.ts';
import { blocksHere } from './blocks-of-rules.ts';
import type { Pairs } from './pairs.ts';
import type { Rule } from './rule.ts';
import type { Oversized, RuleBlocks } from './rule-blocks.ts';
import { RuleKeys } from './rule-keys.ts';

/** Blocks that grew to so many times their cap since a model froze which ones are refined: the model no longer fits. */
const OUTGROWN = 4;

export const hasOutgrown = (rule: Rule, largest: number): boolean => largest > OUTGROWN * rule.cap;

/** What a rule found. `cut` counts the keys that stayed oversized after all refinements. */
export interface RuleReport {
  rule: string;
  keys: number;
  pairs: number;
  cut: number;
  /** The value of the largest block that was refined, and how many profiles share it. */
  exploding?: { value: string; profiles: number };
}

/** Which profiles meet. */
export class Blocks {
  readonly report: RuleReport[];
  readonly oversized: Oversized[];
  /** True when a block has grown far beyond its cap that the model does not refine. */
  readonly outgrown: boolean;
  /** By rule. */
  readonly #blocks: readonly RuleBlocks[];
  readonly #rows: BlockRows;

  /** `frozen` are the blocks that a model refines, which then decide instead of the caps. */
  constructor(
    profiles: Profiles,
    rules: readonly Rule[],
    frozen?: readonly Oversized[],
    blocks = blocksHere(profiles, new RuleKeys(profiles), { rules, frozen }),
  ) {
    this.#blocks = blocks;
    this.#rows = new BlockRows(profiles.size, this.#blocks);
    this.report = rules
      .flatMap((rule, number) => reportOf(rule, this.#blocks[number], profiles) ?? [])
      .sort((one, other) => (one.rule < other.rule ? -1 : 1));
    this.oversized = frozen ? [...frozen] : this.#blocks.flatMap(({ oversized }) => oversized);
    this.outgrown = frozen !== undefined && rules.some((rule, i) => hasOutgrown(rule, this.#blocks[i]?.largest ?? 0));
  }

  /** How many pairs meet, each once a rule: known before any pair is made. */
  get meetings(): number {
    return this.#blocks.reduce((sum, { pairs }) => sum + pairs, 0);
  }

  /** Each pair of profiles that meet, once, under the first rule that brings them together. Of them those that are `wanted`, by the key of their block too. */
  pairs(wanted?: (a: number, b: number, key: number) => boolean): Pairs {
    const found = { a: new Int32Array(this.meetings), b: new Int32Array(this.meetings) };
    let size = 0;
    this.#blocks.forEach((blocks, rule) => {
      size = addPairs(found, size, { blocks, rule, rows: this.#rows, wanted });
    });
    return { a: found.a.slice(0, size), b: found.b.slice(0, size) };
  }

  /** Whether a rule brings two profiles together. */
  meetBy(rule: number, a: number, b: number): boolean {
    return this.#rows.shared(rule, a, b) !== 0;
  }

  /** The places of the rules that bring two profiles together. */
  rulesOf(a: number, b: number): number[] {
    return [...this.#blocks.keys()].filter((rule) => this.meetBy(rule, a, b));
  }
}

interface Adding {
  blocks: RuleBlocks;
  rule: number;
  rows: BlockRows;
  wanted: ((a: number, b: number, key: number) => boolean) | undefined;
}

/** Writes the pairs of a rule that no earlier one brings together behind the `from` that are there; gives how many are there then. */
function addPairs(found: Pairs, from: number, { blocks, rule, rows, wanted }: Adding): number {
  const { places, starts, keys, slots } = blocks;
  let size = from;
  for (let block = 1; block < starts.length; block++) {
    const key = keys[block - 1] ?? 0;
    const [start, end] = [starts[block - 1] ?? 0, starts[block] ?? 0];
    for (let i = start; i < end; i++) {
      const a = slots === 1 ? (places[i] ?? 0) : Math.floor((places[i] ?? 0) / slots);
      for (let j = i + 1; j < end; j++) {
        const b = slots === 1 ? (places[j] ?? 0) : Math.floor((places[j] ?? 0) / slots);
        if (rows.sharedBefore(rule, a, b)) continue;
        // Two that share several values meet by the first.
        if (slots > 1 && rows.shared(rule, a, b) !== block) continue;
        if (wanted !== undefined && !wanted(a, b, key)) continue;
        found.a[size] = a;
        found.b[size++] = b;
      }
    }
  }
  return size;
}

/** A row for each profile: by rule and key the number of the block that it is in, 0 where it is in none. */
class BlockRows {
  readonly #numbers: Uint32Array;
  readonly #width: number;
  /** Where a rule's numbers begin in a row; then the end of the row. */
  readonly #columns: Uint32Array;
  /** For each number in a row, where its rule's begin and end. */
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;

  constructor(size: number, rules: readonly RuleBlocks[]) {
    this.#columns = new Uint32Array(rules.length + 1);
    rules.forEach(({ slots }, rule) => {
      this.#columns[rule + 1] = (this.#columns[rule] ?? 0) + slots;
    });
    this.#width = this.#columns[rules.length] ?? 0;
    [this.#from, this.#to] = [new Uint32Array(this.#width), new Uint32Array(this.#width)];
    this.#numbers = new Uint32Array(this.#width * size);
    rules.forEach((blocks, rule) => {
      const [from, to] = [this.#columns[rule] ?? 0, this.#columns[rule + 1] ?? 0];
      this.#from.fill(from, from, to);
      this.#to.fill(to, from, to);
      this.#write(blocks, from);
    });
  }

  /** Some rule before this one brings the two together. */
  sharedBefore(rule: number, a: number, b: number): boolean {
    return this.#sharedIn(0, this.#columns[rule] ?? 0, a, b) !== 0;
  }

  /** The first block of a rule that the two are in; 0 when there is none. */
  shared(rule: number, a: number, b: number): number {
    return this.#sharedIn(this.#columns[rule] ?? 0, this.#columns[rule + 1] ?? 0, a, b);
  }

  #sharedIn(from: number, to: number, a: number, b: number): number {
    const numbers = this.#numbers;
    const [mine, theirs] = [a * this.#width, b * this.#width];
    for (let column = from; column < to; column++) {
      const block = numbers[mine + column] ?? 0;
      if (block === 0) continue;
      const end = this.#to[column] ?? 0;
      for (let other = this.#from[column] ?? 0; other < end; other++)
        if (numbers[theirs + other] === block) return block;
    }
    return 0;
  }

  #write({ places, starts, slots }: RuleBlocks, column: number): void {
    const width = this.#width;
    for (let block = 1; block < starts.length; block++) {
      const end = starts[block] ?? 0;
      for (let i = starts[block - 1] ?? 0; i < end; i++) {
        const place = places[i] ?? 0;
        const profile = slots === 1 ? place : Math.floor(place / slots);
        this.#numbers[profile * width + column + place - profile * slots] = block;
      }
    }
  }
}

function reportOf(rule: Rule, blocks: RuleBlocks | undefined, profiles: Profiles): RuleReport | undefined {
  if (blocks === undefined) return undefined;
  const { starts, pairs, cut, exploding } = blocks;
  const counts = { rule: rule.name, keys: Math.max(0, starts.length - 1), pairs, cut };
  if (exploding === undefined) return counts;
  const columns = rule.parts.flatMap((part) => ('column' in part ? [part.column] : part.either));
  const values = columns.flatMap((name) => profiles.column(name).text(exploding.example) ?? []);
  return { ...counts, exploding: { value: values.join(', '), profiles: exploding.profiles } };
}
