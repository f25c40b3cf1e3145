import { unproven } from '../tree.ts';

const CLASS_ESCAPES = /^[dDwWsS]$/;
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;

/**
 * A regular expression that Java's dialect (Trino) and RE2 (DuckDB) read alike, as DuckDB takes it. Everything outside
 * the subset is refused: look-around, back references, possessive quantifiers, named groups, Unicode classes.
 */
export function provenPattern(name: string, pattern: string): string {
  let rest = pattern;
  let out = '';
  const take = (length: number, as = rest.slice(0, length)) => {
    out += as;
    rest = rest.slice(length);
  };
  if (rest.startsWith('(?i)')) take(4);
  let depth = 0;
  while (rest !== '') {
    const [first = ''] = rest;
    if (first === '\\') take(2, escaped(name, rest[1]));
    else if (first === '[') takeClass(name, rest, take);
    else if (first === '(') {
      if (rest.startsWith('(?') && !rest.startsWith('(?:')) throw refused(name, pattern, rest.slice(0, 4));
      depth += 1;
      take(rest.startsWith('(?:') ? 3 : 1);
    } else if (first === ')') {
      depth -= 1;
      take(1);
    } else if (first === '$') take(1, name === 'regexp_like' ? '\\n?\\z' : '\\z');
    else if (first === '.') take(1, '[^\\n]');
    else if (/[*+?{]/.test(first)) take(quantifier(name, pattern, rest));
    else take(String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
  }
  if (depth !== 0) throw refused(name, pattern, 'parentheses');
  return out;
}

const refused = (name: string, pattern: string, part: string) =>
  unproven(`${name} with '${pattern}'`, `${part} is outside the patterns that both engines read alike`);

function quantifier(name: string, pattern: string, rest: string): number {
  const length = QUANTIFIER.exec(rest)?.[0].length;
  if (length === undefined || /^[*+?{]/.test(rest.slice(length))) throw refused(name, pattern, rest.slice(0, 3));
  return length;
}

function escaped(name: string, next: string | undefined): string {
  if (next === undefined || (/[A-Za-z0-9]/.test(next) && !CLASS_ESCAPES.test(next) && !/[tnrf]/.test(next))) {
    throw unproven(`${name} with \\${next ?? ''}`, 'both engines read this escape differently');
  }
  if (next === 's') return '[\\t-\\r ]';
  if (next === 'S') return '[^\\t-\\r ]';
  return `\\${next}`;
}

/** A character class: members and ranges, no nesting or intersection. */
function takeClass(name: string, rest: string, take: (length: number, as?: string) => void): void {
  const found = /^\[\^?(?:\\.|\[:[a-z]+:\]|[^\]\\[&])(?:\\.|\[:[a-z]+:\]|[^\]\\[&])*\]/.exec(rest)?.[0];
  if (found === undefined) throw unproven(`${name} with ${rest.slice(0, 5)}`, 'this class is read differently');
  const inner = found.replace(/\\(.)/g, (_, next: string) => (next === 's' ? '\\t-\\r ' : escaped(name, next)));
  if (/\\S/.test(inner) || inner.includes('[^\\t')) throw unproven(`${name} with ${found}`);
  take(found.length, inner);
}

/** Whether a proven pattern asks for the end, which for Java also stands before a last newline. */
export const asksForEnd = (proven: string): boolean => proven.includes('\\z');

/** How many groups of a pattern capture. */
export const groupCount = (pattern: string): number =>
  (
    pattern
      .replace(/\\./g, '')
      .replace(/\[[^\]]*\]/g, '')
      .match(/\((?!\?)/g) ?? []
  ).length;

/** Java's `$1` as RE2's `\1`. */
export function duckReplacement(replacement: string, groups: number): string {
  return replacement.replace(/\\(.)|\$(\d)|\$|\\/gs, (found, literal?: string, group?: string) => {
    if (literal !== undefined) return literal === '\\' ? '\\\\' : literal;
    if (group !== undefined && Number(group) <= groups) return `\\${group}`;
    throw unproven(`regexp_replace with ${found} in '${replacement}'`);
  });
}
