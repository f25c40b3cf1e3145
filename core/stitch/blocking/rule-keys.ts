import { type Column, listOf } from '../records/columns.ts';
import { type Dictionary, lettersHash, stirred, textHash } from '../records/dictionary.ts';
import { shared } from '../records/grown.ts';
import type { Profiles } from '../records/profiles.ts';
import { numberOf, type Part, type Rule, refinersOf } from './rule.ts';

/** By part of a key a number for each profile's value. */
export type RuleHashes = ReadonlyMap<string, Uint32Array | undefined>;

/**
 * Makes the keys of rules over one run's profiles. A key is a number made of the values of a rule's parts alone, so that it
 * is the same in every run; 0 is none. What several rules are made of is hashed once.
 */
export class RuleKeys {
  readonly #profiles: Profiles;
  readonly #hashes: Map<string, Uint32Array | undefined>;

  /** `hashes` are those that another thread has made. */
  constructor(profiles: Profiles, hashes: RuleHashes = new Map()) {
    this.#profiles = profiles;
    this.#hashes = new Map(hashes);
  }

  /** What the keys of rules are made of and refined by, for another thread to make them of. */
  hashesOf(rules: readonly Rule[]): RuleHashes {
    for (const rule of rules) {
      for (const part of rule.parts) this.hashes(part);
      for (const column of refinersOf(rule)) this.hashes({ column });
    }
    return this.#hashes;
  }

  /**
   * One row of keys, profile by profile; as many as a profile may have keys; none where no profile has a value of some part.
   * `place` is the rule's among those of the run.
   */
  of(rule: Rule, place: number): Uint32Array[] {
    const { parts, several } = rule;
    const first = numberOf(rule, place) + 1;
    if (several !== undefined) return severalKeys(this.#profiles.column(several), first);
    const keys = new Uint32Array(this.#profiles.size).fill(first);
    for (const part of parts) {
      const values = this.hashes(part);
      if (values === undefined) return [];
      mixIn(keys, values);
    }
    return [keys];
  }

  /** A number for each profile's value, 0 where there is none; undefined when no profile has one. */
  hashes(part: Part): Uint32Array | undefined {
    const name = JSON.stringify(part);
    if (!this.#hashes.has(name)) this.#hashes.set(name, this.#made(part));
    return this.#hashes.get(name);
  }

  #made(part: Part): Uint32Array | undefined {
    if ('column' in part) return columnHashes(this.#profiles.column(part.column), part.letters);
    const [one, other] = part.either.map((column) => this.hashes({ column }));
    return one && other && eitherHashes(one, other);
  }
}

function columnHashes(column: Column, letters: number | undefined): Uint32Array | undefined {
  if (column.isEmpty) return undefined;
  const { codes, dictionary } = column;
  const hashes = letters === undefined ? wholeHashes(dictionary) : beginningHashes(dictionary, letters);
  const found = shared.unsigned(codes.length);
  for (let profile = 0; profile < found.length; profile++) {
    const code = codes[profile] ?? -1;
    if (code >= 0) found[profile] = hashes[code] ?? 0;
  }
  return found;
}

/** The same for two values whichever of them stands first. */
function eitherHashes(one: Uint32Array, other: Uint32Array): Uint32Array {
  const found = shared.unsigned(one.length);
  for (let profile = 0; profile < found.length; profile++) {
    const [mine, theirs] = [one[profile] ?? 0, other[profile] ?? 0];
    if (mine !== 0 && theirs !== 0) found[profile] = mixed(Math.min(mine, theirs), Math.max(mine, theirs));
  }
  return found;
}

function severalKeys(lists: Column, first: number): Uint32Array[] {
  const hashes = Array.from({ length: lists.dictionary.size }, (_, code) =>
    [...new Set(listOf(lists.dictionary.text(code)))].map((text) => textHash(text) || 1),
  );
  const most = hashes.reduce((size, each) => Math.max(size, each.length), 0);
  return Array.from({ length: most }, (_, i) =>
    Uint32Array.from(lists.codes, (code) => {
      const hash = hashes[code]?.[i];
      return hash === undefined ? 0 : mixed(first, hash);
    }),
  );
}

function wholeHashes(dictionary: Dictionary): Uint32Array {
  const hashes = new Uint32Array(dictionary.size);
  for (let code = 0; code < hashes.length; code++) hashes[code] = dictionary.hash(code) || 1;
  return hashes;
}

/** Of the first letters of each text. */
function beginningHashes(dictionary: Dictionary, count: number): Uint32Array {
  const { letters, starts } = dictionary.letters();
  const hashes = new Uint32Array(dictionary.size);
  for (let code = 0; code < hashes.length; code++) {
    const from = starts[code] ?? 0;
    hashes[code] = lettersHash(letters, from, Math.min(from + count, starts[code + 1] ?? 0)) || 1;
  }
  return hashes;
}

function mixIn(keys: Uint32Array, values: Uint32Array): void {
  for (let profile = 0; profile < keys.length; profile++) {
    const key = keys[profile] ?? 0;
    const value = values[profile] ?? 0;
    keys[profile] = key === 0 || value === 0 ? 0 : mixed(key, value);
  }
}

/** A key with a further value; never 0. */
export const mixed = (key: number, value: number): number => stirred(Math.imul(key, 31) + value) || 1;
