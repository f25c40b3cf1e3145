import { grown } from '../records/grown.ts';

/** Pairs of profiles, by place, column by column. */
export interface Pairs {
  a: Int32Array;
  b: Int32Array;
}

/** Pairs as they are found, of which nobody knows beforehand how many there will be. */
export class PairList {
  #a: Int32Array = new Int32Array(1 << 12);
  #b: Int32Array = new Int32Array(1 << 12);
  #size = 0;

  add(a: number, b: number): void {
    if (this.#size === this.#a.length) {
      this.#a = grown(this.#a, 2 * this.#size);
      this.#b = grown(this.#b, 2 * this.#size);
    }
    this.#a[this.#size] = a;
    this.#b[this.#size++] = b;
  }

  pairs(): Pairs {
    return { a: this.#a.slice(0, this.#size), b: this.#b.slice(0, this.#size) };
  }
}
