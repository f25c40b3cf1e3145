import type { ColumnType } from '../../contracts/types.ts';
import { DATE_PATTERNS } from '../date-patterns.ts';
import { all, type ColumnFacts } from './column-facts.ts';
import { mixedPatterns } from './mixed-dates.ts';
import { isIdentifierName } from './tag-names.ts';
import { datePatterns, datetimePatterns } from './value-tests.ts';

export interface DecidedType {
  type: ColumnType;
  patterns: string[];
  /** Other date patterns that fit every value as well, so that a person must say which is meant. */
  ambiguous: string[];
}

/** The narrowest type that every value of a column fits; identifiers stay text. */
export function decideType(facts: ColumnFacts): DecidedType {
  const plain = (type: ColumnType): DecidedType => ({ type, patterns: [], ambiguous: [] });
  if (facts.filled === 0) return plain('String');
  if (all(facts, 'word of truth') && facts.distinct > 1) return plain('Boolean');
  if (all(facts, 'zero or one') && /^(is|has|was|can|opt)_|_(flag|ind|yn)$/.test(facts.column)) return plain('Boolean');
  const dates = decideDate(facts);
  if (dates !== undefined) return dates;
  if (isIdentifierName(facts.column) || (facts.passed.get('leading zero') ?? 0) > 0) return plain('String');
  if (all(facts, 'Integer') && facts.scale === 0 && !facts.passed.get('long number')) return plain('Integer');
  // Money comes with more digits sooner or later, and digits beyond the scale are rounded away.
  if (all(facts, 'Decimal') && facts.scale <= 10) return plain(`Decimal(38,${Math.max(4, facts.scale)})`);
  return plain(all(facts, 'Float') ? 'Float' : 'String');
}

/** Eight digits are a date only where the name says so: they may as well be a number. */
function decideDate(facts: ColumnFacts): DecidedType | undefined {
  const named = /date|dob|birth|day|_(at|on|dt)$|time/.test(facts.column);
  const fitting = (type: string, patterns: readonly string[]) =>
    patterns.filter((pattern) => all(facts, `${type} ${pattern}`) && (named || /[^A-Za-z]/.test(pattern)));
  for (const [type, patterns] of [
    ['Date', datePatterns],
    ['Datetime', datetimePatterns()],
  ] as const) {
    const [first, ...others] = fitting(type, patterns);
    if (first !== undefined)
      return { type, patterns: isUnderstood(first) ? [] : [first], ambiguous: differing(first, others) };
  }
  const mixed = mixedPatterns(facts);
  if (mixed?.every((pattern) => named || /[^A-Za-z]/.test(pattern)))
    return { type: 'Date', patterns: mixed, ambiguous: [] };
  return all(facts, 'Datetime') ? { type: 'Datetime', patterns: [], ambiguous: [] } : undefined;
}

/** Read at the same speed without being named. */
const isUnderstood = (pattern: string): boolean =>
  /^yyyy[-/]MM[-/]dd(.HH:mm(:ss(\.SSS)?)?)?$/.test(pattern.replaceAll("'", ''));

/** Patterns that read the same text as another day: day and month the other way round. */
function differing(chosen: string, others: readonly string[]): string[] {
  const monthFirst = (pattern: string): boolean => pattern.indexOf('MM') < pattern.indexOf('dd');
  const swapped = others.filter((pattern) => !/MMM/.test(pattern) && monthFirst(pattern) !== monthFirst(chosen));
  return DATE_PATTERNS.some((pattern) => pattern === chosen && /^yyyy/.test(pattern)) ? [] : swapped;
}
