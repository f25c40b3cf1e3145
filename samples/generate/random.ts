/** Values with running totals of their weights, made once and drawn from often. */
export interface Weighted<Value> {
  values: Value[];
  totals: number[];
}

export function weighted<Value>(entries: [Value, number][]): Weighted<Value> {
  let total = 0;
  return { values: entries.map(([value]) => value), totals: entries.map(([, weight]) => (total += weight)) };
}

/** A seeded generator (sfc32): the same seed gives the same numbers on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    [this.#a, this.#b, this.#c] = [hash(`${seed}/a`), hash(`${seed}/b`), hash(`${seed}/c`)];
    for (let round = 0; round < 12; round++) this.#bits();
  }

  #bits(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** At least 0, less than 1. */
  fraction(): number {
    return this.#bits() / 4294967296;
  }

  /** A whole number of both bounds and what is between. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.fraction() * values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from: the list is empty');
    return value;
  }

  draw<Value>({ values, totals }: Weighted<Value>): Value {
    const target = this.fraction() * (totals.at(-1) ?? 0);
    let [low, high] = [0, totals.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((totals[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return values[low] as Value;
  }

  shuffle<Value>(values: Value[]): Value[] {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.between(0, last);
      [values[last], values[other]] = [values[other] as Value, values[last] as Value];
    }
    return values;
  }
}

/** A 32-bit hash of a text (FNV-1a with a final mix). */
export function hash(text: string): number {
  let value = 2166136261;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 16777619);
  value = Math.imul(value ^ (value >>> 15), 2246822507);
  return (value ^ (value >>> 13)) >>> 0;
}

/** A ten-digit number for the nth thing: unique, and neighbours don't look like neighbours. */
export function serial(n: number): string {
  return String(Math.imul(n + 1, 2654435761) >>> 0).padStart(10, '0');
}
