import type { Pairs } from '../blocking/pairs.ts';
import { heldBy } from '../records/columns.ts';
import { grown } from '../records/grown.ts';
import type { Comparison, Context, Grade } from './comparison.ts';

/**
 * The distinct rows of levels that pairs have: what a pair says is its pattern and nothing else. There are thousands where
 * there are millions of pairs, so that all that follows is done once for each pattern.
 */
export class Patterns {
  size = 0;
  readonly #width: number;
  #levels = new Uint8Array(1 << 10);
  #slots = new Int32Array(1 << 8).fill(-1);

  constructor(width: number) {
    this.#width = width;
  }

  /** The number of a row of levels. */
  add(levels: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(levels) & mask;
    for (let known = this.#slots[slot] ?? -1; known >= 0; known = this.#slots[slot] ?? -1) {
      if (this.#is(known, levels)) return known;
      slot = (slot + 1) & mask;
    }
    const pattern = this.size++;
    if (this.size * this.#width > this.#levels.length) {
      this.#levels = grown(this.#levels, 2 * this.#levels.length + this.#width);
    }
    this.#levels.set(levels, pattern * this.#width);
    this.#slots[slot] = pattern;
    if (2 * this.size > this.#slots.length) this.#widen();
    return pattern;
  }

  /** The levels of all patterns from one on, one after another. */
  rows(from = 0): Uint8Array {
    return this.#levels.slice(from * this.#width, this.size * this.#width);
  }

  /** The numbers of rows of levels that lie one after another. */
  addAll(rows: Uint8Array): Int32Array {
    const numbers = new Int32Array(rows.length / this.#width);
    for (let row = 0; row < numbers.length; row++)
      numbers[row] = this.add(rows.subarray(row * this.#width, (row + 1) * this.#width));
    return numbers;
  }

  levels(pattern: number): Uint8Array {
    return this.#levels.subarray(pattern * this.#width, (pattern + 1) * this.#width);
  }

  /** Patterns by their levels, so that what is summed over them doesn't depend on the order of their coming. */
  sorted(): Int32Array {
    return Int32Array.from({ length: this.size }, (_, pattern) => pattern).sort((one, other) => {
      for (let field = 0; field < this.#width; field++) {
        const difference = this.#at(one, field) - this.#at(other, field);
        if (difference !== 0) return difference;
      }
      return 0;
    });
  }

  #at(pattern: number, field: number): number {
    return this.#levels[pattern * this.#width + field] ?? 0;
  }

  #is(pattern: number, levels: Uint8Array): boolean {
    for (let field = 0; field < this.#width; field++) if (this.#at(pattern, field) !== levels[field]) return false;
    return true;
  }

  #widen(): void {
    const mask = 2 * this.#slots.length - 1;
    const slots = new Int32Array(mask + 1).fill(-1);
    for (let pattern = 0; pattern < this.size; pattern++) {
      let slot = hashOf(this.levels(pattern)) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = pattern;
    }
    this.#slots = slots;
  }
}

function hashOf(levels: Uint8Array): number {
  let hash = 0;
  for (let field = 0; field < levels.length; field++) hash = Math.imul(hash ^ (levels[field] ?? 0), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Compares pairs of one run's profiles field by field. */
export class Comparer {
  readonly patterns: Patterns;
  /** How many profiles there are. */
  readonly size: number;
  readonly #grades: readonly Grade[];
  readonly #levels: Uint8Array;

  constructor(comparisons: readonly Comparison[], context: Context) {
    this.#grades = comparisons.map((comparison) => comparison.grade(context));
    this.#levels = new Uint8Array(comparisons.length);
    this.patterns = new Patterns(comparisons.length);
    this.size = context.profiles.size;
  }

  /** The pattern of two profiles. */
  compare(a: number, b: number): number {
    for (let field = 0; field < this.#grades.length; field++) this.#levels[field] = this.#grades[field]?.(a, b) ?? 0;
    return this.patterns.add(this.#levels);
  }

  compareAll({ a, b }: Pairs): Int32Array {
    return a.map((profile, row) => this.compare(profile, b[row] ?? 0));
  }
}

/** How many pairs have each pattern. */
export const counted = (patterns: Patterns, of: Int32Array): Int32Array => heldBy(of, patterns.size);
