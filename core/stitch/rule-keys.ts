import type { Part, Rule } from './blocking.ts';
import { type Column, listOf } from './columns.ts';
import { type Dictionary, lettersHash, stirred } from './dictionary.ts';
import type { Profiles } from './profiles.ts';

/** The keys of a rule: one for each profile, or as many as a profile may have. */
export function keysOf(profiles: Profiles, { parts, several }: Rule, rule: number): Uint32Array[] {
  if (several !== undefined) return severalKeys(profiles.column(several), rule);
  const values = parts.map((part) => hashesOf(profiles, part));
  const keys = new Uint32Array(profiles.size);
  for (let profile = 0; profile < profiles.size; profile++) {
    let key = rule + 1;
    for (const part of values) {
      const value = part[profile] ?? 0;
      if (value === 0) {
        key = 0;
        break;
      }
      key = mixed(key, value);
    }
    keys[profile] = key;
  }
  return [keys];
}

function severalKeys(lists: Column, rule: number): Uint32Array[] {
  const hashes = Array.from({ length: lists.dictionary.size }, (_, code) =>
    listOf(lists.dictionary.text(code)).map(textHash),
  );
  const most = hashes.reduce((size, each) => Math.max(size, each.length), 0);
  return Array.from({ length: most }, (_, i) =>
    Uint32Array.from(lists.codes, (code) => {
      const hash = hashes[code]?.[i];
      return hash === undefined ? 0 : mixed(rule + 1, hash);
    }),
  );
}

/** A number for each profile's value; 0 where there is none. */
export function hashesOf(profiles: Profiles, part: Part): Uint32Array {
  const found = new Uint32Array(profiles.size);
  if ('either' in part) {
    const [one, other] = part.either.map((column) => hashesOf(profiles, { column })) as [Uint32Array, Uint32Array];
    for (let profile = 0; profile < found.length; profile++) {
      const [mine, theirs] = [one[profile] ?? 0, other[profile] ?? 0];
      if (mine !== 0 && theirs !== 0) found[profile] = mixed(Math.min(mine, theirs), Math.max(mine, theirs));
    }
    return found;
  }
  const { codes, dictionary } = profiles.column(part.column);
  const hashes = part.letters === undefined ? wholeHashes(dictionary) : beginningHashes(dictionary, part.letters);
  for (let profile = 0; profile < found.length; profile++) found[profile] = hashes[codes[profile] ?? -1] ?? 0;
  return found;
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

const textHash = (text: string): number =>
  lettersHash(
    Array.from(text, (letter) => letter.charCodeAt(0)),
    0,
    text.length,
  ) || 1;

/** A key with a further value; never 0. */
export const mixed = (key: number, value: number): number => stirred(Math.imul(key, 31) + value) || 1;
