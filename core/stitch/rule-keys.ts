import type { Part, Rule } from './blocking.ts';
import { type Dictionary, type Letters, stirred } from './dictionary.ts';
import { type Column, listOf, type Profiles } from './profiles.ts';
import type { Span } from './similarity.ts';

/** The keys of a rule: one for each profile, or as many as a profile may have. */
export function keysOf(profiles: Profiles, { parts, several, spelled }: Rule, rule: number): Uint32Array[] {
  if (spelled) return spelledKeys(profiles, rule);
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

/** Of who has a name its four spellings; of who has none the letters of the e-mail's user part, digits left out. */
function spelledKeys(profiles: Profiles, rule: number): Uint32Array[] {
  const [given, family] = [profiles.column('given_name'), profiles.column('surname')];
  const users = profiles.column('email_user').derived((user) => user.replaceAll(/[^A-Z]+/g, ''));
  const [name, surname, user] = [given.spans(), family.spans(), users.spans()];
  const keys = Array.from({ length: 4 }, () => new Uint32Array(profiles.size));
  const put = (slot: number, profile: number, hash: number) => {
    const column = keys[slot];
    if (column) column[profile] = mixed(rule + 1, stirred(hash) || 1);
  };
  for (let profile = 0; profile < profiles.size; profile++) {
    const [first, last, mine] = [given.code(profile), family.code(profile), users.code(profile)];
    if (first >= 0 && last >= 0) {
      const [one, other] = [name(first), surname(last)];
      const initial = { ...one, to: Math.min(one.to, one.from + 1) };
      put(0, profile, spelt(spelt(SEED, one), other));
      put(1, profile, spelt(spelt(SEED, initial), other));
      put(2, profile, spelt(spelt(SEED, other), initial));
      put(3, profile, spelt(spelt(SEED, other), one));
    } else if (first < 0 && last < 0 && mine >= 0) put(0, profile, spelt(SEED, user(mine)));
  }
  return keys;
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
    hashes[code] = lettersHash(letters, from, Math.min(from + count, starts[code + 1] ?? 0));
  }
  return hashes;
}

function lettersHash(letters: Letters, from: number, to: number): number {
  return stirred(spelt(SEED, { letters, from, to })) || 1;
}

const SEED = 0x811c9dc5;

/** FNV-1a of more letters behind those of a hash. */
function spelt(hash: number, { letters, from, to }: Span): number {
  let longer = hash;
  for (let i = from; i < to; i++) longer = Math.imul(longer ^ (letters[i] ?? 0), 0x01000193);
  return longer;
}

const textHash = (text: string): number =>
  lettersHash(
    Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
    0,
    text.length,
  );

/** A number made of a key and a further value; never 0. */
export const mixed = (key: number, value: number): number => stirred(Math.imul(key, 31) + value) || 1;
