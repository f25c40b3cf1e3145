import type { Letters } from '../records/dictionary.ts';

/** Part of a run of letters: those of one text. */
export interface Span {
  letters: Letters;
  from: number;
  to: number;
}

/** Letters of a text that count for its likeness: a name of a megabyte must not cost the square of it. */
const LONGEST = 128;
const taken = new Uint8Array(LONGEST);
const matching = new Uint16Array(LONGEST);

/**
 * Jaro-Winkler similarity: four letters of prefix at most, a tenth each, above 0.7 only (Winkler 1990). The same whichever
 * text comes first. Of longer texts the first 128 letters count.
 */
export function jaroWinkler(one: Span, other: Span): number {
  const [a, b] = inOrder(one, other);
  const jaro = jaroOf(a, b);
  if (jaro <= 0.7) return jaro;
  const most = Math.min(4, a.to - a.from, b.to - b.from);
  let prefix = 0;
  while (prefix < most && a.letters[a.from + prefix] === b.letters[b.from + prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Letters are matched greedily, which isn't the same both ways: the shorter text leads, of two as long the first by letters. */
function inOrder(one: Span, other: Span): [Span, Span] {
  const [mine, theirs] = [one.to - one.from, other.to - other.from];
  if (mine !== theirs) return mine < theirs ? [one, other] : [other, one];
  for (let i = 0; i < mine; i++) {
    const difference = (one.letters[one.from + i] ?? 0) - (other.letters[other.from + i] ?? 0);
    if (difference !== 0) return difference < 0 ? [one, other] : [other, one];
  }
  return [one, other];
}

function jaroOf(a: Span, b: Span): number {
  const mine = Math.min(a.to - a.from, matching.length);
  const theirs = Math.min(b.to - b.from, taken.length);
  if (mine === 0) return 0;
  const reach = Math.max(0, (Math.max(mine, theirs) >> 1) - 1);
  taken.fill(0, 0, theirs);
  let common = 0;
  for (let i = 0; i < mine; i++) {
    const letter = a.letters[a.from + i];
    const last = Math.min(theirs - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (taken[j] !== 0 || b.letters[b.from + j] !== letter) continue;
      taken[j] = 1;
      matching[common++] = letter ?? 0;
      break;
    }
  }
  if (common === 0) return 0;
  let moved = 0;
  for (let i = 0, j = 0; i < common; i++, j++) {
    while (taken[j] === 0) j++;
    if (matching[i] !== b.letters[b.from + j]) moved++;
  }
  return (common / mine + common / theirs + (common - (moved >> 1)) / common) / 3;
}

/** Which letters a text begins with, a bit each; some share one. */
export function lettersIn({ letters, from, to }: Span): number {
  let found = 0;
  for (let i = from; i < Math.min(to, from + LONGEST); i++) found |= 1 << ((letters[i] ?? 0) & 31);
  return found;
}

/** What Jaro-Winkler is at the most: a letter that the other text lacks is matched by none (`mine` and `theirs` are what they have). */
export function jaroWinklerAtMost(one: Span, other: Span, mine: number, theirs: number): number {
  const [size, length] = [Math.min(one.to - one.from, LONGEST), Math.min(other.to - other.from, LONGEST)];
  const common = Math.min(size - bits(mine & ~theirs), length - bits(theirs & ~mine));
  if (common <= 0) return 0;
  const jaro = (common / size + common / length + 1) / 3;
  const prefix = one.letters[one.from] === other.letters[other.from] ? 4 : 0;
  // What is rounded off must not tell two bounds that are one apart.
  return jaro + prefix * 0.1 * (1 - jaro) + 1e-9;
}

/** How many bits of a number are set. */
function bits(of: number): number {
  const pairs = of - ((of >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** True when two texts are one. */
export const equalLetters = (a: Span, b: Span): boolean => a.to - a.from === b.to - b.from && sameLetters(a, 0, b);

/** True when texts of one length differ in one letter. */
export function oneReplaced(a: Span, b: Span): boolean {
  const size = a.to - a.from;
  if (size !== b.to - b.from) return false;
  let differing = 0;
  for (let i = 0; i < size && differing < 2; i++) {
    if (a.letters[a.from + i] !== b.letters[b.from + i]) differing++;
  }
  return differing === 1;
}

/** True when one insertion, deletion, substitution or swap of neighbours makes one text the other. */
export function oneEditApart(a: Span, b: Span): boolean {
  if (a.to - a.from > b.to - b.from) return oneEditApart(b, a);
  const [mine, theirs] = [a.to - a.from, b.to - b.from];
  if (theirs - mine > 1) return false;
  let start = 0;
  while (start < mine && at(a, start) === at(b, start)) start++;
  if (theirs > mine) return alikeFrom(a, start, b, start + 1);
  if (start === mine) return false;
  const turned = at(a, start) === at(b, start + 1) && at(a, start + 1) === at(b, start) && start + 1 < mine;
  return alikeFrom(a, start + 1, b, start + 1) || (turned && alikeFrom(a, start + 2, b, start + 2));
}

const at = (span: Span, place: number): number | undefined => span.letters[span.from + place];

function alikeFrom(a: Span, from: number, b: Span, theirs: number): boolean {
  const size = a.to - a.from - from;
  if (size !== b.to - b.from - theirs) return false;
  for (let i = 0; i < size; i++) if (at(a, from + i) !== at(b, theirs + i)) return false;
  return true;
}

/** True when a text begins or ends with another one as whole words. */
export function hasWords(long: Span, short: Span): boolean {
  const [size, rest] = [short.to - short.from, long.to - long.from - (short.to - short.from)];
  if (rest < 2) return false;
  const begins = at(long, size) === SPACE && sameLetters(long, 0, short);
  return begins || (at(long, rest - 1) === SPACE && sameLetters(long, rest, short));
}

const SPACE = 32;

function sameLetters(long: Span, from: number, short: Span): boolean {
  for (let i = 0; i < short.to - short.from; i++) if (at(long, from + i) !== at(short, i)) return false;
  return true;
}
