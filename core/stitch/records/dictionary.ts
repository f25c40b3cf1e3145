import { grown, shared } from './grown.ts';

/** Letters of texts that lie one after another; a byte each when all of them are ASCII. */
export type Letters = Uint8Array | Uint16Array;

const EMPTY = -1;
/** Texts in a piece. */
const TOGETHER = 50_000;

/** A dictionary as plain data, which another thread reads where it lies. */
export interface DictionaryData {
  size: number;
  bytes: Uint8Array;
  starts: Uint32Array;
  hashes: Uint32Array;
  ascii: boolean;
}

/**
 * Texts, each once and numbered in the order of their coming. They lie in one run of memory: a million names cost no
 * million objects, and two are compared without making either.
 */
export class Dictionary {
  size = 0;
  #bytes: Uint8Array = shared.bytes(1 << 12);
  /** The same memory: a Buffer makes texts of it quicker than a decoder does. */
  #text = Buffer.from(this.#bytes.buffer);
  #starts: Uint32Array = shared.unsigned(1 << 8);
  #hashes: Uint32Array = shared.unsigned(1 << 8);
  /** By slot the number of a text and its hash, side by side, since they are looked at together. */
  #slots = new Int32Array(1 << 10).fill(EMPTY);
  #ascii = true;
  #letters: { letters: Letters; starts: Uint32Array } | undefined;

  /** The texts of another thread's dictionary. */
  static from({ size, bytes, starts, hashes, ascii }: DictionaryData): Dictionary {
    const dictionary = new Dictionary();
    dictionary.size = size;
    dictionary.#bytes = bytes;
    dictionary.#text = Buffer.from(bytes.buffer);
    dictionary.#starts = starts;
    dictionary.#hashes = hashes;
    dictionary.#ascii = ascii;
    dictionary.#slots = new Int32Array(0);
    return dictionary;
  }

  /** Gives back the room that finding texts takes, once all have come; it is taken again if one is asked for. */
  settle(): void {
    this.#slots = new Int32Array(0);
  }

  data(): DictionaryData {
    return {
      ...{ size: this.size, bytes: this.#bytes, starts: this.#starts, hashes: this.#hashes },
      ascii: this.#ascii,
    };
  }

  /** The number of a text in UTF-8. */
  add(source: Uint8Array, from: number, to: number): number {
    const hash = lettersHash(source, from, to);
    const slot = this.#slotOf(hash, source, from, to);
    const known = this.#slots[slot] ?? EMPTY;
    if (known !== EMPTY) return known;
    const code = this.size;
    this.#keep(source, from, to, hash);
    this.#slots[slot] = code;
    this.#slots[slot + 1] = hash;
    if (4 * this.size > this.#slots.length) this.#makeSlots(2 * this.#slots.length);
    return code;
  }

  addText(text: string): number {
    const size = encoded(text);
    return this.add(scratch, 0, size);
  }

  /** The number of a text, -1 when it never came. */
  find(text: string): number {
    const size = encoded(text);
    return this.#codeOf(lettersHash(scratch, 0, size), scratch, 0, size);
  }

  /** For each text its number in another dictionary, -1 when it isn't there. */
  codesIn(other: Dictionary): Int32Array {
    return Int32Array.from({ length: this.size }, (_, code) => {
      const [from, to] = [this.#starts[code] ?? 0, this.#starts[code + 1] ?? 0];
      return other.#codeOf(this.hash(code), this.#bytes, from, to);
    });
  }

  text(code: number): string {
    return this.#text.toString(this.#ascii ? 'latin1' : 'utf8', this.#starts[code], this.#starts[code + 1]);
  }

  /** All texts in their order, many at a time, a mark between two. */
  *pieces(mark: number): Generator<{ first: number; bytes: Uint8Array }> {
    for (let first = 0; first < this.size; first += TOGETHER) {
      const end = Math.min(first + TOGETHER, this.size);
      const bytes = new Uint8Array((this.#starts[end] ?? 0) - (this.#starts[first] ?? 0) + end - first - 1);
      let at = 0;
      for (let code = first; code < end; code++) {
        if (code > first) bytes[at++] = mark;
        const [from, to] = [this.#starts[code] ?? 0, this.#starts[code + 1] ?? 0];
        bytes.set(this.#bytes.subarray(from, to), at);
        at += to - from;
      }
      yield { first, bytes };
    }
  }

  /** How many bytes a text takes in UTF-8. */
  bytes(code: number): number {
    return (this.#starts[code + 1] ?? 0) - (this.#starts[code] ?? 0);
  }

  /** A number that depends on the text alone, never on what else is in the dictionary. */
  hash(code: number): number {
    return this.#hashes[code] ?? 0;
  }

  /** The letters of all texts: those of `code` lie from `starts[code]` to `starts[code + 1]`. */
  letters(): { letters: Letters; starts: Uint32Array } {
    this.#letters ??= this.#ascii ? { letters: this.#bytes, starts: this.#starts } : this.#decoded();
    return this.#letters;
  }

  #codeOf(hash: number, source: Uint8Array, from: number, to: number): number {
    const slot = this.#slotOf(hash, source, from, to);
    return this.#slots[slot] ?? EMPTY;
  }

  #slotOf(hash: number, source: Uint8Array, from: number, to: number): number {
    // Texts that came from another thread are found by their letters only if somebody asks.
    if (this.#slots.length === 0) this.#makeSlots(Math.max(1 << 10, 2 ** Math.ceil(Math.log2(4 * this.size + 4))));
    const [mask, signed] = [this.#slots.length - 2, hash | 0];
    let slot = (2 * hash) & mask;
    for (let code = this.#slots[slot] ?? EMPTY; code !== EMPTY; code = this.#slots[slot] ?? EMPTY) {
      if (this.#slots[slot + 1] === signed && this.#is(code, source, from, to)) return slot;
      slot = (slot + 2) & mask;
    }
    return slot;
  }

  #is(code: number, source: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[code] ?? 0;
    if ((this.#starts[code + 1] ?? 0) - start !== to - from) return false;
    for (let i = from; i < to; i++) if (this.#bytes[start + i - from] !== source[i]) return false;
    return true;
  }

  #keep(source: Uint8Array, from: number, to: number, hash: number): void {
    const code = this.size;
    if (code + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, 2 * this.#starts.length);
      this.#hashes = grown(this.#hashes, 2 * this.#hashes.length);
    }
    const start = this.#starts[code] ?? 0;
    const end = start + to - from;
    if (end > this.#bytes.length) {
      this.#bytes = grown(this.#bytes, 2 * end);
      this.#text = Buffer.from(this.#bytes.buffer);
    }
    for (let i = from; i < to; i++) {
      const byte = source[i] ?? 0;
      if (byte > 127) this.#ascii = false;
      this.#bytes[start + i - from] = byte;
    }
    this.#starts[code + 1] = end;
    this.#hashes[code] = hash;
    this.size = code + 1;
    this.#letters = undefined;
  }

  #makeSlots(size: number): void {
    const mask = size - 2;
    const slots = new Int32Array(size).fill(EMPTY);
    for (let code = 0; code < this.size; code++) {
      const hash = this.#hashes[code] ?? 0;
      let slot = (2 * hash) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 2) & mask;
      slots[slot] = code;
      slots[slot + 1] = hash;
    }
    this.#slots = slots;
  }

  #decoded(): { letters: Letters; starts: Uint32Array } {
    const letters = new Uint16Array(this.#starts[this.size] ?? 0);
    const starts = new Uint32Array(this.size + 1);
    let at = 0;
    for (let code = 0; code < this.size; code++) {
      const text = this.text(code);
      for (let i = 0; i < text.length; i++) letters[at++] = text.charCodeAt(i);
      starts[code + 1] = at;
    }
    return { letters, starts };
  }
}

const encoder = new TextEncoder();
let scratch = new Uint8Array(1 << 10);

/** Writes a text as UTF-8 into `scratch`; gives its bytes. */
function encoded(text: string): number {
  if (scratch.length < 3 * text.length) scratch = new Uint8Array(6 * text.length);
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter > 127) return encoder.encodeInto(text, scratch).written;
    scratch[i] = letter;
  }
  return text.length;
}

/** FNV-1a, stirred at the end as MurmurHash3 does, so that its low bits can be used alone. */
export function lettersHash(source: ArrayLike<number>, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (source[i] ?? 0), 0x01000193);
  return stirred(hash);
}

/** The same of a text. */
export const textHash = (text: string): number =>
  lettersHash(
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
    0,
    text.length,
  );

/** MurmurHash3's finaliser: every bit of the input moves half of those of the output. */
export function stirred(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
