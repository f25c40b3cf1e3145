import type { FeedField } from '../contracts/sources.ts';
import { text } from '../sql/quote.ts';
import { engineType } from '../sql/types.ts';
import { DATE_PATTERNS, type DatePattern, datetimePatterns, parseDatePattern } from './date-patterns.ts';

/**
 * DuckDB SQL that turns the raw text `raw` into a field's type, NULL where it doesn't fit. The forms that nearly every
 * value has come first and are vectorised; CASE and COALESCE give only what is left to the slower ones.
 */
export function conversion(field: FeedField, raw: string, timeZone: string): string {
  const kind = field.type.replace(/\(.*/, '');
  if (kind === 'String') return raw;
  if (kind === 'Boolean') return toBoolean(raw);
  if (kind === 'Integer') return toInteger(raw);
  if (kind === 'Float') return `nullif(nullif(nullif(TRY_CAST(${raw} AS DOUBLE), 'NaN'), 'Infinity'), '-Infinity')`;
  if (kind === 'Decimal') return toDecimal(raw, engineType(field.type, 'duckdb'));
  return kind === 'Date' ? toDate(raw, field.patterns) : toDatetime(raw, field.patterns, timeZone);
}

/** The same for a raw column that already has an engine type, as Parquet and ingest queries give. */
export function conversionOfTyped(field: FeedField, raw: string, rawType: string, timeZone: string): string {
  const wanted = engineType(field.type, 'duckdb');
  if (rawType === wanted && field.type !== 'Datetime') return raw;
  const number = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT)$/;
  if (/^TIMESTAMP WITH TIME ZONE$/.test(rawType) && field.type === 'Datetime') return inUtc(raw);
  if (/^TIMESTAMP/.test(rawType) && field.type === 'Datetime') {
    return zoneless(`CAST(${raw} AS TIMESTAMP)`, timeZone);
  }
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(rawType) && field.type === 'Integer')
    return `TRY_CAST(${raw} AS BIGINT)`;
  if (number.test(rawType) && /^(Decimal|Float)/.test(field.type)) return `TRY_CAST(${raw} AS ${wanted})`;
  return conversion(field, asText(raw, rawType), timeZone);
}

/** A raw column as text; nested values as JSON. */
export function asText(raw: string, rawType: string): string {
  if (rawType === 'VARCHAR') return raw;
  if (/^(STRUCT|MAP)|\[\d*\]$/.test(rawType)) return `CAST(to_json(${raw}) AS VARCHAR)`;
  return `CAST(${raw} AS VARCHAR)`;
}

/** What a value of a field has to look like, for quarantine: `a Date such as 2026-11-23`. */
export function expectation(field: FeedField): string {
  if (field.patterns.length > 0 && /^Date/.test(field.type))
    return `a ${field.type} written ${field.patterns.join(' or ')}`;
  const scale = /\((?:38, ?)?(\d+)\)/.exec(field.type)?.[1];
  const examples: Record<string, string> = {
    Boolean: 'true or false',
    Integer: 'an Integer such as 42',
    Float: 'a Float such as 4.25',
    Date: 'a Date such as 2026-11-23',
    Datetime: 'a Datetime such as 2026-11-23 10:30:00.000',
  };
  return examples[field.type] ?? `a number such as 4.25, with up to ${38 - Number(scale)} digits before the point`;
}

function toBoolean(raw: string): string {
  return `CASE lower(trim(${raw})) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE
    WHEN 't' THEN TRUE WHEN 'f' THEN FALSE WHEN '1' THEN TRUE WHEN '0' THEN FALSE
    WHEN 'y' THEN TRUE WHEN 'n' THEN FALSE WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE END`;
}

/** The engine's cast would round 1.5 and read 0x10 and 1_000: what doesn't read back as it was is looked at closely. */
function toInteger(raw: string): string {
  const cast = `TRY_CAST(${raw} AS BIGINT)`;
  return `CASE WHEN CAST(${cast} AS VARCHAR) = ${raw} THEN ${cast}
    WHEN regexp_full_match(${raw}, '\\s*[+-]?\\d+(\\.0*)?\\s*') THEN ${cast} END`;
}

/** Digits beyond the scale are rounded. A currency sign and thousands are understood where they can't mean anything else. */
function toDecimal(raw: string, type: string): string {
  const cleaned = `regexp_replace(${raw}, '[$£€¥,\\s]', '', 'g')`;
  return `CASE WHEN contains(${raw}, '_') THEN NULL
    ELSE coalesce(TRY_CAST(${raw} AS ${type}),
      CASE WHEN regexp_full_match(${raw}, '\\s*[+-]?[$£€¥]?\\s*(\\d+(\\.\\d*)?|\\d{1,3}(,\\d{3})+\\.\\d+)\\s*')
      THEN TRY_CAST(${cleaned} AS ${type}) END) END`;
}

function toDate(raw: string, patterns: readonly string[]): string {
  if (patterns.length > 0) return firstOf(patterns.map((pattern) => dateBy(raw, parseDatePattern(pattern))));
  const iso = inRange(`TRY_CAST(${raw} AS DATE)`, 'DATE');
  const listed = DATE_PATTERNS.filter((pattern) => !/^yyyy[-/]/.test(pattern));
  return firstOf([iso, ...listed.map((pattern) => dateBy(raw, parseDatePattern(pattern)))]);
}

const dateBy = (raw: string, pattern: DatePattern): string =>
  `CAST(${pattern.zoned ? 'CAST(' : ''}${parsed(raw, pattern)}${pattern.zoned ? ' AS TIMESTAMP)' : ''} AS DATE)`;

function toDatetime(raw: string, patterns: readonly string[], timeZone: string): string {
  if (patterns.length > 0) {
    return firstOf(
      patterns.map(parseDatePattern).map((pattern) => {
        const value = parsed(raw, pattern);
        return pattern.zoned ? inUtc(value) : zoneless(value, timeZone);
      }),
    );
  }
  // Without a zone in the text: exactly `yyyy-MM-dd HH:mm:ss`. All else goes the slower way, which minds zones.
  const plain = inRange(`TRY_CAST(${raw} AS TIMESTAMP)`, 'TIMESTAMP');
  const withZone = inRange(`TRY_CAST(${raw} AS TIMESTAMPTZ)`, 'TIMESTAMPTZ');
  const compact = `CASE WHEN regexp_matches(${raw}, '^\\d{8}([ T]|$)') THEN `;
  return `CASE WHEN length(${raw}) = 19 AND ${raw}[17] = ':' THEN ${zoneless(plain, timeZone)}
    ELSE ${firstOf([
      `CASE WHEN regexp_matches(${raw}, '([Zz]|[+-]\\d{2}(:?\\d{2})?|[A-Za-z]{3,}[A-Za-z/_]*)\\s*$') THEN ${inUtc(withZone)} ELSE ${zoneless(plain, timeZone)} END`,
      `${compact}${zoneless(oneOf(raw, isCompact, true, false), timeZone)} END`,
      `${compact}${inUtc(oneOf(raw, isCompact, true, true))} END`,
      zoneless(dateBy14(raw), timeZone),
      zoneless(inRange(oneOf(raw, isSpread, true, false), 'TIMESTAMP'), timeZone),
      inUtc(inRange(oneOf(raw, isSpread, true, true), 'TIMESTAMPTZ')),
      zoneless(oneOf(raw, isSpread, false, false), timeZone),
      inUtc(oneOf(raw, isSpread, false, true)),
    ])} END`;
}

const isCompact = (pattern: string): boolean => pattern.startsWith('yyyyMMdd');
const isSpread = (pattern: string): boolean => !isCompact(pattern);
const dateBy14 = (raw: string): string => parsed(raw, parseDatePattern('yyyyMMddHHmmss'));

/** The first of many patterns that fits, by one call of the engine. */
function oneOf(raw: string, which: (pattern: string) => boolean, fourDigitYear: boolean, zoned: boolean): string {
  const formats = datetimePatterns(fourDigitYear, zoned)
    .filter(which)
    .map((pattern) => text(parseDatePattern(pattern).strptime));
  return `try_strptime(${raw}, [${formats.join(', ')}])`;
}

/** A text by one pattern. The engine takes `24` for a four-digit year and `2024115` for yyyyMMdd: both are kept out. */
function parsed(raw: string, pattern: DatePattern): string {
  const value = `try_strptime(${raw}, ${text(pattern.strptime)})`;
  const ranged = pattern.fourDigitYear ? inRange(value, pattern.zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP') : value;
  return pattern.compact && pattern.length !== undefined
    ? `CASE WHEN length(${raw}) = ${pattern.length} THEN ${ranged} END`
    : ranged;
}

/** NULL outside the years 1000 to 9999; `greatest` and `least` skip NULLs, so the value is worked out once. */
const inRange = (value: string, type: string): string =>
  `nullif(nullif(greatest(least(${value}, ${type} '10000-01-01'), ${type} '0999-12-31'), ${type} '10000-01-01'), ${type} '0999-12-31')`;

const inUtc = (instant: string): string => `timezone('UTC', ${instant})`;
const zoneless = (local: string, timeZone: string): string =>
  timeZone === 'UTC' ? local : inUtc(`timezone(${text(timeZone)}, ${local})`);
const firstOf = (choices: string[]): string =>
  choices.length === 1 ? choices.join('') : `coalesce(${choices.join(', ')})`;
